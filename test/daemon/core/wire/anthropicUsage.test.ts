import assert from 'node:assert/strict'
import { test } from 'node:test'
import { usageOf, withCounts } from '../../../../daemon/core/wire/anthropicUsage.ts'

type Row = { readonly name: string; readonly said: readonly object[]; readonly usage: object }

const rows: readonly Row[] = [
  {
    name: '1: input includes cache reads and writes',
    said: [{ input_tokens: 10, cache_read_input_tokens: 5, cache_creation_input_tokens: 3, output_tokens: 1 }],
    usage: { inputTokens: 18, cachedInputTokens: 5, cacheWriteTokens: 3, outputTokens: 1 },
  },
  {
    name: '2: an hour is told from five minutes',
    said: [
      {
        input_tokens: 1,
        cache_creation_input_tokens: 50,
        cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 30 },
      },
    ],
    usage: { inputTokens: 51, cacheWriteTokens: 50, cacheWrite1hTokens: 30 },
  },
  {
    name: '2: a cache write that is told only by its parts is not 0',
    said: [{ input_tokens: 1, cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 30 } }],
    usage: { inputTokens: 51, cacheWriteTokens: 50, cacheWrite1hTokens: 30 },
  },
  {
    name: '2: nor one that is told by one of them',
    said: [{ input_tokens: 1, cache_creation: { ephemeral_1h_input_tokens: 30 } }],
    usage: { inputTokens: 31, cacheWriteTokens: 30, cacheWrite1hTokens: 30 },
  },
  {
    name: '2: what was written for an hour lies within all that was written',
    said: [{ input_tokens: 1, cache_creation_input_tokens: 50, cache_creation: { ephemeral_1h_input_tokens: 90 } }],
    usage: { inputTokens: 51, cacheWriteTokens: 50, cacheWrite1hTokens: 50 },
  },
  {
    name: '4: a later count replaces an earlier one, what is not said again stays',
    said: [
      { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 },
      { input_tokens: 12, output_tokens: 30 },
    ],
    usage: { inputTokens: 17, cachedInputTokens: 5, outputTokens: 30 },
  },
  {
    name: '4: a count may be taken back to 0',
    said: [{ input_tokens: 1, cache_creation_input_tokens: 9 }, { cache_creation_input_tokens: 0 }],
    usage: { inputTokens: 1, cacheWriteTokens: 0 },
  },
  {
    name: '6: an explicit 0 is 0, and what is not said is unknown',
    said: [{ input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 }],
    usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 },
  },
  {
    name: '6: input that is not said is unknown, whatever the cache says',
    said: [{ cache_read_input_tokens: 4 }],
    usage: { cachedInputTokens: 4 },
  },
  {
    name: 'thinking lies within the output',
    said: [{ output_tokens: 30, output_tokens_details: { thinking_tokens: 20 } }],
    usage: { outputTokens: 30, reasoningTokens: 20 },
  },
]

for (const { name, said, usage } of rows) {
  test(`usage, ${name}`, () => {
    assert.deepEqual(usageOf(said.reduce<ReturnType<typeof withCounts>>(withCounts, {})), usage)
  })
}

test('nothing said changes nothing, and counts that no request can have are not believed', () => {
  const counts = withCounts({}, { input_tokens: 1 })
  for (const said of [undefined, null, {}, { input_tokens: -1 }, { output_tokens: 1.5 }, { output_tokens: 1e12 }, []]) {
    assert.equal(withCounts(counts, said), counts)
  }
  assert.deepEqual(usageOf({}), {})
})
