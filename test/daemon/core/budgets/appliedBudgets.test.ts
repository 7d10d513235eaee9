/** Which budgets count an attempt, and for whom. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appliedBudgets, type BudgetSubject, isRate } from '../../../../daemon/core/budgets/appliedBudgets.ts'
import { type BudgetScope, budgetScopes } from '../../../../shared/domain/budget.ts'
import { budget } from './budgetSamples.ts'

const subject: BudgetSubject = {
  workspace: '/shop',
  user: 'anna',
  profile: 'cheap',
  provider: 'openai',
  key: 'OPENAI_API_KEY',
  clientKey: 'laptop',
}

const members: Readonly<Record<BudgetScope, string | undefined>> = {
  everything: undefined,
  workspace: '/shop',
  user: 'anna',
  profile: 'cheap',
  provider: 'openai',
  key: 'OPENAI_API_KEY',
  'client-key': 'laptop',
}

for (const scope of budgetScopes) {
  test(`scope ${scope}: each member by itself, or only the one that is named`, () => {
    const found = appliedBudgets([budget('one', { scope })], subject)
    assert.deepEqual(
      found.map(({ member }) => member),
      [members[scope]],
    )
    if (scope === 'everything') return
    const named = (of: string) => appliedBudgets([budget('one', { scope, of })], subject).length
    assert.deepEqual([named(members[scope] ?? ''), named('somebody else')], [1, 0])
  })
}

test('who is not known counts towards no budget of that scope', () => {
  const all = budgetScopes.map((scope) => budget(scope, { scope }))
  const found = appliedBudgets(all, { user: 'anna', provider: 'local' })
  assert.deepEqual(
    found.map((one) => one.budget.name),
    ['everything', 'user', 'provider'],
  )
})

test('tokens and requests by the minute and the hour are rates; money never is', () => {
  assert.ok(isRate(budget('a', { tokens: 1, per: 'minute' })))
  assert.ok(isRate({ unit: 'requests', window: 'hour' }))
  assert.ok(!isRate({ unit: 'requests', window: 'day' }))
  assert.ok(!isRate({ unit: 'money', window: 'minute' }))
})
