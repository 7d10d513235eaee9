import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modelNamesOf } from '../../../../daemon/core/catalog/canonicalModel.ts'
import { decodeModelList } from '../../../../daemon/core/catalog/modelList.ts'

const day = '2026-11-28'
const namesOf = (value: unknown, kind: string) =>
  decodeModelList(value, { kind, day })?.map(({ model, upstreamModel }) => [model, upstreamModel])

test('lists of every shape are read: OpenAI, Anthropic, Gemini, GitHub', () => {
  const ollama = { object: 'list', data: [{ id: 'qwen2.5-coder:7b', object: 'model', owned_by: 'library' }] }
  assert.deepEqual(namesOf(ollama, 'ollama'), [['ollama/qwen2.5-coder:7b', 'qwen2.5-coder:7b']])
  const anthropic = { data: [{ type: 'model', id: 'claude-x', display_name: 'Claude X' }], has_more: false }
  assert.deepEqual(namesOf(anthropic, 'anthropic'), [['anthropic/claude-x', 'claude-x']])
  const gemini = {
    models: [
      {
        name: 'models/gemini-x',
        inputTokenLimit: 9,
        outputTokenLimit: 5,
        supportedGenerationMethods: ['generateContent'],
      },
      { name: 'models/embed', supportedGenerationMethods: ['embedContent'] },
    ],
  }
  assert.deepEqual(decodeModelList(gemini, { kind: 'google', day }), [
    {
      model: 'google/gemini-x',
      upstreamModel: 'gemini-x',
      prices: [],
      takes: {},
      contextTokens: 9,
      outputTokens: 5,
    },
  ])
  assert.deepEqual(namesOf([{ id: 'openai/gpt-x' }], 'github-models'), [['openai/gpt-x', 'openai/gpt-x']])
})

test('models that do not chat are left out of every list, also of one that names them only', () => {
  const data = [
    { id: 'all-minilm:latest' },
    { id: 'nomic-embed-text:latest' },
    { id: 'mine:latest', details: { family: 'bert' } },
    { id: 'other', type: 'embedding' },
    { id: 'seen', capabilities: { completion_chat: false, vision: true } },
    { id: 'painter', architecture: { input_modalities: ['text'], output_modalities: ['image'] } },
    { id: 'kept', type: 'chat', capabilities: { completion_chat: true, vision: false } },
  ]
  assert.deepEqual(namesOf({ data }, 'ollama'), [['ollama/kept', 'kept']])
})

test('OpenRouter’s list says prices, limits, modalities and parameters, and what a free model costs', () => {
  const rich = {
    id: 'a/rich',
    context_length: 200_000,
    architecture: { input_modalities: ['text', 'image', 'file'], output_modalities: ['text'] },
    pricing: {
      prompt: '0.00000125',
      completion: '0.00001',
      request: '0.005',
      image: '0',
      input_cache_read: '0.000000125',
    },
    top_provider: { context_length: 200_000, max_completion_tokens: 64_000, is_moderated: true },
    supported_parameters: ['tools', 'max_tokens', 'temperature'],
  }
  const zero = { prompt: '0', completion: '0' }
  const data = [
    rich,
    { id: 'a/rich:free', pricing: zero },
    { id: 'a/unpriced', pricing: zero },
    { id: 'a/router', pricing: { prompt: '-1', completion: '-1' } },
  ]
  const [first, ...others] = decodeModelList({ data }, { kind: 'openrouter', day }) ?? []
  assert.deepEqual(first?.prices, [{ cost: { input: 1.25, output: 10, cache_read: 0.125, request: 0.005 } }])
  assert.deepEqual(first?.priced, { by: 'provider', on: day })
  assert.deepEqual([first?.contextTokens, first?.outputTokens], [200_000, 64_000])
  assert.deepEqual(first?.inputModalities, ['text', 'image', 'file'])
  const { tools, temperature, seed, max_tokens } = first?.takes ?? {}
  assert.deepEqual([tools, temperature, seed, max_tokens], [true, true, false, undefined])
  assert.deepEqual(
    others.map(({ prices }) => prices),
    [[{ cost: { input: 0, output: 0 } }], [], []],
  )
  const elsewhere = decodeModelList({ data: [rich] }, { kind: 'together', day })?.[0]
  assert.deepEqual([elsewhere?.prices, elsewhere?.takes, elsewhere?.contextTokens], [[], {}, 200_000])
})

test('limits are read under the names that providers give them', () => {
  const limitsOf = (entry: object) => {
    const found = decodeModelList({ data: [{ id: 'x', ...entry }] }, { kind: 'openai', day })?.[0]
    return [found?.contextTokens, found?.outputTokens]
  }
  assert.deepEqual(limitsOf({ context_window: 9, max_completion_tokens: 5 }), [9, 5])
  assert.deepEqual(limitsOf({ max_context_length: 9 }), [9, undefined])
  assert.deepEqual(limitsOf({ max_model_len: 9 }), [9, undefined])
  assert.deepEqual(limitsOf({ limits: { max_input_tokens: 9, max_output_tokens: 5 } }), [9, 5])
  assert.deepEqual(limitsOf({ context_length: 'many', max_completion_tokens: 0 }), [undefined, undefined])
})

test('a model that only the list names is joined with the one of its name elsewhere', () => {
  const names = () => modelNamesOf(['anthropic/claude-sonnet-4.9'])
  const data = [{ id: 'claude-sonnet-4-9' }]
  const join = (kind: string) => decodeModelList({ data }, { kind, day, names })?.[0]?.model
  assert.equal(join('anthropic'), 'anthropic/claude-sonnet-4.9')
  assert.equal(join('ollama'), 'ollama/claude-sonnet-4-9')
})

test('entries that do not fit are left out, what is no list is none', () => {
  assert.deepEqual(decodeModelList({ data: [null, 5, {}, { id: '' }, { id: 7 }] }, { kind: 'openai', day }), [])
  for (const value of [undefined, 'x', {}, { data: 'x' }])
    assert.equal(decodeModelList(value, { kind: 'openai', day }), undefined)
})
