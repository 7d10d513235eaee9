/** Marks of budgets are passed once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { passedMark } from '../../../../daemon/core/budgets/budgetMarks.ts'

const budget = { limit: 1_000, marksPercent: [50, 80, 100] }

test('the highest mark that was passed at once is told', () => {
  assert.equal(passedMark(budget, { peakBefore: 0, peak: 499 }), undefined)
  assert.equal(passedMark(budget, { peakBefore: 499, peak: 500 }), 50)
  assert.equal(passedMark(budget, { peakBefore: 10, peak: 900 }), 80)
  assert.equal(passedMark(budget, { peakBefore: 900, peak: 2_000 }), 100)
  assert.equal(passedMark(budget, { peakBefore: 2_000, peak: 2_000 }), undefined)
})

test('however use grows, each mark is told at most once and in rising order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400), { maxLength: 20 }), (amounts) => {
      let peak = 0
      const told: number[] = []
      for (const amount of amounts) {
        const mark = passedMark(budget, { peakBefore: peak, peak: peak + amount })
        peak += amount
        if (mark !== undefined) told.push(mark)
      }
      assert.deepEqual(
        told,
        [...new Set(told)].sort((a, b) => a - b),
      )
      const highest = budget.marksPercent.findLast((mark) => peak >= mark * 10)
      assert.equal(told.at(-1), highest)
    }),
  )
})
