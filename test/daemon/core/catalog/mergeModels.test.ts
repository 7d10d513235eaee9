import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CatalogModel } from '../../../../daemon/core/catalog/catalogDocument.ts'
import { filledModels, mergedModels } from '../../../../daemon/core/catalog/mergeModels.ts'

const modelOf = (more: Partial<CatalogModel>): CatalogModel => ({
  model: 'a/x' as never,
  upstreamModel: 'x',
  prices: [],
  takes: {},
  ...more,
})
const fetched = { by: 'fetched', on: '2026-11-28' } as const
const snapshot = { by: 'snapshot', on: '2026-11-01' } as const

test('a refresh keeps the details of a price that it does not say, and says who named it', () => {
  const fine = { input: 3, output: 15, cache_write_1h: 6, tiers: [{ above: 200_000, input: 6, output: 30 }] }
  const earlier = modelOf({ prices: [{ cost: fine }], priced: snapshot })
  const later = modelOf({ prices: [{ cost: { input: 3, output: 15, cache_read: 0.3 } }], priced: fetched })
  const [merged] = mergedModels([[earlier], [later]])
  assert.deepEqual(merged?.prices, [{ cost: { ...fine, cache_read: 0.3 } }])
  assert.deepEqual(merged?.priced, fetched)
  const [unpriced] = mergedModels([[earlier], [modelOf({ contextTokens: 9 })]])
  assert.deepEqual([unpriced?.prices, unpriced?.priced, unpriced?.contextTokens], [earlier.prices, snapshot, 9])
})

test('details come from the price that held when the newer one was said, and what is announced stays announced', () => {
  const earlier = modelOf({
    prices: [
      { cost: { input: 3, output: 15, cache_write_1h: 7, tiers: [{ above: 200_000, input: 6, output: 30 }] } },
      { from: '2026-03-13', cost: { input: 3, output: 15, cache_write_1h: 6 } },
      { from: '2027-01-01', cost: { input: 2, output: 10 } },
    ],
    priced: snapshot,
  })
  const [merged] = mergedModels([
    [earlier],
    [modelOf({ prices: [{ cost: { input: 3, output: 15 } }], priced: fetched })],
  ])
  assert.deepEqual(merged?.prices, [
    { cost: { input: 3, output: 15, cache_write_1h: 6 } },
    { from: '2027-01-01', cost: { input: 2, output: 10 } },
  ])
  const dated = [{ cost: { input: 1, output: 2 } }, { from: '2026-12-01', cost: { input: 4, output: 8 } }]
  const [own] = mergedModels([[earlier], [modelOf({ prices: dated, priced: fetched })]])
  assert.deepEqual(
    own?.prices.map(({ from }) => from),
    [undefined, '2026-12-01'],
  )
})

test('what a model takes is known, not known, or known not to be: a later word changes it either way', () => {
  const merged = (earlier: CatalogModel['takes'], later: CatalogModel['takes']) =>
    mergedModels([[modelOf({ takes: earlier })], [modelOf({ takes: later })]])[0]?.takes
  assert.deepEqual(merged({ tools: false }, { tools: true }), { tools: true })
  assert.deepEqual(merged({ tools: true }, { tools: false }), { tools: false })
  assert.deepEqual(merged({ tools: false, seed: true }, {}), { tools: false, seed: true })
})

test('a provider’s own list fills what the catalogue does not say, and adds models', () => {
  const listed = [modelOf({ prices: [{ cost: { input: 1, output: 2 } }], priced: snapshot, outputTokens: 5 })]
  const own = [
    modelOf({ model: 'own/x' as never, contextTokens: 100, outputTokens: 9, takes: { tools: true } }),
    modelOf({ model: 'own/new' as never, upstreamModel: 'new' }),
  ]
  const [filled, added] = filledModels(listed, own)
  assert.deepEqual(filled, { ...listed[0], contextTokens: 100, takes: { tools: true } })
  assert.equal(added?.model, 'own/new')
})
