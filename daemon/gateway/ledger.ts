/**
 * The ledger: the one way by which anything is counted. An entry is first appended to the journal, then applied to the
 * state with the journal's reducer, in one synchronous turn. If the journal cannot be written, nothing is applied.
 */
import type { Failure } from '../../shared/domain/failure.ts'
import type { ForgetWish } from '../../shared/domain/forgetWish.ts'
import type { RequestId } from '../../shared/domain/ids.ts'
import { addMoney } from '../../shared/domain/moneySum.ts'
import { utcDayOf } from '../../shared/domain/utcDay.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import type { AllowEntry, ReleaseEntry } from '../core/budgets/budgetEntries.ts'
import { budgetCheckpointOf, withoutInterrupted } from '../core/budgets/budgetState.ts'
import type { AutoEntry, FeedbackEntry } from '../core/journal/autoEntries.ts'
import type { EndEntry, JournalEntry, RequestUnderWay, ReserveEntry } from '../core/journal/entry.ts'
import { interruptedAttempt } from '../core/journal/interrupted.ts'
import { applyEntry, checkpointOf, createJournalState, type JournalState } from '../core/journal/journalState.ts'
import { correctedWaybill, createWaybillFold } from '../core/journal/waybillOf.ts'
import { createJournalPages, type JournalPages } from './journalPages.ts'
import type { Clock, Forgotten, Journal, Log, StateCache } from './ports.ts'
import { recoverState } from './recovery.ts'
import { createRollUpHistory, type RollUpArchive, type RollUpHistory } from './rollUpHistory.ts'
import { createSnapshots } from './snapshots.ts'

export type Ledger = {
  /** Before something is done: on a failure nothing was counted and it must not be done. */
  readonly reserve: (entry: ReserveEntry) => Failure | undefined
  /** Everything acknowledged so far is on the disk once it answers undefined. */
  readonly durable: () => Promise<Failure | undefined>
  /** A line by itself; on a failure nothing was counted. */
  readonly note: (entry: AutoEntry | FeedbackEntry | ReleaseEntry | AllowEntry) => Failure | undefined
  /** After something was done: what cannot be written now is written before whatever comes next. */
  readonly settle: (entries: readonly JournalEntry[]) => void
  /** Why requests are not admitted; undefined when they are. */
  readonly unavailable: () => Failure | undefined
  readonly state: () => Readonly<JournalState>
  /** Takes out what the user wants forgotten; budgets and all that is learnt stay as they are. */
  readonly forget: (wish: ForgetWish) => Promise<Forgotten | Failure>
  /** Of all days. */
  readonly rollUps: RollUpHistory
  /** Tells of every entry after it was applied, in the same turn; not of those of the recovery. */
  readonly onApplied: (listener: (entry: JournalEntry) => void) => void
  readonly pages: JournalPages
  /** Looks back no further than to what was journalled at `sinceMs`; default: through everything. */
  readonly findWaybill: (requestId: RequestId, sinceMs?: number) => Waybill | undefined
  /** The lines about `auto` of one request, newest first. */
  readonly findNotes: (requestId: RequestId, sinceMs: number) => readonly (AutoEntry | FeedbackEntry)[]
  /** So that the next start reads little: before the end, and after the journal's files were rewritten. */
  readonly snapshotNow: () => void
}

export type LedgerPorts = {
  readonly journal: Journal
  readonly archive: RollUpArchive
  /** Without one each start reads the newest day. */
  readonly cache?: StateCache
  readonly clock: Clock
  readonly log: Log
}

/** Entries written at once of those that could not be written when they were due. */
const portion = 32

