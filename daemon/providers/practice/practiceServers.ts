/**
 * The practice providers of one daemon: each gets a private socket and a server behind it on its first use. Sockets lie
 * in the folder given (mode 0700); their names take at most 18 bytes, because a socket's path must be short, and begin
 * with the process's number, so that those of a daemon that was killed are removed by the next one. On Windows they are
 * named pipes.
 */
import { chmod, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProviderId } from '../../../shared/domain/ids.ts'
import { type PracticeServer, type PracticeSpec, startPracticeServer } from './practiceServer.ts'

export type PracticeServers = {
  /** Where the provider listens; starts it on first use. Rejects with the system's error if it cannot be started. */
  readonly socketPath: (provider: ProviderId) => Promise<string>
  /** Ends all servers and removes their sockets. */
  readonly dispose: () => Promise<void>
}

export type PracticeServersOptions = {
  readonly folder: string
  /** Asked for each request. */
  readonly specOf: (provider: ProviderId) => PracticeSpec
  /** Unix milliseconds. */
  readonly wallMs: () => number
}

export function createPracticeServers(options: PracticeServersOptions): PracticeServers {
  const running = new Map<ProviderId, Promise<Running>>()
  let swept: Promise<void> | undefined
  let startCount = 0
  const start = async (provider: ProviderId): Promise<Running> => {
    startCount += 1
    const socketPath = socketPathOf(options.folder, startCount)
    swept ??= removeLeftSockets(options.folder)
    await swept
    const spec = () => options.specOf(provider)
    const server = await startPracticeServer({ socketPath, spec, wallMs: options.wallMs })
    if (!isWindows) await chmod(socketPath, 0o600)
    return { socketPath, server }
  }
  return {
    socketPath: async (provider) => {
      const starting = running.get(provider) ?? start(provider)
      running.set(provider, starting)
      try {
        return (await starting).socketPath
      } catch (error) {
        // The next use tries again.
        running.delete(provider)
        swept = undefined
        throw error
      }
    },
    dispose: async () => {
      const started = await Promise.allSettled(running.values())
      running.clear()
      await Promise.all(started.map((one) => (one.status === 'fulfilled' ? one.value.server.dispose() : undefined)))
    },
  }
}

type Running = { readonly socketPath: string; readonly server: PracticeServer }

const isWindows = process.platform === 'win32'

function socketPathOf(folder: string, number: number): string {
  const name = `p${process.pid}-${number}`
  return isWindows ? `\\\\.\\pipe\\waybill-practice-${name}` : join(folder, `${name}.sock`)
}

/** Sockets of processes that are no more, and of an earlier process with our number. */
async function removeLeftSockets(folder: string): Promise<void> {
  if (isWindows) return
  for (const name of await readdir(folder)) {
    const pid = Number(/^p(\d+)-\d+\.sock$/.exec(name)?.[1] ?? Number.NaN)
    if (Number.isNaN(pid) || (pid !== process.pid && isRunning(pid))) continue
    await rm(join(folder, name), { force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, and belongs to someone else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
