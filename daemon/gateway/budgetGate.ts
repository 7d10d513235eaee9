/**
 * Lets attempts through as far as all budgets allow, and tells who waits for room when there is some. Counters are the
 * journal's (`JournalState.budgets`); rates are kept here, because their windows roll on the monotonic clock. `admit`,
 * the reserve line and `onEntry` happen in one synchronous turn, so that no two attempts are promised the same money.
 */
import type { Budget, BudgetCounter, BudgetHold } from '../../shared/domain/budget.ts'
import type { AttemptRecord } from '../../shared/domain/waybill.ts'
import type { Notice } from '../../shared/protocol/notice.ts'
import { type Admission, type AppliedBudget, admitAttempt } from '../core/budgets/admitAttempt.ts'
import { appliedBudgets, isRate } from '../core/budgets/appliedBudgets.ts'
import { passedMark } from '../core/budgets/budgetMarks.ts'
import { markText } from '../core/budgets/budgetTexts.ts'
import { type CalendarWindow, windowAt } from '../core/budgets/calendar.ts'
import { counterKeyOf, unusedCounter, usedOf } from '../core/budgets/counters.ts'
import { type RateUse, type RateWindow, rateUseAt, settleRate, useRate } from '../core/budgets/rateWindow.ts'
import type { EndEntry, JournalEntry, ReserveEntry } from '../core/journal/entry.ts'
import type { JournalState } from '../core/journal/journalState.ts'
import type { BudgetAttempt, Promised } from './budgetAttempt.ts'
import type { Clock } from './ports.ts'
import { createRoomQueue, type RoomQueue } from './roomQueue.ts'

export type BudgetGate = {
  readonly admit: (attempt: BudgetAttempt, promised?: Promised) => Admission
  /** What is used, held and left in the windows of now, most used first. */
  readonly countersOf: (budget: Budget) => readonly BudgetCounter[]
} & Pick<RoomQueue, 'takePlace' | 'untilFits'>

export type BudgetGatePorts = {
  readonly clock: Clock
  readonly state: () => Readonly<JournalState>
  readonly budgets: () => readonly Budget[]
  /** Tells of every journal entry after it was applied. */
  readonly onApplied: (listener: (entry: JournalEntry) => void) => void
  readonly tell: (notice: Notice) => void
}

const unusedRate: RateUse = { used: 0, freeAfterMs: () => 0 }
const rateLengthMs = { minute: 60_000, hour: 3_600_000 }

export function createBudgetGate(ports: BudgetGatePorts): BudgetGate {
  const { clock, state, budgets, tell } = ports
  const lookUp = createWindowLookup()
  const rates = createRates(ports)
  /** Of attempts under way, by request and attempt. */
  const openHolds = new Map<string, readonly BudgetHold[]>()
  const queue = createRoomQueue(clock, admit)

  function admit(attempt: BudgetAttempt, promised?: Promised): Admission {
    const { need, isPractice, subject, endpoint } = attempt
    const all = budgets()
    if (all.length === 0 || isPractice) return { state: 'granted', holds: [], maxOutputTokens: need.maxOutputTokens }
    const nowMs = clock.wallMs()
    const applied = appliedBudgets(all, subject).map((one): AppliedBudget => {
      const { budget, member } = one
      const window = lookUp(nowMs, budget)
      const key = counterKeyOf(placeOf(budget, window, member))
      const counter = state().budgets.counters.get(key)
      const more = promised?.get(key) ?? 0
      const { atMost = 0, held = 0 } = counter ?? {}
      const rate = rates.useOf(budget, member)
      return { ...one, window, counter: { atMost, held: held + more }, ...(rate !== undefined && { rate }) }
    })
    return admitAttempt(applied, { ...need, isBarred: state().budgets.barred.has(endpoint) })
  }

  function countersOf(budget: Budget): readonly BudgetCounter[] {
    const views = isRate(budget) ? rateViews(budget) : calendarViews(budget)
    return [...views].sort((a, b) => b.used - a.used)
  }

  function calendarViews(budget: Budget): readonly BudgetCounter[] {
    const { startMs, endMs } = lookUp(clock.wallMs(), budget)
    const { name, unit, window, zone, scope, of, limit } = budget
    const place = { budget: name, unit, window, zone, startMs }
    const own = [...state().budgets.counters.values()].filter(({ hold }) => {
      const { member: _member, ...rest } = hold
      return counterKeyOf(rest) === counterKeyOf(place)
    })
    const all =
      own.length > 0 || (scope !== 'everything' && of === undefined) ? own : [unusedCounter(withMember(place, of))]
    return all.map(({ hold: { member }, used, atMost, held, unknownCount }) => {
      const amounts = { used, atMost, held, left: Math.max(0, limit - atMost - held), unknownCount }
      return withMember({ startMs, ...(endMs !== undefined && { endMs }), ...amounts }, member)
    })
  }

  /** Of the rolling windows, which let attempts through or not, whatever minute the wall clock shows. */
  function rateViews(budget: Budget): readonly BudgetCounter[] {
    const { scope, of, limit } = budget
    const members = scope === 'everything' || of !== undefined ? [of] : rates.membersOf(budget)
    const startMs = clock.wallMs() - (budget.window === 'minute' ? rateLengthMs.minute : rateLengthMs.hour)
    return members.map((member) => {
      const { used, freeAfterMs } = rates.useOf(budget, member) ?? unusedRate
      const left = Math.max(0, limit - used)
      const afterMs = used === 0 ? undefined : freeAfterMs(left + 1, limit)
      const amounts = { used, atMost: used, held: 0, left, unknownCount: 0 }
      return withMember({ startMs, ...amounts, ...(afterMs !== undefined && { freeAfterMs: afterMs }) }, member)
    })
  }

  function onReserve({ requestId, attempt, holds }: ReserveEntry): void {
    if (holds === undefined) return
    const token = tokenOf(requestId, attempt)
    openHolds.set(token, holds)
    rates.onHolds(token, holds)
  }

  function onEnd({ requestId, record }: EndEntry): void {
    const token = tokenOf(requestId, record.attempt)
    const holds = openHolds.get(token) ?? []
    openHolds.delete(token)
    for (const hold of holds) {
      if (isRate(hold)) rates.onUsed(token, hold, usedOf(hold, record).likely)
      tellMark(hold)
    }
    if (record.isOverBound === true && budgets().some(({ isHard }) => isHard)) tellBarred(record)
    if (holds.length > 0) queue.onRoom()
  }

  function tellBarred({ endpoint }: AttemptRecord): void {
    const message = `${endpoint} answered with more than it was asked for at most. Hard budgets keep it out until \`waybill budgets allow ${endpoint}\`.`
    tell({ kind: 'endpoint-barred', endpoint, message })
  }

  function tellMark(hold: BudgetHold): void {
    const counter = state().budgets.counters.get(counterKeyOf(hold))
    const budget = budgets().find(({ name }) => name === hold.budget)
    if (counter === undefined || budget === undefined) return
    const percent = passedMark(budget, counter)
    if (percent === undefined) return
    const { endMs } = lookUp(hold.startMs, budget)
    const member = hold.member === undefined ? {} : { member: hold.member }
    const message = markText({ budget, ...member }, counter, {
      percent,
      ...(endMs !== undefined && { resetsAtMs: endMs }),
    })
    tell({ kind: 'budget-mark', budget: budget.name, ...member, percent, message })
  }

  ports.onApplied((entry) => {
    if (entry.type === 'reserve') onReserve(entry)
    if (entry.type === 'end') onEnd(entry)
    if (entry.type === 'release' || entry.type === 'allow') queue.onRoom()
  })
  return { admit, countersOf, takePlace: queue.takePlace, untilFits: queue.untilFits }
}

