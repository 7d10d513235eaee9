import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeModelList } from '../../../../daemon/core/catalog/modelList.ts'

const namesOf = (value: unknown, kind: string) =>
  decodeModelList(value, kind)?.map(({ model, upstreamModel }) => [model, upstreamModel])

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
  assert.deepEqual(decodeModelList(gemini, 'google'), [
    {
      model: 'google/gemini-x',
      upstreamModel: 'gemini-x',
      prices: [],
      lacks: [],
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

test('entries that do not fit are left out, what is no list is none', () => {
  assert.deepEqual(decodeModelList({ data: [null, 5, {}, { id: '' }, { id: 7 }] }, 'openai'), [])
  for (const value of [undefined, 'x', {}, { data: 'x' }]) assert.equal(decodeModelList(value, 'openai'), undefined)
})
