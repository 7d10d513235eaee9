import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeGeminiUsage } from '../../../../daemon/core/wire/geminiUsage.ts'

test('3: thoughts are inside the candidates exactly when prompt and candidates make the total', () => {
  const inside = { promptTokenCount: 10, candidatesTokenCount: 30, thoughtsTokenCount: 20, totalTokenCount: 40 }
  assert.equal(decodeGeminiUsage(inside)?.outputTokens, 30)
  assert.equal(decodeGeminiUsage({ ...inside, totalTokenCount: 60 })?.outputTokens, 50)
  assert.equal(
    decodeGeminiUsage({ promptTokenCount: 10, thoughtsTokenCount: 20, totalTokenCount: 30 })?.outputTokens,
    20,
  )
})

test('1: what was cached is part of the prompt', () => {
  assert.deepEqual(decodeGeminiUsage({ promptTokenCount: 10, cachedContentTokenCount: 4, candidatesTokenCount: 1 }), {
    inputTokens: 10,
    cachedInputTokens: 4,
    outputTokens: 1,
  })
})

test('6: what is not said is unknown, an explicit 0 is 0', () => {
  assert.equal(decodeGeminiUsage(undefined), undefined)
  assert.deepEqual(decodeGeminiUsage({}), {})
  assert.deepEqual(decodeGeminiUsage({ promptTokenCount: 0, candidatesTokenCount: 0 }), {
    inputTokens: 0,
    outputTokens: 0,
  })
})
