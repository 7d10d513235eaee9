import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countOf, usageOfCounts } from '../../../../daemon/core/wire/tokenCounts.ts'

const rows: readonly (readonly [unknown, number | undefined])[] = [
  [0, 0],
  [7, 7],
  [1e9, 1e9],
  [1e9 + 1, undefined],
  [-1, undefined],
  [1.5, undefined],
  [Number.NaN, undefined],
  ['7', undefined],
  [null, undefined],
  [undefined, undefined],
]

for (const [value, count] of rows) {
  test(`a count of ${String(value)} is ${String(count)}`, () => assert.equal(countOf(value), count))
}

test('usage holds what is known, 0 included, and nothing else', () => {
  const unknown = {
    inputTokens: undefined,
    cachedInputTokens: undefined,
    cacheWriteTokens: undefined,
    cacheWrite1hTokens: undefined,
    outputTokens: undefined,
    reasoningTokens: undefined,
  }
  assert.deepEqual(usageOfCounts(unknown), {})
  assert.deepEqual(usageOfCounts({ ...unknown, inputTokens: 3, outputTokens: 0 }), { inputTokens: 3, outputTokens: 0 })
})