/** Recovers the state, then closes what an earlier daemon left open. */
export function createLedger(ports: LedgerPorts): Ledger {
  const { journal, archive, clock, log } = ports
  const { state, unreadDay } = recoverState({ journal, cache: ports.cache, log })
  // What holds only a part of a day must not be taken for its whole by the next start.
  const snapshots = createSnapshots(ports, state, () => state.day !== unreadDay)
  const rollUps = createRollUpHistory({ journal, archive, today: () => state.rollUps })
  const listeners: ((entry: JournalEntry) => void)[] = []
  let unavailable: Failure | undefined
  let unsettled: readonly JournalEntry[] = []

  function append(fresh: readonly JournalEntry[]): Failure | undefined {
    // In portions: what waits may be more than a disk that is nearly full takes at once.
    while (unsettled.length > 0) {
      const failure = write(unsettled.slice(0, portion))
      if (failure !== undefined) return failure
      unsettled = unsettled.slice(portion)
    }
    return write(fresh)
  }

  function write(entries: readonly JournalEntry[]): Failure | undefined {
    const failure = journal.append(entries, (day) => {
      // Asked again for the same day when the first try could not be written.
      if (day !== state.day) closeDay()
      const checkpoint = checkpointOf(state, day, clock.wallMs())
      applyEntry(state, checkpoint)
      return checkpoint
    })
    if (failure !== undefined) {
      if (unavailable === undefined) log.error('the journal cannot be written', { reason: failure.message })
      unavailable = failure
      return failure
    }
    unavailable = undefined
    for (const entry of entries) {
      applyEntry(state, entry)
      for (const listener of listeners) listener(entry)
    }
    snapshots.noteApplied(entries.length)
    return undefined
  }

  function closeDay(): void {
    if (state.day !== '' && state.day !== unreadDay) rollUps.close(state.rollUps)
  }

  function findWaybill(requestId: RequestId, sinceMs = 0): Waybill | undefined {
    let found: Waybill | undefined
    const fold = createWaybillFold()
    journal.visitNewestFirst(
      (entry) => {
        const waybill = fold.take(entry)
        if (waybill?.requestId === requestId) found = waybill
        return found === undefined && entry.atMs >= sinceMs
      },
      // An entry is never in the file of a day before its own.
      { contains: JSON.stringify(requestId), sinceDay: utcDayOf(sinceMs) },
    )
    return found && correctedWaybill(found, state.budgets.released)
  }

  function findNotes(requestId: RequestId, sinceMs: number): readonly (AutoEntry | FeedbackEntry)[] {
    const notes: (AutoEntry | FeedbackEntry)[] = []
    journal.visitNewestFirst(
      (entry) => {
        const isNote = entry.type === 'auto' || entry.type === 'feedback'
        if (isNote && entry.requestId === requestId) notes.push(entry)
        return entry.atMs >= sinceMs
      },
      { contains: JSON.stringify(requestId), sinceDay: utcDayOf(sinceMs) },
    )
    return notes
  }

  const ledger: Ledger = {
    reserve: (entry) => append([entry]),
    note: (entry) => append([entry]),
    durable: journal.durable,
    findNotes,
    settle: (entries) => {
      if (append(entries) === undefined) return
      // Requests that were refused because of this have cost nothing: keeping their lines would only pile up.
      unsettled = [...unsettled, ...entries.filter((entry) => entry.type !== 'request' || entry.attemptCount > 0)]
    },
    forget: (wish) =>
      journal.forget(wish, {
        isUnderWay: (requestId) => state.requestsUnderWay.has(requestId as RequestId),
        carried: (day, forgotten) => ({
          ...checkpointOf(state, day, clock.wallMs()),
          openReservations: [],
          requestsUnderWay: [],
          budgets: withoutInterrupted(budgetCheckpointOf(state.budgets), forgotten),
        }),
        onForgotten: () => {
          rollUps.dropKept()
          // What is left must be what the next start would make of it.
          const left = createJournalState()
          journal.visitDay(state.day, (entry) => applyEntry(left, entry))
          Object.assign(state, left)
          // The snapshot and its backup: both may name what is forgotten.
          snapshots.saveNow()
          snapshots.saveNow()
        },
      }),
    unavailable: () => unavailable,
    state: () => state,
    rollUps,
    onApplied: (listener) => {
      listeners.push(listener)
    },
    pages: correctedPages(createJournalPages(ports), () => state.budgets.released),
    findWaybill,
    snapshotNow: snapshots.saveNow,
  }
  closeInterrupted(ledger, clock)
  return ledger
}

/**
 * A request found under way belongs to a daemon that was killed. Each of its open calls may have been billed up to its
 * bound, so it counts as "at most" that.
 */
function closeInterrupted(ledger: Ledger, clock: Clock): void {
  const { requestsUnderWay, openReservations } = ledger.state()
  for (const request of [...requestsUnderWay.values()]) {
    const open = [...openReservations.values()].filter((reserve) => reserve.requestId === request.lastReserve.requestId)
    ledger.settle(interruptedEntries(request, open, clock.wallMs()))
  }
}

function interruptedEntries(
  request: RequestUnderWay,
  open: readonly ReserveEntry[],
  atMs: number,
): readonly JournalEntry[] {
  const { scope, requestId, requestStartedAtMs, attempt } = request.lastReserve
  const ends = open.map(
    (reserve): EndEntry => ({ type: 'end', atMs, requestId, record: interruptedAttempt(reserve, atMs) }),
  )
  const { client, user, workspace, ...route } = scope
  const requestEntry: JournalEntry = {
    type: 'request',
    atMs,
    attemptCount: attempt,
    waybill: {
      requestId,
      startedAtMs: requestStartedAtMs,
      totalMs: Math.max(0, atMs - requestStartedAtMs),
      caller: { client, user, ...(workspace !== undefined && { workspace }) },
      ...route,
      outcome: 'interrupted',
      cost: ends.reduce((sum, end) => addMoney(sum, end.record.cost), request.cost),
    },
  }
  return [...ends, requestEntry]
}

function correctedPages(pages: JournalPages, released: () => ReadonlyMap<string, number>): JournalPages {
  return {
    page: async (query, signal) => {
      const page = await pages.page(query, signal)
      return { ...page, waybills: page.waybills.map((waybill) => correctedWaybill(waybill, released())) }
    },
    find: async (requestId, signal) => {
      const waybill = await pages.find(requestId, signal)
      return waybill && correctedWaybill(waybill, released())
    },
  }
}