function tokenOf(requestId: string, attempt: number): string {
  return `${requestId}#${attempt}`
}

function placeOf(budget: Budget, window: CalendarWindow, member: string | undefined) {
  const { name, unit, zone } = budget
  const { startMs } = window
  return withMember({ budget: name, unit, window: budget.window, zone, startMs }, member)
}

/** Most requests fall into the windows of the one before: looking a zone up takes a millisecond. */
function createWindowLookup(): (atMs: number, budget: Budget) => CalendarWindow {
  const last = new Map<string, CalendarWindow>()
  return (atMs, { window, zone }) => {
    const key = `${window} ${zone}`
    const known = last.get(key)
    if (known !== undefined && known.startMs <= atMs && atMs < (known.endMs ?? Number.POSITIVE_INFINITY)) return known
    const found = windowAt(atMs, window, zone)
    last.set(key, found)
    return found
  }
}

function withMember<Place extends object>(
  place: Place,
  member: string | undefined,
): Place & { readonly member?: string } {
  return { ...place, ...(member !== undefined && { member }) }
}

type RatePlace = Pick<BudgetHold, 'budget' | 'unit' | 'window' | 'member'>

function ratePlaceOf({ name: budget, unit, window }: Budget, member: string | undefined): RatePlace {
  return withMember({ budget, unit, window }, member)
}

function createRates({ clock, state }: Pick<BudgetGatePorts, 'clock' | 'state'>) {
  const windows = new Map<string, { readonly place: RatePlace; readonly window: RateWindow }>()
  seed()

  function windowOf(place: RatePlace): RateWindow | undefined {
    const { budget, unit, window: length, member = '' } = place
    if (!isRate(place) || (length !== 'minute' && length !== 'hour')) return undefined
    const key = JSON.stringify([budget, unit, length, member])
    const found = windows.get(key)
    if (found !== undefined) return found.window
    const window = { lengthMs: rateLengthMs[length], events: [] }
    windows.set(key, { place, window })
    return window
  }

  function useOf(budget: Budget, member: string | undefined): RateUse | undefined {
    const found = windowOf(ratePlaceOf(budget, member))
    return found && rateUseAt(found, clock.monotonicMs())
  }

  /** What an earlier daemon counted in a window that may still last is taken to have been used just now. */
  function seed(): void {
    const nowMs = clock.wallMs()
    for (const { hold, used } of state().budgets.counters.values()) {
      const window = windowOf(hold)
      if (window === undefined || Math.abs(nowMs - hold.startMs) >= 2 * window.lengthMs) continue
      useRate(window, { token: '', atMs: clock.monotonicMs(), amount: used })
    }
  }

  return {
    useOf,
    /** Those that have used something within the window. */
    membersOf: (budget: Budget): readonly string[] => {
      const { name, unit, window } = budget
      return [...windows.values()].flatMap(({ place }) => {
        const isOwn = place.budget === name && place.unit === unit && place.window === window
        const { member } = place
        return isOwn && member !== undefined && (useOf(budget, member)?.used ?? 0) > 0 ? [member] : []
      })
    },
    onHolds: (token: string, holds: readonly BudgetHold[]) => {
      for (const hold of holds) {
        const window = windowOf(hold)
        if (window !== undefined) useRate(window, { token, atMs: clock.monotonicMs(), amount: hold.amount })
      }
    },
    onUsed: (token: string, hold: BudgetHold, amount: number) => {
      const window = windowOf(hold)
      if (window !== undefined) settleRate(window, token, amount)
    },
  }
}
