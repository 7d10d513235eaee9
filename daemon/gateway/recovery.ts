/**
 * The state at a start: the newest snapshot that can be trusted and the lines behind it; without one the newest day's file,
 * which opens with a checkpoint of the days before. If that line is damaged, the day before comes first, and so on. So a
 * start reads at most a few days, however many there are; and whatever way is taken, the state is the same.
 */
import { applyEntry, checkpointOf, createJournalState, type JournalState } from '../core/journal/journalState.ts'
import { restoreState } from '../core/journal/snapshot.ts'
import type { Journal, Log, StateCache, StateSnapshot } from './ports.ts'

export type Recovered = {
  readonly state: JournalState
  /** A day that the state holds only a part of, because its file cannot be read. */
  readonly unreadDay?: string
}

type RecoveryPorts = { readonly journal: Journal; readonly cache: StateCache | undefined; readonly log: Log }

/** A snapshot that stands on none of the newest days would have more read than the last checkpoint. */
const snapshotDays = 2
/** Each has lost its checkpoint to damage if more than one is read. */
const mostDays = 7

export function recoverState({ journal, cache, log }: RecoveryPorts): Recovered {
  const days = journal.days()
  for (const snapshot of days.length === 0 ? [] : (cache?.snapshots() ?? [])) {
    const state = restored(journal, days, snapshot)
    if (typeof state !== 'string') return { state }
    log.warn('a snapshot of the state is left alone; the state comes from the journal', { reason: state })
  }
  return fromDays(journal, days)
}

/** A text: why it cannot be used. */
function restored(journal: Journal, days: readonly string[], { place, state }: StateSnapshot): JournalState | string {
  if (!days.slice(-snapshotDays).includes(place.day)) return `it stands on ${place.day}, none of the newest days`
  const restoredState = restoreState(state)
  if (restoredState === undefined) return 'its state has another shape than this build’s'
  if (restoredState.day !== place.day) return `it stands on ${place.day} with the state of ${restoredState.day}`
  const problem = journal.visitFrom(place, checkpointOf(restoredState, place.day, 0), (entry) =>
    applyEntry(restoredState, entry),
  )
  if (problem !== undefined) return problem
  const unread = days.filter((day) => day > place.day).find((day) => !applyDay(journal, restoredState, day))
  return unread === undefined ? restoredState : `the file of ${unread} cannot be read`
}

function fromDays(journal: Journal, days: readonly string[]): Recovered {
  let first = days.length - 1
  const oldest = Math.max(0, days.length - mostDays)
  while (first > oldest && !opensWithCheckpoint(journal, days[first])) first -= 1
  const state = createJournalState()
  let unreadDay: string | undefined
  for (const day of first < 0 ? [] : days.slice(first)) unreadDay = applyDay(journal, state, day) ? undefined : day
  return { state, ...(unreadDay !== undefined && { unreadDay }) }
}

/** Answers false when the file cannot be read. */
function applyDay(journal: Journal, state: JournalState, day: string): boolean {
  // Its own checkpoint says this too, but may be the one line that cannot be read.
  if (state.day === '') state.day = day
  else applyEntry(state, checkpointOf(state, day, 0))
  return journal.visitDay(day, (entry) => applyEntry(state, entry))
}

function opensWithCheckpoint(journal: Journal, day = ''): boolean {
  let isCheckpoint = false
  journal.visitDay(day, (entry) => {
    isCheckpoint = entry.type === 'checkpoint'
    return false
  })
  return isCheckpoint
}
