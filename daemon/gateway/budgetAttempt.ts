/** What is asked of budgets: one attempt with what it needs, and what others are being promised in the same moment. */
import type { EndpointId } from '../../shared/domain/ids.ts'
import type { AttemptNeed } from '../core/budgets/admitAttempt.ts'
import type { BudgetSubject } from '../core/budgets/appliedBudgets.ts'

/** Held beside the counters: by those who are let through in the same moment. By counter. */
export type Promised = Map<string, number>

export type BudgetAttempt = {
  readonly subject: BudgetSubject
  readonly endpoint: EndpointId
  /** Practice uses no budget. */
  readonly isPractice: boolean
  readonly need: Omit<AttemptNeed, 'isBarred'>
}
