/** Admission: which attempts fit, what is held, what the output is cut to, and why others do not fit. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type AppliedBudget, type AttemptNeed, admitAttempt } from '../../../../daemon/core/budgets/admitAttempt.ts'
import type { BudgetConfig } from '../../../../shared/domain/budget.ts'
import type { Money } from '../../../../shared/domain/money.ts'
import { budget, measured } from './budgetSamples.ts'

/** 10 for the input and 1 for each token of the output. */
function need(more: Partial<AttemptNeed> = {}): AttemptNeed {
  return {
    boundAt: (outputTokens) => ({ tokens: 10 + outputTokens, money: measured(10 + outputTokens) }),
    likelyTokens: () => 50,
    maxOutputTokens: 800,
    minOutputTokens: 256,
    isCountedBy: () => false,
    isBarred: false,
    ...more,
  }
}

function applied(config: Partial<BudgetConfig>, counter?: AppliedBudget['counter']): AppliedBudget {
  const window = { startMs: 0, endMs: 1_000 }
  return { budget: budget('month', config), window, ...(counter !== undefined && { counter }) }
}

const unbounded: AttemptNeed['boundAt'] = (outputTokens) => ({ tokens: outputTokens, money: { kind: 'unknown' } })

test('without budgets it is let through as it is', () => {
  assert.deepEqual(admitAttempt([], need()), { state: 'granted', holds: [], maxOutputTokens: 800 })
})

test('what fits holds the bound, and the limit stays', () => {
  const admission = admitAttempt([applied({}, { atMost: 100, held: 90 })], need())
  assert.equal(admission.state, 'granted')
  assert.deepEqual(admission.state === 'granted' && [admission.maxOutputTokens, admission.cutBy], [800, undefined])
  assert.deepEqual(admission.state === 'granted' && admission.holds.map(({ amount }) => amount), [810])
})

test('where less is left the output is cut to exactly what fits, and the budget is named', () => {
  const admission = admitAttempt([applied({}, { atMost: 600, held: 0 })], need())
  assert.deepEqual(admission.state === 'granted' && [admission.maxOutputTokens, admission.cutBy?.name], [390, 'month'])
  assert.deepEqual(admission.state === 'granted' && admission.holds.map(({ amount }) => amount), [400])
})

test('the tightest of several cuts, and all hold the same attempt', () => {
  const admission = admitAttempt(
    [applied({}, { atMost: 300, held: 0 }), applied({ tokens: 500 }), applied({ requests: 3 })],
    need(),
  )
  assert.deepEqual(admission.state === 'granted' && admission.holds.map(({ amount }) => amount), [500, 500, 1])
})

const refusals: readonly {
  readonly name: string
  readonly applied: AppliedBudget
  readonly need?: Partial<AttemptNeed>
  readonly reason: string
}[] = [
  { name: 'under 256 tokens of output', applied: applied({}, { atMost: 735, held: 0 }), reason: 'spent' },
  { name: 'only others under way stand in the way', applied: applied({}, { atMost: 100, held: 700 }), reason: 'held' },
  { name: 'no bound', applied: applied({}), need: { boundAt: unbounded }, reason: 'price-unknown' },
  { name: 'answered with too much before', applied: applied({}), need: { isBarred: true }, reason: 'barred' },
  { name: 'no request is left', applied: applied({ requests: 2 }, { atMost: 2, held: 0 }), reason: 'spent' },
  {
    name: 'the rate is used up',
    applied: { ...applied({ tokens: 100, per: 'minute' }), rate: { used: 60, freeAfterMs: () => 7 } },
    reason: 'rate',
  },
]

for (const row of refusals) {
  test(`refused: ${row.name}`, () => {
    const admission = admitAttempt([row.applied], need(row.need))
    assert.deepEqual(admission.state === 'short' && admission.shortfalls.map(({ reason }) => reason), [row.reason])
  })
}

test('a profile that asks for more than is left is refused, one that asks for little is not', () => {
  const left = applied({}, { atMost: 600, held: 0 })
  assert.equal(admitAttempt([left], need({ minOutputTokens: 391 })).state, 'short')
  assert.equal(admitAttempt([applied({}, { atMost: 900, held: 0 })], need({ maxOutputTokens: 20 })).state, 'granted')
})

test('a later attempt of a request counts no further request', () => {
  const full = applied({ requests: 2 }, { atMost: 2, held: 0 })
  const admission = admitAttempt([full], need({ isCountedBy: () => true }))
  assert.deepEqual(admission.state === 'granted' && admission.holds.map(({ amount }) => amount), [0])
})

test('a soft budget lets everything through and counts it, with 0 for what has no bound', () => {
  const soft = applied({ enforcement: 'soft' }, { atMost: 5_000, held: 0 })
  const amounts = (admission: ReturnType<typeof admitAttempt>) =>
    admission.state === 'granted' ? admission.holds.map(({ amount }) => amount) : admission.shortfalls
  assert.deepEqual(amounts(admitAttempt([soft], need())), [810])
  assert.deepEqual(amounts(admitAttempt([soft], need({ boundAt: unbounded }))), [0])
})

test('a rate reserves the estimate, a window of the calendar the bound', () => {
  const rate = { ...applied({ tokens: 100, per: 'minute' as const }), rate: { used: 0, freeAfterMs: () => 0 } }
  const admission = admitAttempt([rate, applied({ tokens: 10_000 })], need())
  assert.deepEqual(admission.state === 'granted' && admission.holds.map(({ amount }) => amount), [50, 810])
})

test('whatever is granted stays within what is left of every hard budget, and one token more would not have fitted', () => {
  const anyApplied = fc
    .record({
      unit: fc.constantFrom('money', 'tokens'),
      limit: fc.integer({ min: 1, max: 3_000 }),
      atMost: fc.nat(2_000),
      held: fc.nat(1_000),
    })
    .map(({ unit, limit, ...counter }) =>
      applied(unit === 'money' ? { dollars: limit / 1e9 } : { tokens: limit }, counter),
    )
  const anyRate = fc.record({ input: fc.nat(500), perToken: fc.integer({ min: 1, max: 5 }) })
  fc.assert(
    fc.property(
      fc.array(anyApplied, { maxLength: 4 }),
      anyRate,
      fc.integer({ min: 1, max: 900 }),
      (all, rate, most) => {
        const moneyAt = (outputTokens: number): Money => measured(rate.input + rate.perToken * outputTokens)
        const boundAt = (outputTokens: number) => ({ tokens: rate.input + outputTokens, money: moneyAt(outputTokens) })
        const leftOf = ({ budget: { limit }, counter }: AppliedBudget) =>
          limit - (counter?.atMost ?? 0) - (counter?.held ?? 0)
        const needs = (one: AppliedBudget, outputTokens: number) =>
          one.budget.unit === 'money' ? rate.input + rate.perToken * outputTokens : rate.input + outputTokens
        const fits = (outputTokens: number) => all.every((one) => needs(one, outputTokens) <= leftOf(one))
        const admission = admitAttempt(all, need({ boundAt, maxOutputTokens: most }))
        if (admission.state === 'short') return assert.ok(!fits(Math.min(256, most)))
        assert.ok(fits(admission.maxOutputTokens) || all.length === 0)
        assert.deepEqual(
          admission.holds.map(({ amount }) => amount),
          all.map((one) => needs(one, admission.maxOutputTokens)),
        )
        if (admission.maxOutputTokens < most) assert.ok(!fits(admission.maxOutputTokens + 1))
      },
    ),
    { numRuns: 500 },
  )
})
