// A process that leads its own group, so that it can be ended together with everything it started.
// `end` asks (SIGTERM), waits for the leader at most 2 s, then kills what is left of the group. It is also killed when this
// process exits without having ended it; not when this process is itself killed with SIGKILL.

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'

export interface ProcessGroup {
  readonly leader: ChildProcessByStdio<null, Readable, Readable>
  end(): Promise<void>
}

export interface ProcessGroupOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

const politeMs = 2_000

export function startProcessGroup(
  command: string,
  args: readonly string[],
  options: ProcessGroupOptions,
): ProcessGroup {
  const leader = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const killNow = () => signalGroup(leader.pid, 'SIGKILL')
  process.once('exit', killNow)

  return {
    leader,
    async end() {
      signalGroup(leader.pid, 'SIGTERM')
      if (leader.exitCode === null && leader.signalCode === null && leader.pid !== undefined) {
        const patience = AbortSignal.timeout(politeMs)
        await once(leader, 'exit', { signal: patience }).catch(() => undefined)
      }
      killNow()
      process.removeListener('exit', killNow)
    },
  }
}

function signalGroup(leaderPid: number | undefined, signal: NodeJS.Signals): void {
  if (leaderPid === undefined) return
  try {
    process.kill(-leaderPid, signal)
  } catch {
    // The whole group has already ended.
  }
}
