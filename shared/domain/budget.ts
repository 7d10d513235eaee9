/**
 * Budgets and what is held against them. A reservation is made before each attempt for the most it can use, and is
 * settled with what it did use.
 */
import type { Money } from './money.ts'

/** The most one attempt can use. */
export type AttemptBound = {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly money: Money
}
