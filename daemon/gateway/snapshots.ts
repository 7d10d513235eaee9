/**
 * Decides when the state is kept beside the journal: five minutes after the first entry that no snapshot holds, or after
 * 2,000 of them, which bounds what a start after kill -9 has to read. Never in the turn of a request.
 */
import type { JournalState } from '../core/journal/journalState.ts'
import { snapshotOf } from '../core/journal/snapshot.ts'
import type { Clock, Journal, StateCache, StateSnapshot } from './ports.ts'

export type Snapshots = {
  readonly noteApplied: (entryCount: number) => void
  readonly saveNow: () => void
}

const afterMs = 5 * 60_000
const afterEntries = 2_000

export function createSnapshots(
  { journal, cache, clock }: { readonly journal: Journal; readonly cache?: StateCache; readonly clock: Clock },
  state: JournalState,
  isWhole: () => boolean,
): Snapshots {
  let freshEntries = 0
  let stopTimer: (() => void) | undefined
  let isSoon = false

  function stop(): void {
    stopTimer?.()
    stopTimer = undefined
    isSoon = false
  }

  function take(): StateSnapshot | undefined {
    stop()
    freshEntries = 0
    const place = cache !== undefined && isWhole() ? journal.place() : undefined
    // A journal whose newest file is not the state's day cannot be written: there is nothing to go on from.
    return place === undefined || place.day !== state.day ? undefined : { place, state: snapshotOf(state) }
  }

  function save(): void {
    const snapshot = take()
    if (snapshot !== undefined) cache?.save(snapshot)
  }

  return {
    noteApplied: (entryCount) => {
      if (cache === undefined) return
      freshEntries += entryCount
      if (freshEntries < afterEntries) {
        stopTimer ??= clock.startTimer(afterMs, save)
      } else if (!isSoon) {
        stop()
        isSoon = true
        stopTimer = clock.startTimer(0, save)
      }
    },
    saveNow: () => {
      const snapshot = take()
      if (snapshot !== undefined) cache?.saveNow(snapshot)
    },
  }
}
