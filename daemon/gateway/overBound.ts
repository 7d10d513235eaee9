/** Whether an answer is longer, or its call dearer, than what was asked for at most and held of the budgets. */
import type { AttemptBound } from '../../shared/domain/budget.ts'
import type { Money } from '../../shared/domain/money.ts'
import type { AttemptEnd, AttemptLimits } from './attempt.ts'

/**
 * Twice as many characters a token as any ordinary text has: what is longer was not made with the limit that was sent.
 * Usage that comes while it streams is exact.
 */
const mostCharactersPerToken = 12

export function cutAfter({ outputTokens }: AttemptBound): NonNullable<AttemptLimits['cutAfter']> {
  return { outputTokens, answerLength: outputTokens * mostCharactersPerToken }
}

export function isOverBound(ended: {
  readonly attemptEnd: AttemptEnd
  readonly cost: Money
  readonly bound: AttemptBound
}): boolean {
  const { attemptEnd, cost, bound } = ended
  const { inputTokens = 0, outputTokens = 0 } = attemptEnd.usage ?? {}
  if (attemptEnd.isCut === true || inputTokens > bound.inputTokens || outputTokens > bound.outputTokens) return true
  return cost.kind === 'measured' && bound.money.kind === 'measured' && cost.nanodollars > bound.money.nanodollars
}
