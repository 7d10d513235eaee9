/**
 * Decides when appended lines are brought to the disk: 100 ms after the first that is not, or at once when 64 are not, or
 * when somebody waits for it. Whoever waits while a sync is under way shares the next one. `problem` is what the last sync failed with; a caller must not acknowledge more until `syncNow` answers undefined.
 */
import type { Clock, Log } from '../gateway/ports.ts'
import type { DayFile } from './dayFile.ts'

const syncAfterMs = 100
const syncAfterLines = 64

export type SyncSchedule = {
  readonly noteAppended: (lines: number) => void
  readonly syncNow: () => string | undefined
  readonly problem: () => string | undefined
  /** Settles when all that was appended so far is on the disk, with what failed. */
  readonly durable: () => Promise<string | undefined>
}

export function createSyncSchedule(clock: Clock, log: Log, currentFile: () => DayFile | undefined): SyncSchedule {
  let unsyncedLines = 0
  let isSyncing = false
  let problem: string | undefined
  let stopTimer: (() => void) | undefined
  /** Who waits for a sync that has not begun, and for the one under way. */
  let waiting: ((problem: string | undefined) => void)[] = []
  let served: typeof waiting = []

  const settle = (result: string | undefined) => {
    problem = result
    if (result !== undefined) log.error('The journal could not be brought to the disk', { problem: result })
  }
  const begin = () => {
    stopTimer?.()
    stopTimer = undefined
    unsyncedLines = 0
  }
  const start = () => {
    const file = currentFile()
    if (isSyncing || file === undefined) return
    begin()
    isSyncing = true
    served = takeWaiting()
    file.startSync((result) => {
      isSyncing = false
      settle(result)
      for (const tell of served) tell(result)
      served = []
      if (unsyncedLines > 0 || waiting.length > 0) plan()
    })
  }
  const takeWaiting = () => {
    const taken = waiting
    waiting = []
    return taken
  }
  const plan = () => {
    if (unsyncedLines >= syncAfterLines || waiting.length > 0) start()
    else stopTimer ??= clock.startTimer(syncAfterMs, onElapsed)
  }
  const onElapsed = () => {
    stopTimer = undefined
    start()
  }

  return {
    noteAppended: (lines) => {
      unsyncedLines += lines
      plan()
    },
    syncNow: () => {
      begin()
      const file = currentFile()
      if (file !== undefined) settle(file.syncNow())
      for (const tell of takeWaiting()) tell(problem)
      return problem
    },
    problem: () => problem,
    durable: () => {
      if (currentFile() === undefined || (unsyncedLines === 0 && !isSyncing)) return Promise.resolve(problem)
      return new Promise((resolve) => {
        if (isSyncing && unsyncedLines === 0) served.push(resolve)
        else waiting.push(resolve)
        start()
      })
    },
  }
}
