/**
 * What becomes of a request when no candidate fits its budgets. Where only others that are under way stand in the way it
 * waits for them, 10 s in all; where a rate does, within the request's patience. Then it goes on with the profile that
 * the budget names for this, or is refused: which budget, how much is left, when it resets.
 */
import type { BudgetName } from '../../shared/domain/budget.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import type { ProfileName } from '../../shared/domain/ids.ts'
import type { Shortfall } from '../core/budgets/admitAttempt.ts'
import { shortFailure } from '../core/budgets/budgetTexts.ts'
import type { BudgetAttempt } from './budgetAttempt.ts'
import type { BudgetGate } from './budgetGate.ts'
import type { Clock } from './ports.ts'

export type Short = { readonly shortfalls: readonly Shortfall[]; readonly attempt: BudgetAttempt }

export type BudgetStep =
  | {
      readonly kind: 'wait'
      readonly longestMs: number
      readonly short: Short
      readonly attempts: readonly BudgetAttempt[]
    }
  /** `failure`: what it is refused with where that profile cannot be had. */
  | { readonly kind: 'switch'; readonly profile: ProfileName; readonly budget: BudgetName; readonly failure: Failure }
  | { readonly kind: 'refuse'; readonly failure: Failure }

export type BudgetPatience = {
  readonly onShort: (short: Short) => void
  /** A candidate did not fit since the last step. */
  readonly isShort: () => boolean
  readonly next: () => BudgetStep
  /** Ends at the latest when the step said; answers how long it took. */
  readonly wait: (step: BudgetStep & { readonly kind: 'wait' }, signal: AbortSignal) => Promise<number>
}

const longestHeldMs = 10_000

export function createBudgetPatience(
  { clock, budgets }: { readonly clock: Clock; readonly budgets: Pick<BudgetGate, 'takePlace' | 'untilFits'> },
  patienceMs: number,
): BudgetPatience {
  let shorts: Short[] = []
  let heldMsLeft = longestHeldMs
  let rateMsLeft = patienceMs
  let waitedMs = 0
  let place: number | undefined

  function waitStep(): BudgetStep | undefined {
    const held = shorts.filter((short) => short.shortfalls.every(({ reason }) => reason === 'held'))
    const [firstHeld] = held
    if (firstHeld !== undefined && heldMsLeft >= 1) {
      return { kind: 'wait', longestMs: heldMsLeft, short: firstHeld, attempts: held.map(({ attempt }) => attempt) }
    }
    const rated = shorts.flatMap((short) => {
      const freeAfterMs = freeAfterMsOf(short)
      return freeAfterMs === undefined || freeAfterMs > rateMsLeft ? [] : [{ short, freeAfterMs }]
    })
    const soonest = rated.sort((a, b) => a.freeAfterMs - b.freeAfterMs)[0]
    if (soonest === undefined) return undefined
    return { kind: 'wait', longestMs: soonest.freeAfterMs, short: soonest.short, attempts: [soonest.short.attempt] }
  }

  return {
    onShort: (short) => {
      shorts.push(short)
    },
    isShort: () => shorts.length > 0,
    next: () => {
      const wait = waitStep()
      const [first] = shorts
      shorts = []
      if (wait !== undefined) return wait
      const whenSpent = first?.shortfalls.find(({ budget }) => budget.whenSpent !== undefined)?.budget
      const failure = shortFailure(first, waitedMs)
      if (whenSpent?.whenSpent === undefined) return { kind: 'refuse', failure }
      return { kind: 'switch', profile: whenSpent.whenSpent, budget: whenSpent.name, failure }
    },
    wait: async ({ attempts, longestMs, short }, signal) => {
      const startedMs = clock.monotonicMs()
      place ??= budgets.takePlace()
      await budgets.untilFits({ attempts, longestMs, place }, signal)
      const tookMs = clock.monotonicMs() - startedMs
      waitedMs += tookMs
      if (short.shortfalls.some(({ reason }) => reason === 'rate')) rateMsLeft -= tookMs
      else heldMsLeft -= tookMs
      return tookMs
    },
  }
}

/** Undefined: time alone frees nothing. */
function freeAfterMsOf({ shortfalls }: Short): number | undefined {
  let latest = 0
  for (const { reason, freeAfterMs } of shortfalls) {
    if (reason !== 'rate' || freeAfterMs === undefined) return undefined
    latest = Math.max(latest, freeAfterMs)
  }
  // The window's edge itself is still inside.
  return latest + 1
}
