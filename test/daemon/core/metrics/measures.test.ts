import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  addMoneyToSums,
  addToSums,
  costOf,
  mergeSums,
  noSums,
  packSums,
  statsFieldsOf,
} from '../../../../daemon/core/metrics/measures.ts'
import type { Money } from '../../../../shared/domain/money.ts'
import { addMoney, addMoneySums, noMoney } from '../../../../shared/domain/moneySum.ts'

const amount = fc.nat(1e12)
const money: fc.Arbitrary<Money> = fc.oneof(
  amount.map((nanodollars) => ({ kind: 'measured', nanodollars }) as const),
  amount.map((nanodollars) => ({ kind: 'practice', nanodollars }) as const),
  amount.map((nanodollars) => {
    return { kind: 'estimated', nanodollars, lowNanodollars: 0, highNanodollars: 2 * nanodollars } as const
  }),
  fc.constant({ kind: 'unknown' } as const),
)

test('money keeps its kinds, however it is packed and merged', () => {
  fc.assert(
    fc.property(fc.array(fc.array(money)), (groups) => {
      const merged = noSums()
      for (const group of groups) {
        const sums = noSums()
        for (const one of group) addMoneyToSums(sums, one)
        mergeSums(merged, packSums(sums))
      }
      assert.deepEqual(costOf(merged), groups.flat().reduce(addMoney, noMoney))
      const ofGroups = groups.map((group) => group.reduce(addMoney, noMoney))
      assert.deepEqual(costOf(merged), ofGroups.reduce(addMoneySums, noMoney))
    }),
  )
})

test('sums stay safe integers', () => {
  const sums = noSums()
  addToSums(sums, 'measuredNanodollars', Number.MAX_SAFE_INTEGER)
  addToSums(sums, 'measuredNanodollars', Number.MAX_SAFE_INTEGER)
  assert.equal(costOf(sums).measuredNanodollars, Number.MAX_SAFE_INTEGER)
})

test('nothing counted packs to nothing, and what practice saved is practice money', () => {
  assert.deepEqual(packSums(noSums()), [])
  const sums = noSums()
  addToSums(sums, 'savedNanodollars', 7)
  assert.equal(statsFieldsOf(sums, { isPractice: false }).cacheSavings?.measuredNanodollars, 7)
  assert.equal(statsFieldsOf(sums, { isPractice: true }).cacheSavings?.measuredNanodollars, 0)
  assert.equal(statsFieldsOf(sums, { isPractice: true }).cacheSavings?.practiceNanodollars, 7)
})
