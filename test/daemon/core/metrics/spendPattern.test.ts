import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spendPatternOf } from '../../../../daemon/core/metrics/spendPattern.ts'

function close(found: number, expected: number, share = 0.05): void {
  assert.ok(Math.abs(found - expected) <= share * expected, `${found} against ${expected}`)
}

test('what never changes has a level and no surprises', () => {
  const pattern = spendPatternOf(Array.from({ length: 28 }, () => 100))
  close(pattern.levelAhead(30).level, 100)
  close(pattern.weightAhead(3), 1)
  for (const multiple of pattern.multiples) close(multiple, 1)
})

test('quiet weekends are found by their place, and what is to come on them is little', () => {
  // Day 0 is a Monday: 5 and 6 are the weekend.
  const pattern = spendPatternOf(Array.from({ length: 42 }, (_, day) => (day % 7 < 5 ? 100 : 0)))
  // The day after the last is a Monday again.
  const weights = Array.from({ length: 7 }, (_, ahead) => pattern.weightAhead(ahead + 1))
  for (const weight of weights.slice(0, 5)) close(weight, 1.4)
  for (const weight of weights.slice(5)) assert.ok(weight < 0.15)
  assert.equal(pattern.quietMultiples.length, 12)
})

test('a rise goes on', () => {
  const pattern = spendPatternOf(Array.from({ length: 60 }, (_, day) => 100 + 5 * day))
  close(pattern.levelAhead(10).level, 100 + 5 * 69)
})

test('no spending at all is a pattern too', () => {
  const pattern = spendPatternOf(Array.from({ length: 14 }, () => 0))
  assert.equal(pattern.levelAhead(5).level, 0)
})
