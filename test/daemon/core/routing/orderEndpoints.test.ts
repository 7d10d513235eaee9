import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIntegerRandom } from '../../../../daemon/core/routing/integerRandom.ts'
import {
  isCacheCheaper,
  orderEndpoints,
  pricedOf,
  sortMeasureOf,
  strategyFor,
} from '../../../../daemon/core/routing/orderEndpoints.ts'
import type { PlanInput } from '../../../../daemon/core/routing/planInput.ts'
import { dollars, planned, provider } from '../../../support/endpoints.ts'

const input: PlanInput = {
  nowMs: 1_000,
  seed: 0,
  models: [],
  preferences: {},
  needs: { inputTokens: 1_000, requiredOutputTokens: 1, expectedOutputTokens: 100, parameters: [], modalities: [] },
}
const options = { sort: undefined, sticky: undefined, random: createIntegerRandom(1) }
const measured = { attempts: 9, failedRatio: 0, rateLimitedRatio: 0, cachedRatio: 0 }

test('it says what put the endpoints in order', () => {
  const endpoints = [planned('a/x@one', dollars('1'))]
  const orderedBy = (more: Partial<PlanInput>) => orderEndpoints(endpoints, { ...input, ...more }, options).orderedBy
  assert.equal(orderedBy({}), 'price-weighted')
  assert.equal(orderedBy({ strategy: 'adaptive' }), 'adaptive')
  assert.equal(orderedBy({ preferences: { sort: 'price' } }), 'price')
  assert.equal(orderedBy({ preferences: { order: [provider('one')] } }), 'order')
  assert.equal(orderedBy({ preferences: { order: [provider('two')] } }), 'price-weighted')
})

test('adaptive is the default once there is data, price-weighted on request', () => {
  const tried = [planned('a/x@one', {}, { measured }), planned('a/x@two', {}, { measured })]
  assert.equal(strategyFor(tried, input), 'adaptive')
  assert.equal(strategyFor(tried, { ...input, strategy: 'price-weighted' }), 'price-weighted')
  assert.equal(strategyFor([planned('a/x@one')], input), 'price-weighted')
})

test('unstable ones follow the stable also when they are adaptive', () => {
  const cheap = planned('a/x@cheap', dollars('1'), { measured, unstableUntilMs: 2_000 })
  const dear = planned('a/x@dear', dollars('9'), { measured })
  const ordered = orderEndpoints([cheap, dear], { ...input, strategy: 'adaptive' }, options)
  assert.deepEqual(
    ordered.endpoints.map(({ facts }) => facts.id),
    ['a/x@dear', 'a/x@cheap'],
  )
})

test('a sort is a word, or a word with a partition', () => {
  assert.equal(sortMeasureOf({ sort: 'price' }), 'price')
  assert.equal(sortMeasureOf({ sort: { by: 'latency', partition: 'none' } }), 'latency')
  assert.equal(sortMeasureOf({}), undefined)
})

test('a price is that of this request, and a cached read has to be known as cheaper', () => {
  assert.deepEqual(
    pricedOf([planned('a/x@one', dollars('1')), planned('a/x@two')], input).map((one) => one.priceNanodollars),
    [1_400_000, undefined],
  )
  const rates = { ...dollars('1').rates, cachedInputNanodollarsPerMillionTokens: 1 }
  assert.equal(isCacheCheaper(planned('a/x@one', { rates })), true)
  assert.equal(isCacheCheaper(planned('a/x@one', dollars('1'))), false)
})
