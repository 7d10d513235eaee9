/**
 * Decides when appended lines are brought to the disk: 100 ms after the first that is not, or at once when 64 are not.
 * `problem` is what the last sync failed with; a caller must not acknowledge more until `syncNow` answers undefined.
 */
import type { Clock, Log } from '../gateway/ports.ts'
import type { DayFile } from './dayFile.ts'

const syncAfterMs = 100
const syncAfterLines = 64

export type SyncSchedule = {
  readonly noteAppended: (lines: number) => void
  readonly syncNow: () => string | undefined
  readonly problem: () => string | undefined
}

export function createSyncSchedule(clock: Clock, log: Log, currentFile: () => DayFile | undefined): SyncSchedule {
  let unsyncedLines = 0
  let isSyncing = false
  let problem: string | undefined
  let stopTimer: (() => void) | undefined

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
    file.startSync((result) => {
      isSyncing = false
      settle(result)
      if (unsyncedLines > 0) plan()
    })
  }
  const plan = () => {
    if (unsyncedLines >= syncAfterLines) start()
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
      return problem
    },
    problem: () => problem,
  }
}
