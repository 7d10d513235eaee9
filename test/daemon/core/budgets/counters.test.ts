/** Counters of budgets against a naive reference, and what is kept of old windows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Counter,
  type Counters,
  correctAll,
  counterKeyOf,
  holdAll,
  settleAll,
  usedOf,
} from '../../../../daemon/core/budgets/counters.ts'
import type { BudgetHold, BudgetName } from '../../../../shared/domain/budget.ts'
import type { Money } from '../../../../shared/domain/money.ts'
import { atMost, hold, measured, recordOf } from './budgetSamples.ts'

const dayMs = 86_400_000

function counterOf(counters: Counters, of: BudgetHold): Counter | undefined {
  return counters.get(counterKeyOf(of))
}

const costs: readonly {
  readonly name: string
  readonly cost: Money
  readonly used: number
  readonly atMost: number
}[] = [
  { name: 'measured', cost: measured(40), used: 40, atMost: 40 },
  { name: 'estimated: likely and at most', cost: atMost(90, 30), used: 30, atMost: 90 },
  { name: 'unknown: at most what was held', cost: { kind: 'unknown' }, used: 0, atMost: 100 },
  { name: 'practice: nothing', cost: { kind: 'practice', nanodollars: 70 }, used: 0, atMost: 0 },
]

for (const row of costs) {
  test(`counters: money that is ${row.name}`, () => {
    const counters: Counters = new Map()
    holdAll(counters, [hold(100)])
    assert.equal(counterOf(counters, hold(0))?.held, 100)
    settleAll(counters, [hold(100)], recordOf(row.cost))
    const { used, atMost: most, held, unknownCount } = counterOf(counters, hold(0)) ?? assert.fail()
    assert.deepEqual({ used, most, held }, { used: row.used, most: row.atMost, held: 0 })
    assert.equal(unknownCount, row.cost.kind === 'unknown' ? 1 : 0)
  })
}

test('counters: tokens are those that were counted; a refused call used none; else what was held', () => {
  const tokens = hold(500, { unit: 'tokens' })
  assert.deepEqual(usedOf(tokens, recordOf(measured(3), { usage: { inputTokens: 20, outputTokens: 5 } })), {
    likely: 25,
    atMost: 25,
  })
  assert.equal(usedOf(tokens, recordOf(measured(0))).atMost, 0)
  assert.deepEqual(usedOf(tokens, recordOf(atMost(90), { usage: { inputTokens: 20 } })), { likely: 20, atMost: 500 })
})

test('counters: a request counts whatever became of it', () => {
  assert.equal(usedOf(hold(1, { unit: 'requests' }), recordOf(measured(0), { outcome: 'failed' })).likely, 1)
})

test('counters: what an interrupted attempt was counted with is corrected, and nothing else', () => {
  const counters: Counters = new Map()
  const holds = [hold(100), hold(7, { unit: 'tokens' })]
  holdAll(counters, holds)
  holdAll(counters, [hold(50)])
  const record = recordOf(atMost(100), { outcome: 'interrupted' })
  settleAll(counters, holds, record)
  correctAll(counters, { holds, record, spentNanodollars: 12 })
  assert.deepEqual(counterOf(counters, hold(0)), {
    hold: { budget: 'month', unit: 'money', window: 'month', zone: 'UTC', startMs: 0 },
    used: 12,
    atMost: 12,
    held: 50,
    peak: 100,
    peakBefore: 0,
    unknownCount: 0,
  })
  assert.equal(counterOf(counters, hold(0, { unit: 'tokens' }))?.atMost, 7)
})

test('counters: an end counts in the window of its reserve line, whatever window it is now', () => {
  const counters: Counters = new Map()
  const yesterday = hold(100, { window: 'day' })
  holdAll(counters, [yesterday])
  holdAll(counters, [hold(1, { window: 'day', startMs: dayMs })])
  settleAll(counters, [yesterday], recordOf(measured(60)))
  assert.equal(counterOf(counters, yesterday)?.used, 60)
  assert.equal(counterOf(counters, hold(0, { window: 'day', startMs: dayMs }))?.used, 0)
})

test('counters: a clock that was a year ahead for ten windows finds the one that it left; old ones go, none that holds', () => {
  const counters: Counters = new Map()
  const at = (day: number, amount: number) => hold(amount, { window: 'day', startMs: day * dayMs })
  const use = (day: number) => {
    holdAll(counters, [at(day, 9)])
    settleAll(counters, [at(day, 9)], recordOf(measured(day)))
  }
  holdAll(counters, [at(0, 5)])
  for (let day = 1; day <= 40; day += 1) use(day)
  for (let day = 365; day < 375; day += 1) use(day)
  for (const day of [40, 41, 40]) use(day)
  assert.equal(counterOf(counters, at(40, 0))?.used, 120)
  assert.equal(counterOf(counters, at(0, 0))?.held, 5)
  assert.equal(counterOf(counters, at(20, 0)), undefined)
  assert.equal(counters.size, 13)
})

test('counters: members that are gone leave at most two thousand behind', () => {
  const counters: Counters = new Map()
  for (let number = 0; number < 2_100; number += 1) {
    const one = hold(1, { member: `user ${number}` })
    holdAll(counters, [one])
    settleAll(counters, [one], recordOf(measured(1)))
  }
  assert.equal(counters.size, 2_000)
  assert.equal(counterOf(counters, hold(0, { member: 'user 99' })), undefined)
  assert.equal(counterOf(counters, hold(0, { member: 'user 100' }))?.used, 1)
})

test('counters equal a naive reference that sums what was held and what was used, for any order of ends', () => {
  const anyMoney = fc.oneof(
    fc.nat(1000).map(measured),
    fc.tuple(fc.nat(500), fc.nat(500)).map(([low, more]) => atMost(low + more, low)),
    fc.constant<Money>({ kind: 'unknown' }),
  )
  const anyAttempt = fc.record({
    budgets: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
    day: fc.nat(2),
    amount: fc.nat(1000),
    cost: anyMoney,
    hasEnded: fc.boolean(),
    order: fc.nat(),
  })
  fc.assert(
    fc.property(fc.array(anyAttempt, { maxLength: 40 }), (attempts) => {
      const counters: Counters = new Map()
      const all = attempts.map((attempt) => ({
        ...attempt,
        record: recordOf(attempt.cost),
        holds: attempt.budgets.map((name) =>
          hold(attempt.amount, { budget: name as BudgetName, window: 'day', startMs: attempt.day * dayMs }),
        ),
      }))
      for (const { holds } of all) holdAll(counters, holds)
      for (const one of [...all].sort((a, b) => a.order - b.order)) {
        if (one.hasEnded) settleAll(counters, one.holds, one.record)
      }
      for (const counter of counters.values()) {
        const own = all.filter(({ holds }) => holds.some((one) => counterKeyOf(one) === counterKeyOf(counter.hold)))
        const ended = own.filter(({ hasEnded }) => hasEnded)
        const mostOf = ({ cost, amount }: (typeof own)[number]) =>
          cost.kind === 'measured' ? cost.nanodollars : cost.kind === 'estimated' ? cost.highNanodollars : amount
        const likelyOf = ({ cost }: (typeof own)[number]) => ('nanodollars' in cost ? cost.nanodollars : 0)
        const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
        assert.equal(counter.held, sum(own.filter(({ hasEnded }) => !hasEnded).map(({ amount }) => amount)))
        assert.equal(counter.atMost, sum(ended.map(mostOf)))
        assert.equal(counter.used, sum(ended.map(likelyOf)))
        assert.equal(counter.peak, counter.used)
      }
    }),
  )
})
