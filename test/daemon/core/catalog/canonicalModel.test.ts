import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalModelOf, modelNamesOf, withDistinctIds } from '../../../../daemon/core/catalog/canonicalModel.ts'
import { modelIdSchema } from '../../../../shared/domain/ids.ts'

const rows: readonly (readonly [string, string, string])[] = [
  ['openai', 'gpt-5-mini', 'openai/gpt-5-mini'],
  ['azure', 'gpt-4.1', 'openai/gpt-4.1'],
  ['mistral', 'devstral-2512', 'mistralai/devstral-2512'],
  ['google', 'models/gemini-2.5-pro', 'google/gemini-2.5-pro'],
  ['together', 'deepseek-ai/DeepSeek-V3', 'deepseek-ai/deepseek-v3'],
  ['fireworks', 'accounts/fireworks/models/glm-5', 'fireworks/glm-5'],
  ['openrouter', 'x-ai/grok-4', 'x-ai/grok-4'],
  ['ollama', 'qwen2.5-coder:7b', 'ollama/qwen2.5-coder:7b'],
  ['ollama', 'hf.co/Author/Some-Model', 'hf.co/author/some-model'],
  ['llamacpp', 'my model@q4', 'llamacpp/my-model-q4'],
]

for (const [kind, upstreamModel, model] of rows) {
  test(`${upstreamModel} of ${kind} is ${model}`, () => {
    assert.equal(canonicalModelOf(kind, upstreamModel), model)
    assert.ok(modelIdSchema.safeParse(canonicalModelOf(kind, upstreamModel)).success)
  })
}

const names = modelNamesOf([
  'anthropic/claude-sonnet-4.9',
  'openai/gpt-5',
  'openai/gpt-5:batch',
  'moonshotai/kimi-k2-thinking',
  'meta-llama/llama-3.3-70b-instruct',
  'meta-llama/llama-3.3-70b-instruct:free',
  'google/gemma-4-31b-it',
  'deepseek/deepseek-chat-v3.1',
  '~openai/gpt-latest',
])
const joined: readonly (readonly [string, string, string])[] = [
  ['anthropic', 'claude-sonnet-4-9', 'anthropic/claude-sonnet-4.9'],
  ['anthropic', 'claude-sonnet-4-9-20261001', 'anthropic/claude-sonnet-4.9'],
  ['azure', 'gpt-5-2025-08-07', 'openai/gpt-5'],
  ['groq', 'llama-3.3-70b-versatile', 'meta-llama/llama-3.3-70b-instruct'],
  ['together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', 'meta-llama/llama-3.3-70b-instruct'],
  ['deepinfra', 'google/gemma-4-31B', 'google/gemma-4-31b-it'],
  ['huggingface', 'deepseek-ai/DeepSeek-V3.1', 'deepseek/deepseek-chat-v3.1'],
  // Other models, whose names only begin so.
  ['openai', 'gpt-5-chat-latest', 'openai/gpt-5-chat'],
  ['moonshot', 'kimi-k2-thinking-turbo', 'moonshotai/kimi-k2-thinking-turbo'],
  ['deepinfra', 'google/gemma-4-31B-it-turbo', 'google/gemma-4-31b-it-turbo'],
  ['openai', 'gpt-5-preview', 'openai/gpt-5-preview'],
  // Of somebody who makes models, another's name is none.
  ['mistral', 'gpt-5', 'mistralai/gpt-5'],
  // OpenRouter's own names, and what a server of one's own runs, stay.
  ['openrouter', 'openai/gpt-5:batch', 'openai/gpt-5:batch'],
  ['vllm', 'google/gemma-4-31b-it-20260101', 'google/gemma-4-31b-it-20260101'],
  ['custom', 'gpt-5', 'custom/gpt-5'],
]

for (const [kind, upstreamModel, model] of joined) {
  test(`by OpenRouter’s names ${upstreamModel} of ${kind} is ${model}`, () => {
    assert.equal(
      canonicalModelOf(kind, upstreamModel, () => names),
      model,
    )
  })
}

test('no two models of a provider are called the same: the closest name keeps it, the others go by their own', () => {
  const rows = ['claude-x-20260101', 'claude-x', 'claude-x-20260601', 'claude-y'].map((upstreamModel) => ({
    upstreamModel,
    model: canonicalModelOf('anthropic', upstreamModel),
  }))
  assert.deepEqual(new Set(rows.map(({ model }) => model)).size, 2)
  assert.deepEqual(
    withDistinctIds('anthropic', rows).map(({ model }) => model),
    ['anthropic/claude-x-20260101', 'anthropic/claude-x', 'anthropic/claude-x-20260601', 'anthropic/claude-y'],
  )
  const gemma = ['gemma-4-31b', 'gemma-4-31b-it'].map((upstreamModel) => ({
    upstreamModel,
    model: 'google/gemma-4-31b-it' as never,
  }))
  assert.deepEqual(
    withDistinctIds('google', gemma).map(({ model }) => model),
    ['google/gemma-4-31b', 'google/gemma-4-31b-it'],
  )
})
