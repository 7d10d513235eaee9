// Ends the daemons that an extension under test has started. They are detached by design and outlive their window, so they are
// found by the one thing that is ours alone: WAYBILL_HOME naming a temporary folder of this test run. Linux only (/proc);
// elsewhere the daemon's own idle exit has to do.

import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const politeMs = 3_000
const pollMs = 50

/** Asks with SIGTERM, kills after 3 s, resolves when they are gone. */
export async function endDaemonsOf(home: string): Promise<void> {
  const stopAtMs = Date.now() + politeMs
  askDaemonsToEnd(home)
  while (daemonsOf(home).length > 0 && Date.now() < stopAtMs) await pause(pollMs)
  killDaemonsOf(home)
}

/** For an exit listener, when their files are to go with them. */
export function killDaemonsOf(home: string): void {
  for (const pid of daemonsOf(home)) signalProcess(pid, 'SIGKILL')
}

/** For an exit listener, where nothing can be awaited. Asks a VS Code that still runs as well, which then cleans up after itself. */
export function askDaemonsToEnd(home: string): void {
  for (const pid of daemonsOf(home)) signalProcess(pid, 'SIGTERM')
}

function daemonsOf(home: string): readonly number[] {
  const pids = entriesOf('/proc').map(Number)
  return pids.filter((pid) => Number.isInteger(pid) && pid !== process.pid && hasHome(pid, home))
}

function hasHome(pid: number, home: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`WAYBILL_HOME=${home}`)
  } catch {
    // It has ended meanwhile, or is another user's.
    return false
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    // No Linux.
    return []
  }
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended by itself.
  }
}
