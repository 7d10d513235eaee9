/**
 * Whether an attempt fits all budgets that it counts towards: all holds together, or none. Where less is left than it
 * could use, its output limit is cut down to what fits, but never under the least that is worth sending.
 */
import type { Budget, BudgetHold, BudgetName } from '../../../shared/domain/budget.ts'
import type { Money } from '../../../shared/domain/money.ts'
import type { CalendarWindow } from './calendar.ts'
import type { Counter } from './counters.ts'
import type { RateUse } from './rateWindow.ts'

/** A budget that the attempt counts towards, in the window of now. */
export type AppliedBudget = {
  readonly budget: Budget
  readonly member?: string
  readonly window: CalendarWindow
  /** Missing: nothing was counted in this window yet. */
  readonly counter?: Pick<Counter, 'atMost' | 'held'>
  /** Of a rate: its rolling window takes the place of the counter. */
  readonly rate?: RateUse
}

/** What an attempt uses with an output limit, at most and, for rates, probably. */
export type AttemptNeed = {
  readonly boundAt: (maxOutputTokens: number) => { readonly tokens: number; readonly money: Money }
  readonly likelyTokens: () => number
  /** The output limit that it would be sent with. */
  readonly maxOutputTokens: number
  /** Under this it is not worth sending. */
  readonly minOutputTokens: number
  /** A request is counted once by each of its budgets, whatever the number of its attempts. */
  readonly isCountedBy: (budget: BudgetName, member: string | undefined) => boolean
  /** Answered with more than its bound before: kept out of hard budgets. */
  readonly isBarred: boolean
}

/** Why one budget does not let the attempt through. Amounts in its unit. */
export type Shortfall = {
  readonly budget: Budget
  readonly member?: string
  readonly reason: 'spent' | 'held' | 'rate' | 'price-unknown' | 'barred'
  /** What the smallest attempt worth sending needs. */
  readonly needed: number
  readonly left: number
  /** `held`: by other attempts that are under way. */
  readonly held: number
  /** When its window ends; missing for a lifetime. Unix milliseconds. */
  readonly resetsAtMs?: number
  /** `rate`: enough is free again after this. */
  readonly freeAfterMs?: number
}

export type Admission =
  | {
      readonly state: 'granted'
      readonly holds: readonly BudgetHold[]
      readonly maxOutputTokens: number
      /** The budget that cut the output limit down. */
      readonly cutBy?: Budget
    }
  | { readonly state: 'short'; readonly shortfalls: readonly Shortfall[] }

export function admitAttempt(applied: readonly AppliedBudget[], need: AttemptNeed): Admission {
  const hard = applied.filter(({ budget }) => budget.isHard)
  let { maxOutputTokens } = need
  let cutBy: Budget | undefined
  const shortfalls: Shortfall[] = []
  for (const one of hard) {
    const fitting = fittingOutput(one, need, leftOf(one))
    if (typeof fitting !== 'number') shortfalls.push(fitting)
    else if (fitting < maxOutputTokens) {
      maxOutputTokens = fitting
      cutBy = one.budget
    }
  }
  if (shortfalls.length > 0) return { state: 'short', shortfalls }
  return {
    state: 'granted',
    maxOutputTokens,
    ...(cutBy !== undefined && { cutBy }),
    holds: applied.map((one) => holdOf(one, amountOf(one, need, maxOutputTokens) ?? 0)),
  }
}

/** The largest output limit with which it fits, or why it does not. */
function fittingOutput(applied: AppliedBudget, need: AttemptNeed, left: number): number | Shortfall {
  const { budget } = applied
  const least = Math.min(need.minOutputTokens, need.maxOutputTokens)
  const needed = amountOf(applied, need, least)
  if (needed === undefined) return shortfallOf(applied, 'price-unknown', { needed: 0, left })
  if (need.isBarred && budget.unit !== 'requests') return shortfallOf(applied, 'barred', { needed, left })
  if (needed > left) return shortfallOf(applied, reasonOf(applied, needed, left), { needed, left })
  return largestFitting(least, need.maxOutputTokens, (outputTokens) => {
    const amount = amountOf(applied, need, outputTokens)
    return amount !== undefined && amount <= left
  })
}

function reasonOf(applied: AppliedBudget, needed: number, left: number): Shortfall['reason'] {
  if (applied.rate !== undefined) return 'rate'
  return needed <= left + (applied.counter?.held ?? 0) ? 'held' : 'spent'
}

/** `isFitting(low)` holds; a larger limit never needs less. */
function largestFitting(low: number, high: number, isFitting: (outputTokens: number) => boolean): number {
  if (isFitting(high)) return high
  let fits = low
  for (let exceeds = high; exceeds - fits > 1; ) {
    const middle = fits + Math.floor((exceeds - fits) / 2)
    if (isFitting(middle)) fits = middle
    else exceeds = middle
  }
  return fits
}

/** Undefined: its price is unknown, so that nothing bounds what it costs. */
function amountOf(
  { budget, member, rate }: AppliedBudget,
  need: AttemptNeed,
  maxOutputTokens: number,
): number | undefined {
  switch (budget.unit) {
    case 'requests':
      return need.isCountedBy(budget.name, member) ? 0 : 1
    case 'tokens':
      return rate === undefined ? need.boundAt(maxOutputTokens).tokens : need.likelyTokens()
    case 'money': {
      const { money } = need.boundAt(maxOutputTokens)
      return money.kind === 'measured' ? money.nanodollars : undefined
    }
  }
}

function leftOf({ budget, counter, rate }: AppliedBudget): number {
  const used = rate === undefined ? (counter?.atMost ?? 0) + (counter?.held ?? 0) : rate.used
  return Math.max(0, budget.limit - used)
}

/** Of a soft budget an unknown price holds nothing; the counter then says how many were unknown. */
function holdOf({ budget, member, window }: AppliedBudget, amount: number): BudgetHold {
  return {
    budget: budget.name,
    unit: budget.unit,
    window: budget.window,
    zone: budget.zone,
    startMs: window.startMs,
    ...(member !== undefined && { member }),
    amount,
    isHard: budget.isHard,
  }
}

function shortfallOf(
  { budget, member, window, counter, rate }: AppliedBudget,
  reason: Shortfall['reason'],
  { needed, left }: { readonly needed: number; readonly left: number },
): Shortfall {
  const freeAfterMs = reason === 'rate' ? rate?.freeAfterMs(needed, budget.limit) : undefined
  return {
    budget,
    ...(member !== undefined && { member }),
    reason,
    needed,
    left,
    held: counter?.held ?? 0,
    ...(window.endMs !== undefined && { resetsAtMs: window.endMs }),
    ...(freeAfterMs !== undefined && { freeAfterMs }),
  }
}
