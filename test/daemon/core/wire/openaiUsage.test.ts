import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeOpenaiUsage } from '../../../../daemon/core/wire/openaiUsage.ts'

const rows: readonly { readonly name: string; readonly usage: unknown; readonly decoded: unknown }[] = [
  { name: 'none', usage: null, decoded: undefined },
  { name: 'an empty one: all unknown', usage: {}, decoded: {} },
  {
    name: 'explicit zeros stay zeros',
    usage: { prompt_tokens: 0, completion_tokens: 0, prompt_tokens_details: { cached_tokens: 0 } },
    decoded: { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 },
  },
  {
    name: 'counts that are none',
    usage: { prompt_tokens: null, completion_tokens: -1, prompt_tokens_details: null, total_tokens: 'x' },
    decoded: {},
  },
  {
    name: 'counts that no request can have are unknown',
    usage: {
      prompt_tokens: 1e9 + 1,
      completion_tokens: Number.MAX_SAFE_INTEGER,
      prompt_tokens_details: { cached_tokens: 1e9, cache_write_tokens: 1e12 },
      completion_tokens_details: { reasoning_tokens: 2e9 },
    },
    decoded: { cachedInputTokens: 1e9 },
  },
  {
    name: 'DeepSeek: cache hits beside the details',
    usage: { prompt_tokens: 9, completion_tokens: 1, prompt_cache_hit_tokens: 4 },
    decoded: { inputTokens: 9, outputTokens: 1, cachedInputTokens: 4 },
  },
  {
    name: 'OpenRouter: cache writes',
    usage: {
      prompt_tokens: 9,
      completion_tokens: 1,
      prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 5 },
    },
    decoded: { inputTokens: 9, outputTokens: 1, cachedInputTokens: 2, cacheWriteTokens: 5 },
  },
  {
    name: 'reasoning within the completion: prompt + completion = total',
    usage: {
      prompt_tokens: 10,
      completion_tokens: 30,
      total_tokens: 40,
      completion_tokens_details: { reasoning_tokens: 20 },
    },
    decoded: { inputTokens: 10, outputTokens: 30, reasoningTokens: 20 },
  },
  {
    name: 'xAI: reasoning beside the completion: prompt + completion + reasoning = total',
    usage: {
      prompt_tokens: 10,
      completion_tokens: 30,
      total_tokens: 60,
      completion_tokens_details: { reasoning_tokens: 20 },
    },
    decoded: { inputTokens: 10, outputTokens: 50, reasoningTokens: 20 },
  },
]

for (const row of rows) {
  test(`reads usage: ${row.name}`, () => {
    assert.deepEqual(decodeOpenaiUsage(row.usage), row.decoded)
  })
}
