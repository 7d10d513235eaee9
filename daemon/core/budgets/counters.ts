/**
 * The counters of all budgets, changed only by journal entries: `reserve` lines hold, `end` lines settle, `release`
 * lines correct what an interrupted attempt was counted with. A counter belongs to one window of one budget and one
 * member. What an attempt uses counts in the window of its `reserve` line. Changing a budget's limit changes no counter.
 *
 * Of each budget and member the windows that were used last are kept, many more than the two periods that a clock usually
 * goes back: one that is wrong for hours opens a window in each, and must still find the one that it left when it comes
 * back. Which windows are old is told by the order of the entries, never by the times in them.
 */
import type { BudgetHold, BudgetWindow } from '../../../shared/domain/budget.ts'
import type { AttemptRecord } from '../../../shared/domain/waybill.ts'

/** Amounts in the budget's unit: nanodollars, tokens or requests. */
export type Counter = {
  readonly hold: Omit<BudgetHold, 'amount' | 'isHard'>
  /** Likely, of what has ended. */
  readonly used: number
  /** At most, of what has ended. */
  readonly atMost: number
  /** By attempts under way. */
  readonly held: number
  /** The highest that `used` was, and before the last attempt ended: a mark that was passed once is not passed again. */
  readonly peak: number
  readonly peakBefore: number
  readonly unknownCount: number
}

/** In the order in which they were used last. */
export type Counters = Map<string, Counter>

/** Of one budget and member. */
const keptWindows: Readonly<Record<BudgetWindow, number>> = {
  minute: 48,
  hour: 24,
  day: 12,
  week: 8,
  month: 8,
  lifetime: 1,
}
/** Of all: members that are gone and budgets that were removed leave theirs behind. */
const mostCounters = 2_000

export function counterKeyOf(hold: Omit<BudgetHold, 'amount' | 'isHard'>): string {
  return `${seriesOf(hold)} ${hold.startMs}`
}

/** All windows of one budget and member. */
function seriesOf({ budget, unit, window, zone, member = '' }: Omit<BudgetHold, 'amount' | 'isHard'>): string {
  return JSON.stringify([budget, unit, window, zone, member])
}

export function holdAll(counters: Counters, holds: readonly BudgetHold[]): void {
  for (const hold of holds) {
    const counter = counterOf(counters, hold)
    setLast(counters, { ...counter, held: counter.held + hold.amount })
  }
}

export function settleAll(counters: Counters, holds: readonly BudgetHold[], record: AttemptRecord): void {
  for (const hold of holds) {
    const counter = counterOf(counters, hold)
    const { likely, atMost, isUnknown } = usedOf(hold, record)
    const used = counter.used + likely
    setLast(counters, {
      ...counter,
      used,
      atMost: counter.atMost + atMost,
      held: Math.max(0, counter.held - hold.amount),
      peak: Math.max(counter.peak, used),
      peakBefore: counter.peak,
      unknownCount: counter.unknownCount + (isUnknown ? 1 : 0),
    })
  }
}

/** Counts `spentNanodollars` in place of what `record` was counted with; tokens and requests stay as they were. */
export function correctAll(
  counters: Counters,
  { holds, record, spentNanodollars }: Interrupted & { readonly spentNanodollars: number },
): void {
  for (const hold of holds) {
    const counter = counters.get(counterKeyOf(hold))
    if (counter === undefined || hold.unit !== 'money') continue
    const { likely, atMost, isUnknown } = usedOf(hold, record)
    counters.set(counterKeyOf(hold), {
      ...counter,
      used: counter.used - likely + spentNanodollars,
      atMost: counter.atMost - atMost + spentNanodollars,
      unknownCount: counter.unknownCount - (isUnknown ? 1 : 0),
    })
  }
}

export type Interrupted = { readonly holds: readonly BudgetHold[]; readonly record: AttemptRecord }

type Used = { readonly likely: number; readonly atMost: number; readonly isUnknown?: true }

export function usedOf(hold: BudgetHold, record: AttemptRecord): Used {
  switch (hold.unit) {
    case 'money':
      return moneyOf(hold, record)
    case 'tokens':
      return tokensOf(hold, record)
    case 'requests':
      return exactly(hold.amount)
  }
}

function moneyOf(hold: BudgetHold, { cost }: AttemptRecord): Used {
  switch (cost.kind) {
    case 'measured':
      return exactly(cost.nanodollars)
    case 'estimated':
      return { likely: cost.nanodollars, atMost: cost.highNanodollars }
    case 'unknown':
      return { likely: 0, atMost: hold.amount, isUnknown: true }
    case 'practice':
      return exactly(0)
  }
}

function tokensOf(hold: BudgetHold, { cost, usage, isUsagePartial }: AttemptRecord): Used {
  const { inputTokens, outputTokens } = usage ?? {}
  const isCounted = inputTokens !== undefined && outputTokens !== undefined
  if (isCounted && isUsagePartial !== true) return exactly(inputTokens + outputTokens)
  // A call that was refused has used nothing.
  if (cost.kind === 'measured' && cost.nanodollars === 0) return exactly(0)
  const known = (inputTokens ?? 0) + (outputTokens ?? 0)
  return { likely: known > 0 ? known : hold.amount, atMost: Math.max(known, hold.amount) }
}

function exactly(amount: number): Used {
  return { likely: amount, atMost: amount }
}

function counterOf(counters: Counters, hold: BudgetHold): Counter {
  const found = counters.get(counterKeyOf(hold))
  if (found !== undefined) return found
  const { amount: _amount, isHard: _isHard, ...place } = hold
  dropOldest(counters, place)
  return unusedCounter(place)
}

export function unusedCounter(hold: Counter['hold']): Counter {
  return { hold, used: 0, atMost: 0, held: 0, peak: 0, peakBefore: 0, unknownCount: 0 }
}

function setLast(counters: Counters, counter: Counter): void {
  const key = counterKeyOf(counter.hold)
  counters.delete(key)
  counters.set(key, counter)
}

/** Makes room for one more window. What still holds something is never dropped. */
function dropOldest(counters: Counters, place: Counter['hold']): void {
  const series = seriesOf(place)
  const own = [...counters.values()].filter(({ hold }) => seriesOf(hold) === series)
  const surplus = Math.max(0, own.length - keptWindows[place.window] + 1)
  const old = counters.size < mostCounters ? [] : [...counters.values()].slice(0, counters.size - mostCounters + 1)
  for (const { hold, held } of [...own.slice(0, surplus), ...old]) if (held === 0) counters.delete(counterKeyOf(hold))
}
