import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeGeminiUsage } from '../../../../daemon/core/wire/geminiUsage.ts'

const rows: readonly { readonly name: string; readonly usage: unknown; readonly decoded: unknown }[] = [
  { name: 'none', usage: null, decoded: undefined },
  { name: '6: an empty one: all unknown', usage: {}, decoded: {} },
  {
    name: '6: explicit zeros stay zeros',
    usage: { promptTokenCount: 0, candidatesTokenCount: 0, cachedContentTokenCount: 0, thoughtsTokenCount: 0 },
    decoded: { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0 },
  },
  {
    name: '1: the prompt includes what was cached',
    usage: { promptTokenCount: 90, cachedContentTokenCount: 64, candidatesTokenCount: 5, totalTokenCount: 95 },
    decoded: { inputTokens: 90, cachedInputTokens: 64, outputTokens: 5 },
  },
  {
    name: '3: thoughts within the candidates: prompt + candidates = total',
    usage: { promptTokenCount: 10, candidatesTokenCount: 30, thoughtsTokenCount: 20, totalTokenCount: 40 },
    decoded: { inputTokens: 10, outputTokens: 30, reasoningTokens: 20 },
  },
  {
    name: '3: thoughts beside the candidates: prompt + candidates + thoughts = total',
    usage: { promptTokenCount: 10, candidatesTokenCount: 30, thoughtsTokenCount: 20, totalTokenCount: 60 },
    decoded: { inputTokens: 10, outputTokens: 50, reasoningTokens: 20 },
  },
  {
    name: '3: thoughts without a total are added',
    usage: { promptTokenCount: 10, candidatesTokenCount: 30, thoughtsTokenCount: 20 },
    decoded: { inputTokens: 10, outputTokens: 50, reasoningTokens: 20 },
  },
  {
    name: 'thoughts alone, up to the token limit: the total says the output',
    usage: { promptTokenCount: 10, thoughtsTokenCount: 20, totalTokenCount: 30 },
    decoded: { inputTokens: 10, outputTokens: 20, reasoningTokens: 20 },
  },
  {
    name: 'a prompt alone that is the total: no output',
    usage: { promptTokenCount: 10, totalTokenCount: 10 },
    decoded: { inputTokens: 10, outputTokens: 0 },
  },
  {
    name: 'output that nothing says is unknown, thoughts or not',
    usage: { promptTokenCount: 10, thoughtsTokenCount: 20 },
    decoded: { inputTokens: 10, reasoningTokens: 20 },
  },
  {
    name: "what Google's tools add to the prompt is input",
    usage: { promptTokenCount: 10, toolUsePromptTokenCount: 7, candidatesTokenCount: 5, totalTokenCount: 22 },
    decoded: { inputTokens: 17, outputTokens: 5 },
  },
  {
    name: 'counts that are none, or that no request can have',
    usage: { promptTokenCount: -1, candidatesTokenCount: 2e9, thoughtsTokenCount: 'x', totalTokenCount: 3 },
    decoded: {},
  },
]

for (const row of rows) {
  test(`reads usage: ${row.name}`, () => {
    assert.deepEqual(decodeGeminiUsage(row.usage), row.decoded)
  })
}
