import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeCatalogDocument } from '../../../daemon/core/catalog/catalogDocument.ts'
import { catalogRatesOf } from '../../../daemon/core/catalog/catalogRates.ts'
import { createCatalog } from '../../../daemon/gateway/catalog.ts'
import { provider } from '../../support/endpoints.ts'
import { silentLog } from '../../support/gatewayRig.ts'

const documentOf = (models: object, date = '2026-11-01') => {
  const document = decodeCatalogDocument({ date, providers: { openai: { models } } }, '')
  assert.ok(document !== undefined)
  return document
}
const snapshot = documentOf({
  small: {
    model: 'openai/small',
    cost: { input: 1, output: 2 },
    limit: { context: 100, output: 10 },
    tool_call: false,
  },
  old: {},
})

function catalogWith(lastGood?: ReturnType<typeof documentOf>) {
  let opened = 0
  const catalog = createCatalog({
    snapshot: () => {
      opened += 1
      return snapshot
    },
    lastGood: () => lastGood,
    log: silentLog,
  })
  return { catalog, opened: () => opened }
}

test('nothing is parsed before a model is asked for, and then once', () => {
  const { catalog, opened } = catalogWith()
  assert.equal(catalog.date(), undefined)
  assert.equal(opened(), 0)
  catalog.modelsOf('openai')
  catalog.modelsOf('groq')
  assert.equal(opened(), 1)
  assert.equal(catalog.date(), '2026-11-01')
})

test('what was fetched says more than the snapshot, and what it does not say stays', () => {
  const { catalog } = catalogWith(documentOf({ small: { cost: { input: 3, output: 4 } }, fresh: {} }, '2026-11-20'))
  const models = catalog.modelsOf('openai')
  assert.deepEqual(
    models.map(({ upstreamModel }) => upstreamModel),
    ['small', 'old', 'fresh'],
  )
  const [small] = models
  assert.equal(small?.model, 'openai/small')
  assert.deepEqual(small?.prices, [{ cost: { input: 3, output: 4 } }])
  assert.deepEqual(small?.priced, { by: 'fetched', on: '2026-11-20' })
  assert.equal(small?.contextTokens, 100)
  assert.deepEqual(small?.takes, { tools: false, tool_choice: false, parallel_tool_calls: false })
  assert.equal(catalog.date(), '2026-11-20')
})

test('a fetched document takes the place of the one before, whole, and everybody hears of it', () => {
  const { catalog } = catalogWith(documentOf({ gone: {} }))
  catalog.modelsOf('openai')
  let heard = 0
  catalog.onChange(() => {
    heard += 1
  })
  catalog.setFetched(documentOf({ next: {} }, '2026-11-25'))
  assert.equal(heard, 1)
  const names = catalog.modelsOf('openai').map(({ upstreamModel }) => upstreamModel)
  assert.deepEqual(names, ['small', 'old', 'next'])
})

test('a list that says the same again changes nothing', () => {
  const { catalog } = catalogWith()
  let heard = 0
  catalog.onChange(() => {
    heard += 1
  })
  const models = [{ model: 'ollama/x' as never, upstreamModel: 'x', prices: [], takes: {} }]
  catalog.setDiscovered(provider('one'), models)
  catalog.setDiscovered(provider('one'), structuredClone(models))
  assert.equal(heard, 1)
  assert.deepEqual(catalog.discovered(provider('one')), models)
})

test('a model that came after the snapshot joins its other endpoints by name, whoever names it', () => {
  const first = decodeCatalogDocument(
    { date: '2026-11-01', providers: { openrouter: { models: { 'anthropic/claude-sonnet-4.6': {} } } } },
    '',
  )
  const later = decodeCatalogDocument(
    {
      openrouter: { models: { 'anthropic/claude-sonnet-4.9': {} } },
      anthropic: { models: { 'claude-sonnet-4-9': {}, 'claude-sonnet-4-9-20261101': {}, 'claude-sonnet-4-6': {} } },
    },
    '2026-11-28',
  )
  const catalog = createCatalog({ snapshot: () => first, lastGood: () => later, log: silentLog })
  assert.deepEqual(
    catalog.modelsOf('anthropic').map(({ model, upstreamModel }) => [upstreamModel, model]),
    [
      ['claude-sonnet-4-9', 'anthropic/claude-sonnet-4.9'],
      ['claude-sonnet-4-9-20261101', 'anthropic/claude-sonnet-4-9-20261101'],
      ['claude-sonnet-4-6', 'anthropic/claude-sonnet-4.6'],
    ],
  )
  catalog.forgetFetched()
  assert.equal(catalog.modelsOf('openrouter').length, 2)
})

test('a refreshed `tool_call: true` stands over the snapshot’s false', () => {
  const { catalog } = catalogWith(documentOf({ small: { tool_call: true } }, '2026-11-20'))
  assert.deepEqual(catalog.modelsOf('openai')[0]?.takes, { tools: true, tool_choice: true, parallel_tool_calls: true })
})

test('a price says whether it came along or was fetched, and of which day', () => {
  const { catalog } = catalogWith(documentOf({ fresh: { cost: { input: 1, output: 1 } } }, '2026-11-20'))
  const sources = catalog.modelsOf('openai').map((model) => catalogRatesOf(model, '2026-11-28')?.source)
  assert.deepEqual(sources, ['snapshot 2026-11-01', undefined, 'fetched 2026-11-20'])
})
