/** What a person reads of budgets: a mark that was passed, and why a request does not fit. Pure. */
import type { Budget } from '../../../shared/domain/budget.ts'
import { amountText, limitText, momentText } from '../../../shared/domain/budgetText.ts'
import type { Failure } from '../../../shared/domain/failure.ts'
import { formatTimeLeft } from '../../../shared/domain/format.ts'
import type { EndpointId } from '../../../shared/domain/ids.ts'
import type { Shortfall } from './admitAttempt.ts'
import type { Counter } from './counters.ts'

/** What did not fit, and why: one reason for each budget. */
type ShortAttempt = {
  readonly shortfalls: readonly Shortfall[]
  readonly attempt: { readonly endpoint: EndpointId }
}

type Subject = { readonly budget: Budget; readonly member?: string }

/** `budget month`, `budget team for /home/anna/shop`. */
function nameOf({ budget, member }: Subject): string {
  return member === undefined ? `budget ${budget.name}` : `budget ${budget.name} for ${member}`
}

function resetText({ budget }: Subject, resetsAtMs: number | undefined): string {
  return resetsAtMs === undefined ? 'it never resets' : `it resets ${momentText(resetsAtMs, budget.zone)}`
}

export function markText(subject: Subject, counter: Counter, passed: { percent: number; resetsAtMs?: number }): string {
  const { budget } = subject
  const used = `${amountText(budget, counter.used)} of ${limitText(budget)}`
  const name = capitalised(nameOf(subject))
  return `${name} has passed ${passed.percent} %: ${used}; ${resetText(subject, passed.resetsAtMs)}.`
}

/**
 * Which budget, how much is left, when it resets, and what can be done. `short`: of the candidate that the plan would have
 * had first.
 */
export function shortFailure(short: ShortAttempt | undefined, waitedMs: number): Failure {
  const [first] = short?.shortfalls ?? []
  if (short === undefined || first === undefined) {
    return { kind: 'budget-exhausted', message: 'No budget lets this request through.' }
  }
  const { freeAfterMs } = first
  const message = `${capitalised(nameOf(first))}: ${reasonText(first, short.attempt.endpoint, waitedMs)}`
  if (first.reason !== 'rate') return { kind: 'budget-exhausted', message }
  return { kind: 'rate-limited', message, ...(freeAfterMs !== undefined && { retryAfterMs: Math.ceil(freeAfterMs) }) }
}

function reasonText(shortfall: Shortfall, endpoint: EndpointId, waitedMs: number): string {
  const { budget, left, needed, held } = shortfall
  const amount = (value: number) => amountText(budget, value)
  const leftText = `${amount(left)} left of ${limitText(budget)}`
  const change = `raise it with \`waybill budgets set ${budget.name}\``
  switch (shortfall.reason) {
    case 'spent':
      return `${leftText}, and even a short answer may use ${amount(needed)}; ${resetText(shortfall, shortfall.resetsAtMs)}. Choose a cheaper profile, send less, or ${change}.`
    case 'held':
      return `${leftText}; ${amount(held)} is held by requests under way, and after ${formatTimeWaited(waitedMs)} it was still not free. Try again when they have ended, or ${change}.`
    case 'rate':
      return `${leftText}; ${freeText(shortfall)}. Wait, or ${change}.`
    case 'price-unknown':
      return `what ${endpoint} costs is unknown, so that nothing bounds it. Declare its price in config.json, or choose a model with a known price.`
    case 'barred':
      return `${endpoint} once answered with more than it was asked for, and is kept out. \`waybill budgets allow ${endpoint}\` lets it back.`
  }
}

function freeText({ freeAfterMs, needed, budget }: Shortfall): string {
  if (freeAfterMs === undefined) return `this request alone needs ${amountText(budget, needed)}`
  return `enough is free in ${formatTimeLeft(freeAfterMs)}`
}

/** Whole seconds that have passed: timers end a little late, and a wait of 10 s is none of 11. */
function formatTimeWaited(ms: number): string {
  return formatTimeLeft(Math.floor(ms / 1000) * 1000)
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
