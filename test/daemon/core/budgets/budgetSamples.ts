/** Budgets, holds and ends of attempts for the tests of budgets. */
import type { Budget, BudgetConfig, BudgetHold, BudgetName } from '../../../../shared/domain/budget.ts'
import { budgetOf } from '../../../../shared/domain/budget.ts'
import type { Money } from '../../../../shared/domain/money.ts'
import type { Usage } from '../../../../shared/domain/usage.ts'
import type { AttemptRecord } from '../../../../shared/domain/waybill.ts'
import { endpoint } from '../../../support/endpoints.ts'

/** Of 1,000 nanodollars a month, unless something else is said. */
export function budget(name: string, config: Partial<BudgetConfig> = {}): Budget {
  const hasAmount = config.tokens !== undefined || config.requests !== undefined
  return budgetOf(name as BudgetName, { ...(!hasAmount && { dollars: 0.000_001 }), per: 'month', ...config })
}

export function hold(amount: number, more: Partial<BudgetHold> = {}): BudgetHold {
  const name = 'month' as BudgetName
  return { budget: name, unit: 'money', window: 'month', zone: 'UTC', startMs: 0, isHard: true, amount, ...more }
}

export function measured(nanodollars: number): Money {
  return { kind: 'measured', nanodollars }
}

export function atMost(nanodollars: number, likely = nanodollars): Money {
  return { kind: 'estimated', nanodollars: likely, lowNanodollars: 0, highNanodollars: nanodollars }
}

export function recordOf(cost: Money, more: Partial<AttemptRecord> & { readonly usage?: Usage } = {}): AttemptRecord {
  const { id, provider, model } = endpoint('a/x@one')
  return {
    attempt: 1,
    endpoint: id,
    provider,
    model,
    isPractice: false,
    startedAtMs: 0,
    totalMs: 1,
    outcome: 'succeeded',
    isRewound: false,
    cost,
    bound: { kind: 'unknown' },
    ...more,
  }
}
