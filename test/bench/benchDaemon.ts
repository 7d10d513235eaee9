/** Daemons under measurement: each with folders of its own that it leaves nothing behind in. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { connectDaemonClient, type DaemonClient } from './clients.ts'
import { cpuMsOf, type Processes, type Spawned } from './processes.ts'

export type Bench = {
  readonly processes: Processes
  /** The built program, `dist/waybill.cjs` unless the command line says otherwise. */
  readonly program: string
  /** Options of Node for the daemons, such as those that write a profile. */
  readonly nodeOptions: readonly string[]
  /** Tiny counts, to see that it runs; the figures then mean nothing. */
  readonly isSmoke: boolean
}

export type BenchDaemon = {
  readonly spawned: Spawned
  readonly client: DaemonClient
  readonly end: () => Promise<void>
}

/** From the spawn until clients could find it. */
export type Started = { readonly ms: number; readonly cpuMs: number }

/** The path is short, because a socket comes to lie in it. */
export function createHome(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'wb-bench-')))
}

export function removeHome(home: string): void {
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
}

/** Its models `bench/turns`, `bench/one-write` and `bench/paced` are those of the mock provider on `mockPort`. */
export async function startBenchDaemon(bench: Bench, mockPort?: number): Promise<BenchDaemon> {
  const home = createHome()
  if (mockPort !== undefined) writeConfig(home, mockPort)
  try {
    const daemon = await startDaemonIn(bench, home)
    return {
      ...daemon,
      end: async () => {
        await daemon.end()
        removeHome(home)
      },
    }
  } catch (error) {
    removeHome(home)
    throw error
  }
}

/** The home stays. */
export async function startDaemonIn(
  bench: Bench,
  home: string,
): Promise<BenchDaemon & { readonly announcedAfter: Started }> {
  const spawned = bench.processes.start([...bench.nodeOptions, bench.program, 'daemon'], { WAYBILL_HOME: home })
  try {
    const { socketPath } = await discoveryIn(home, spawned)
    const announcedAfter = { ms: performance.now() - spawned.startedAtMs, cpuMs: cpuMsOf(spawned.pid) }
    const client = await connectDaemonClient(socketPath)
    return {
      spawned,
      client,
      announcedAfter,
      end: async () => {
        client.close()
        await spawned.end()
      },
    }
  } catch (error) {
    await spawned.end()
    throw error
  }
}

function writeConfig(home: string, mockPort: number): void {
  const models = ['turns', 'one-write', 'paced'].map((name) => ({ model: `bench/${name}` }))
  const mock = { kind: 'custom', baseUrl: `http://127.0.0.1:${mockPort}/v1`, models }
  mkdirSync(join(home, 'config'), { recursive: true, mode: 0o700 })
  writeFileSync(join(home, 'config', 'config.json'), JSON.stringify({ schema: 1, providers: { mock } }))
}

export type Announced = { readonly socketPath: string; readonly pid: number }

/** Waits until the daemon has announced itself. Looks every millisecond, since the wait is a part of what is measured. */
async function discoveryIn(home: string, spawned: Spawned): Promise<Announced> {
  let hasEnded = false
  void spawned.ended.then(() => {
    hasEnded = true
  })
  for (;;) {
    const announced = readAnnounced(home)
    if (announced !== undefined) return announced
    if (hasEnded) throw new Error('expected the daemon to announce itself; it ended before')
    await pause(1)
  }
}

/** undefined: no daemon has announced itself in this home. */
export function readAnnounced(home: string): Announced | undefined {
  try {
    return JSON.parse(readFileSync(join(home, 'state', 'daemon.json'), 'utf8'))
  } catch {
    return undefined
  }
}
