import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backOffMs } from '../../../../daemon/core/resilience/backOff.ts'

const rule = { baseMs: 100, longestMs: 1_000 }

test('the ceiling doubles up to the longest; the dice choose evenly below it', () => {
  const ceilings = [1, 2, 3, 4, 5, 100].map((tries) => 2 * backOffMs(rule, tries, 2 ** 31))
  assert.deepEqual(ceilings, [100, 200, 400, 800, 1_000, 1_000])
  assert.equal(backOffMs(rule, 3, 0), 0)
  assert.ok(backOffMs(rule, 3, 2 ** 32 - 1) < 400)
})
