/**
 * Child processes of the bench: each is ended by its number, at the latest by `endAll`. CPU time and memory are read
 * from Linux' /proc, so that nothing has to be loaded into what is measured.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'

export type Spawned = {
  readonly pid: number
  readonly startedAtMs: number
  /** Resolves with the exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>
  readonly end: () => Promise<void>
}

export type Processes = {
  /** `words` follow the Node executable. Output is dropped, except that of an `ipc` child's channel. */
  readonly start: (words: readonly string[], environment?: Readonly<Record<string, string>>) => Spawned
  /** As `start`, for a server of the bench: resolves with the first message it sends over its channel. */
  readonly startServer: (words: readonly string[]) => Promise<{ readonly spawned: Spawned; readonly port: number }>
  readonly endAll: () => Promise<void>
}

export function createProcesses(): Processes {
  const running = new Set<Spawned>()

  function track(child: ChildProcess): Spawned {
    const startedAtMs = performance.now()
    const { pid } = child
    if (pid === undefined) throw new Error(`expected to start ${child.spawnargs.join(' ')}; it could not be`)
    const ended = new Promise<number | null>((resolve) => {
      child.once('exit', (code) => {
        running.delete(spawned)
        resolve(code)
      })
    })
    const end = async () => {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), endGraceMs)
      await ended
      clearTimeout(timer)
    }
    const spawned = { pid, startedAtMs, ended, end }
    running.add(spawned)
    return spawned
  }

  return {
    start: (words, environment = {}) =>
      track(spawn(process.execPath, words, { stdio: 'ignore', env: { ...process.env, ...environment } })),
    startServer: async (words) => {
      const child = spawn(process.execPath, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
      const spawned = track(child)
      const [message] = await Promise.race([once(child, 'message'), spawned.ended.then(() => [undefined])])
      if (!isReady(message)) throw new Error(`expected ${words.join(' ')} to listen; it ended or said something else`)
      return { spawned, port: message.port }
    },
    endAll: async () => {
      await Promise.all([...running].map((spawned) => spawned.end()))
    },
  }
}

const endGraceMs = 5_000

function isReady(message: unknown): message is { readonly port: number } {
  return typeof message === 'object' && message !== null && 'port' in message && typeof message.port === 'number'
}

/** Milliseconds of CPU that all threads of a process have used, in steps of nanoseconds. */
export function cpuMsOf(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`)
  const nanoseconds = tasks.map((task) => {
    const [onCpu] = readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')
    return Number(onCpu)
  })
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6
}

/** Milliseconds of CPU of all children that have ended and those below them, in steps of 10 ms. */
export function endedChildrenCpuMs(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  // Fields 16 and 17 of proc(5), in hundredths of a second; the second field may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) * 10
}

/** Resident memory in megabytes of 10^6 bytes. */
export function residentMegabytesOf(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return (Number(line?.[1]) * 1024) / 1e6
}
