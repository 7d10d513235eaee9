import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogSnapshotText } from '../../../../daemon/catalogSnapshot.ts'
import { catalogModelsOf, decodeCatalogDocument } from '../../../../daemon/core/catalog/catalogDocument.ts'
import { catalogRatesOf } from '../../../../daemon/core/catalog/catalogRates.ts'
import { providerKinds } from '../../../../shared/protocol/providers.ts'

/** As models.dev writes it. */
const modelsDev = {
  anthropic: {
    id: 'anthropic',
    name: 'Anthropic',
    models: {
      'claude-x': {
        id: 'claude-x',
        name: 'Claude X',
        attachment: true,
        reasoning: true,
        temperature: false,
        tool_call: true,
        modalities: { input: ['text', 'image', 'pdf'], output: ['text'] },
        cost: {
          input: 3,
          output: 15,
          cache_read: 0.3,
          cache_write: 3.75,
          context_over_200k: { input: 6, output: 22.5 },
        },
        limit: { context: 1_000_000, output: 64_000 },
      },
      broken: { cost: { input: 'three', output: 15 } },
    },
  },
  togetherai: { models: { 'meta/llama': {} } },
  'amazon-bedrock': { models: { 'meta.llama': {} } },
}

test('a document as models.dev has it is read, with what it says of a model', () => {
  const document = decodeCatalogDocument(modelsDev, '2026-11-27')
  assert.equal(document?.date, '2026-11-27')
  assert.ok(document !== undefined)
  const { models, skippedCount } = catalogModelsOf(document, 'anthropic')
  assert.equal(skippedCount, 1)
  const [model] = models
  const { context_over_200k: long, ...short } = modelsDev.anthropic.models['claude-x'].cost
  assert.deepEqual(model, {
    model: 'anthropic/claude-x',
    upstreamModel: 'claude-x',
    prices: [{ cost: { ...short, tiers: [{ above: 200_000, ...long }] } }],
    contextTokens: 1_000_000,
    outputTokens: 64_000,
    inputModalities: ['text', 'image', 'file'],
    takes: {
      tools: true,
      tool_choice: true,
      parallel_tool_calls: true,
      reasoning: true,
      temperature: false,
      top_p: false,
      top_k: false,
    },
  })
  assert.deepEqual(model && catalogRatesOf(model, '2026-11-27')?.tiers, [
    {
      aboveInputTokens: 200_000,
      inputNanodollarsPerMillionTokens: 6_000_000_000,
      outputNanodollarsPerMillionTokens: 22_500_000_000,
    },
  ])
})

test('models that do not chat are left out, by what comes out of them and by their names', () => {
  const models = {
    'gpt-x': { modalities: { input: ['text'], output: ['text'] } },
    'gpt-image-1': { modalities: { input: ['text', 'image'], output: ['image'] } },
    painter: { modalities: { input: ['text'], output: ['image'] } },
    'text-embedding-3-large': { modalities: { input: ['text'], output: ['text'] } },
    'whisper-1': {},
    'dall-e-3': {},
  }
  const document = decodeCatalogDocument({ openai: { models } }, '2026-11-27')
  assert.ok(document !== undefined)
  const decoded = catalogModelsOf(document, 'openai')
  assert.deepEqual(
    decoded.models.map(({ upstreamModel }) => upstreamModel),
    ['gpt-x'],
  )
  assert.equal(decoded.skippedCount, 0)
})

test('kinds that are called otherwise there are found, kinds that it does not know have no models', () => {
  const document = decodeCatalogDocument(modelsDev, '2026-11-27')
  assert.ok(document !== undefined)
  assert.equal(catalogModelsOf(document, 'together').models[0]?.model, 'meta/llama')
  assert.deepEqual(catalogModelsOf(document, 'bedrock').models, [])
  assert.deepEqual(catalogModelsOf(document, 'groq'), { models: [], skippedCount: 0 })
})

test('what has no providers with models is no catalogue', () => {
  for (const value of [undefined, null, 5, 'x', [], {}, { error: 'no' }, { providers: {} }, { a: { models: [] } }]) {
    assert.equal(decodeCatalogDocument(value, '2026-11-27'), undefined, JSON.stringify(value))
  }
})

const snapshot = decodeCatalogDocument(JSON.parse(catalogSnapshotText()), '')
const kinds = providerKinds.filter((kind) => snapshot && catalogModelsOf(snapshot, kind).models.length > 0)

test('the snapshot is dated, every model in it is whole, and it knows the kinds that have models of their own', () => {
  assert.match(snapshot?.date ?? '', /^\d{4}-\d{2}-\d{2}$/)
  assert.ok(snapshot !== undefined)
  assert.ok(kinds.length >= 18, kinds.join(' '))
  for (const kind of kinds) assert.equal(catalogModelsOf(snapshot, kind).skippedCount, 0, kind)
})

test('one model has endpoints at several providers', () => {
  const providersOf = (model: string) =>
    kinds.filter((kind) => snapshot && catalogModelsOf(snapshot, kind).models.some((one) => one.model === model))
  const expected: Readonly<Record<string, readonly string[]>> = {
    'anthropic/claude-sonnet-4.6': ['anthropic', 'openrouter'],
    'openai/gpt-5-mini': ['openai', 'azure', 'openrouter'],
    'meta-llama/llama-3.3-70b-instruct': ['groq', 'together', 'openrouter', 'nvidia'],
    'deepseek/deepseek-v3.2': ['openrouter', 'huggingface', 'deepinfra'],
    'moonshotai/kimi-k2.5': ['moonshot', 'together', 'fireworks', 'openrouter'],
    'openai/gpt-oss-120b': ['groq', 'cerebras', 'fireworks'],
  }
  for (const [model, kindsOfIt] of Object.entries(expected)) {
    const found: readonly string[] = providersOf(model)
    for (const kind of kindsOfIt) assert.ok(found.includes(kind), `${model} at ${kind}: ${found.join(' ')}`)
  }
})

test('the snapshot has prices of an hour of cache, of long inputs, and from a day on', () => {
  const find = (kind: string, upstreamModel: string) => {
    const found = snapshot && catalogModelsOf(snapshot, kind).models.find((one) => one.upstreamModel === upstreamModel)
    assert.ok(found !== undefined, upstreamModel)
    return found
  }
  const sonnet = find('anthropic', 'claude-sonnet-4-6')
  const before = catalogRatesOf(sonnet, '2026-03-12')
  assert.equal(before?.cacheWrite1hNanodollarsPerMillionTokens, 6_000_000_000)
  assert.equal(before?.tiers?.[0]?.inputNanodollarsPerMillionTokens, 6_000_000_000)
  assert.equal(catalogRatesOf(sonnet, '2026-03-13')?.tiers, undefined)
})
