import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Money, type MoneySum, moneySumSchema } from '../../../shared/domain/money.ts'
import { addMoney, addMoneySums, noMoney } from '../../../shared/domain/moneySum.ts'

const amount = fc.nat(2 ** 31 - 1)
const money: fc.Arbitrary<Money> = fc.oneof(
  amount.map((nanodollars): Money => ({ kind: 'measured', nanodollars })),
  fc.tuple(amount, amount, amount).map(([one, two, three]): Money => {
    const [low = 0, likely = 0, high = 0] = [one, two, three].sort((a, b) => a - b)
    return { kind: 'estimated', nanodollars: likely, lowNanodollars: low, highNanodollars: high }
  }),
  fc.constant<Money>({ kind: 'unknown' }),
  amount.map((nanodollars): Money => ({ kind: 'practice', nanodollars })),
)
const monies = fc.array(money, { maxLength: 30 })
const sumOf = (list: readonly Money[]): MoneySum => list.reduce(addMoney, noMoney)

test('property: a sum is the same in any order and any grouping, and nothing changes it that is nothing', () => {
  fc.assert(
    fc.property(monies, monies, monies, (a, b, c) => {
      const [x, y, z] = [sumOf(a), sumOf(b), sumOf(c)]
      assert.deepEqual(addMoneySums(x, y), addMoneySums(y, x))
      assert.deepEqual(addMoneySums(addMoneySums(x, y), z), addMoneySums(x, addMoneySums(y, z)))
      assert.deepEqual(addMoneySums(x, noMoney), x)
      assert.deepEqual(sumOf([...a, ...b, ...c]), addMoneySums(x, addMoneySums(y, z)))
      assert.deepEqual(sumOf([...a].reverse()), x)
      moneySumSchema.parse(x)
    }),
  )
})

test('property: no kind is lost, and none is counted as another', () => {
  fc.assert(
    fc.property(monies, (list) => {
      const total = (kind: Money['kind']) =>
        list.reduce((sum, one) => sum + (one.kind === kind && 'nanodollars' in one ? one.nanodollars : 0), 0)
      const sum = sumOf(list)
      assert.equal(sum.measuredNanodollars, total('measured'))
      assert.equal(sum.estimatedNanodollars, total('estimated'))
      assert.equal(sum.practiceNanodollars, total('practice'))
      assert.equal(sum.unknownCount, list.filter(({ kind }) => kind === 'unknown').length)
      assert.ok(sum.estimatedLowNanodollars <= sum.estimatedNanodollars)
      assert.ok(sum.estimatedNanodollars <= sum.estimatedHighNanodollars)
    }),
  )
})

test('a sum beyond what integers hold exactly stays the largest of them, in any order', () => {
  const huge = { ...noMoney, measuredNanodollars: Number.MAX_SAFE_INTEGER }
  const one = { ...noMoney, measuredNanodollars: 5 }
  assert.deepEqual(addMoneySums(huge, one), huge)
  assert.deepEqual(addMoneySums(one, addMoneySums(huge, one)), huge)
})
