/** Which budgets an attempt counts towards, and whose counter of each. */
import type { Budget } from '../../../shared/domain/budget.ts'

/** Who asks, and what is called. A missing one is not there, and its budgets do not count. */
export type BudgetSubject = {
  readonly workspace?: string
  readonly user: string
  readonly profile?: string
  readonly provider: string
  /** The name of the provider's key. */
  readonly key?: string
  readonly clientKey?: string
}

export type Applied = { readonly budget: Budget; readonly member?: string }

export function appliedBudgets(budgets: readonly Budget[], subject: BudgetSubject): readonly Applied[] {
  return budgets.flatMap((budget) => {
    if (budget.scope === 'everything') return [{ budget }]
    const member = memberOf(budget, subject)
    if (member === undefined || (budget.of !== undefined && budget.of !== member)) return []
    return [{ budget, member }]
  })
}

function memberOf({ scope }: Budget, subject: BudgetSubject): string | undefined {
  switch (scope) {
    case 'everything':
      return undefined
    case 'workspace':
      return subject.workspace
    case 'user':
      return subject.user
    case 'profile':
      return subject.profile
    case 'provider':
      return subject.provider
    case 'key':
      return subject.key
    case 'client-key':
      return subject.clientKey
  }
}

/** Requests and tokens by the minute or hour are rates: their windows roll. */
export function isRate({ unit, window }: Pick<Budget, 'unit' | 'window'>): boolean {
  return unit !== 'money' && (window === 'minute' || window === 'hour')
}
