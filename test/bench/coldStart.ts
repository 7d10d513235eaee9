/**
 * Cold start: from the spawn of the daemon, in folders that do not exist yet, to the first answered request, to the end
 * of the first practice answer, and a whole `waybill run` that starts its daemon itself; beside `node -e 0`, in turns.
 * Practice providers pause between their words, as models do: 12 ms each time.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { type Bench, createHome, readAnnounced, removeHome, startBenchDaemon } from './benchDaemon.ts'
import { type Figure, medianOf } from './figures.ts'
import { cpuMsOf, endedChildrenCpuMs } from './processes.ts'

type Start = { readonly ms: number; readonly cpuMs: number }

export async function measureColdStart(bench: Bench): Promise<readonly Figure[]> {
  const runs = bench.isSmoke ? 1 : 21
  const floor: Start[] = []
  const first: (Start & { readonly answerMs: number })[] = []
  const whole: Start[] = []
  for (let run = 0; run < runs; run += 1) {
    floor.push(await emptyProgram(bench))
    first.push(await firstRequest(bench))
    whole.push(await wholeRun(bench))
  }
  const ms = (starts: readonly Start[]) => medianOf(starts.map((start) => start.ms))
  // The mean, because the operating system counts ended children in steps of 10 ms.
  const cpuMs = (starts: readonly Start[]) => starts.reduce((sum, start) => sum + start.cpuMs, 0) / starts.length
  return [
    {
      id: 'cold-start-ratio',
      title: 'first answered request / node -e 0',
      value: ms(first) / ms(floor),
      unit: 'x',
      limit: 4,
    },
    { id: 'cold-start-cpu-ratio', title: 'the same, CPU time', value: cpuMs(first) / cpuMs(floor), unit: 'x' },
    { id: 'node-empty-ms', title: 'node -e 0', value: ms(floor), unit: 'ms' },
    { id: 'node-empty-cpu-ms', title: 'node -e 0, CPU', value: cpuMs(floor), unit: 'ms' },
    { id: 'cold-start-ms', title: 'daemon, spawn to first answer', value: ms(first), unit: 'ms' },
    { id: 'cold-start-cpu-ms', title: 'daemon, spawn to first answer, CPU', value: cpuMs(first), unit: 'ms' },
    {
      id: 'cold-start-chat-ms',
      title: 'daemon, spawn to end of first practice answer',
      value: medianOf(first.map((start) => start.answerMs)),
      unit: 'ms',
    },
    { id: 'cold-run-ms', title: 'waybill run without a daemon, whole', value: ms(whole), unit: 'ms' },
    { id: 'cold-run-ratio', title: 'the same / node -e 0', value: ms(whole) / ms(floor), unit: 'x' },
  ]
}

async function emptyProgram(bench: Bench): Promise<Start> {
  const before = endedChildrenCpuMs()
  const spawned = bench.processes.start(['-e', '0'])
  await spawned.ended
  return { ms: performance.now() - spawned.startedAtMs, cpuMs: endedChildrenCpuMs() - before }
}

async function firstRequest(bench: Bench): Promise<Start & { readonly answerMs: number }> {
  const daemon = await startBenchDaemon(bench)
  try {
    const { pid, startedAtMs } = daemon.spawned
    await daemon.client.request('waybill/status', {})
    const ms = performance.now() - startedAtMs
    const cpuMs = cpuMsOf(pid)
    const code = { text: 'export function add(left: number, right: number) {\n  return left + right\n}\n' }
    await daemon.client.request('waybill/chat', {
      requestId: 'bench-first',
      prompt: { name: 'explain', code },
      profile: 'practice',
    })
    return { ms, cpuMs, answerMs: performance.now() - startedAtMs }
  } finally {
    await daemon.end()
  }
}

async function wholeRun(bench: Bench): Promise<Start> {
  const home = createHome()
  try {
    const before = endedChildrenCpuMs()
    const words = [bench.program, 'run', 'explain', `${import.meta.filename}:1-4`, '--profile', 'practice']
    const spawned = bench.processes.start(words, { WAYBILL_HOME: home })
    const code = await spawned.ended
    if (code !== 0) throw new Error(`expected waybill run to end with 0, found ${code}`)
    return { ms: performance.now() - spawned.startedAtMs, cpuMs: endedChildrenCpuMs() - before }
  } finally {
    await endDaemonIn(home)
    removeHome(home)
  }
}

/** The daemon that `waybill run` left: it is no child of ours. */
async function endDaemonIn(home: string): Promise<void> {
  const announced = readAnnounced(home)
  if (announced === undefined) return
  while (signal(announced.pid, 'SIGTERM')) await pause(2)
}

function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}
