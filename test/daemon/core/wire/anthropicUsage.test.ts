import assert from 'node:assert/strict'
import { test } from 'node:test'
import { usageOf, withCounts } from '../../../../daemon/core/wire/anthropicUsage.ts'

test('a later count replaces an earlier one, what is not said again stays', () => {
  const first = withCounts({}, { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 })
  const second = withCounts(first, { input_tokens: 12, output_tokens: 30 })
  assert.deepEqual(usageOf(second), { inputTokens: 17, cachedInputTokens: 5, outputTokens: 30 })
})

test('nothing said changes nothing, and counts that no request can have are not believed', () => {
  const counts = withCounts({}, { input_tokens: 1 })
  for (const said of [undefined, null, {}, { input_tokens: -1 }, { output_tokens: 1.5 }, { output_tokens: 1e12 }, []]) {
    assert.equal(withCounts(counts, said), counts)
  }
  assert.deepEqual(usageOf({}), {})
})

test('what was written for an hour lies within all that was written', () => {
  const counts = withCounts(
    {},
    {
      input_tokens: 1,
      cache_creation_input_tokens: 50,
      cache_creation: { ephemeral_1h_input_tokens: 90 },
    },
  )
  assert.deepEqual(usageOf(counts), { inputTokens: 51, cacheWriteTokens: 50, cacheWrite1hTokens: 50 })
})
