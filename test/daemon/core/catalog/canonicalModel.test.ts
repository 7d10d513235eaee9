import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalModelOf } from '../../../../daemon/core/catalog/canonicalModel.ts'
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
