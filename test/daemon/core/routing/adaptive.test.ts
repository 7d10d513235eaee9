// The adaptive strategy on simulated endpoints: what it costs beside the best fixed choice, how soon it leaves an endpoint that
// got worse, and how often it looks at the others.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adaptive, effectiveCostsOf, hasAdaptiveData } from '../../../../daemon/core/routing/adaptive.ts'
import { createIntegerRandom } from '../../../../daemon/core/routing/integerRandom.ts'
import type { Measured, RequestNeeds } from '../../../../daemon/core/routing/planInput.ts'
import { dollars, planned } from '../../../support/endpoints.ts'
import { type Scenario, simulate, simulateFixed } from '../../../support/simulatedEndpoints.ts'

const seeds = [1, 22, 333, 4_444, 55_555]

const scenarios: Readonly<Record<string, Scenario>> = {
  'cheap and slow against dear and quick, where cheap wins': {
    cheap: { price: '0.5', firstTokenMs: 1_500, tokensPerSecond: 60 },
    dear: { price: '6', firstTokenMs: 300, tokensPerSecond: 150 },
  },
  'cheap and very slow against dear and quick, where quick wins': {
    cheap: { price: '0.5', firstTokenMs: 9_000, tokensPerSecond: 15 },
    dear: { price: '3', firstTokenMs: 300, tokensPerSecond: 200 },
  },
  'the same price, one of four quicker': {
    one: { price: '1', firstTokenMs: 2_000, tokensPerSecond: 60 },
    two: { price: '1', firstTokenMs: 700, tokensPerSecond: 120 },
    three: { price: '1', firstTokenMs: 2_500, tokensPerSecond: 70 },
    four: { price: '1', firstTokenMs: 1_800, tokensPerSecond: 50 },
  },
  'the cheapest fails one time in three': {
    shaky: { price: '0.9', firstTokenMs: 800, tokensPerSecond: 90, failedRatio: 0.34 },
    steady: { price: '1', firstTokenMs: 800, tokensPerSecond: 90 },
  },
  'the cheapest limits half of the calls': {
    limited: { price: '0.5', firstTokenMs: 800, tokensPerSecond: 90, rateLimitedRatio: 0.5 },
    steady: { price: '0.6', firstTokenMs: 700, tokensPerSecond: 100 },
  },
}

for (const [name, scenario] of Object.entries(scenarios)) {
  test(`after 500 requests within 10 % of the best fixed endpoint: ${name}`, () => {
    for (const seed of seeds) {
      const learnt = 500
      const world = () => scenario
      const total = simulate(2 * learnt, seed, world).nanodollars - simulate(learnt, seed, world).nanodollars
      const best = Math.min(...Object.keys(scenario).map((one) => simulateFixed(one, learnt, seed, world)))
      assert.ok(total <= 1.1 * best, `seed ${seed}: ${(total / best).toFixed(3)} of the best`)
    }
  })
}

const good = { price: '1', firstTokenMs: 500, tokensPerSecond: 100 }
const other = { price: '1.3', firstTokenMs: 700, tokensPerSecond: 90 }
const degradations: Readonly<Record<string, object>> = {
  'ten times slower': { firstTokenMs: 5_000, tokensPerSecond: 10 },
  'failing half of the time': { failedRatio: 0.5 },
  'limiting all calls': { rateLimitedRatio: 1 },
  'five times dearer': { price: '5' },
}

for (const [name, worse] of Object.entries(degradations)) {
  test(`leaves an endpoint within 60 requests after it became ${name}, but for exploration`, () => {
    for (const seed of seeds) {
      const changeAt = 500
      const world = (request: number) => ({ one: request < changeAt ? good : { ...good, ...worse }, two: other })
      const { firsts } = simulate(changeAt + 260, seed, world)
      const before = firsts.slice(changeAt - 200, changeAt).filter((first) => first === 'one').length
      const after = firsts.slice(changeAt + 60).filter((first) => first === 'one').length
      assert.ok(before >= 180, `seed ${seed}: only ${before} of 200 before`)
      assert.ok(after <= 20, `seed ${seed}: still ${after} of 200 after`)
    }
  })
}

test('about 2 % of the requests look at another endpoint, and each of the others is looked at', () => {
  const world = () => ({ best: good, two: other, three: { ...other, price: '2' }, four: { ...other, price: '4' } })
  let explored = 0
  const seen = new Set<string>()
  const count = 5_000
  for (const seed of seeds) {
    for (const first of simulate(count, seed, world).firsts.slice(200)) {
      if (first !== 'best') explored += 1
      seen.add(first)
    }
  }
  const ratio = explored / (seeds.length * (count - 200))
  assert.ok(ratio > 0.015 && ratio < 0.025, String(ratio))
  assert.deepEqual([...seen].sort(), ['best', 'four', 'three', 'two'])
})

test('a newcomer that is cheaper is tried at once, and kept when it is good', () => {
  for (const seed of seeds) {
    const world = (request: number): Scenario =>
      request < 300 ? { one: good, two: other } : { one: good, two: other, fresh: { ...good, price: '0.5' } }
    const { firsts } = simulate(600, seed, world)
    assert.ok(firsts.slice(300, 310).includes('fresh'))
    assert.ok(firsts.slice(320).filter((first) => first === 'fresh').length > 250)
  }
})

const needs: RequestNeeds = {
  inputTokens: 1_000,
  requiredOutputTokens: 1,
  expectedOutputTokens: 100,
  parameters: [],
  modalities: [],
}
const measured = (more: Partial<Measured>): { readonly measured: Measured } => ({
  measured: { attempts: 9, failedRatio: 0, rateLimitedRatio: 0, cachedRatio: 0, ...more },
})

test('the effective cost is price, waiting and failures, and the cache takes off what it saves', () => {
  const rates = { ...dollars('1').rates, cachedInputNanodollarsPerMillionTokens: 100_000_000 }
  const speed = { firstTokenMs: 500, tokensPerSecond: 50 }
  const [cost] = effectiveCostsOf([planned('a/x@one', { rates }, measured({ ...speed, cachedRatio: 0.5 }))], needs)
  // 1,000 x $1 + 100 x $4 a million, less half of 1,000 x $0.90 a million.
  assert.equal(cost?.priceNanodollars, 1_400_000 - 450_000)
  // 500 ms + 100 tokens at 50 a second.
  assert.equal(cost?.waitingNanodollars, 2_500_000)
  const failing = measured({ ...speed, failedRatio: 0.5, rateLimitedRatio: 0.25 })
  const [failed] = effectiveCostsOf([planned('a/x@one', { rates }, failing)], needs)
  assert.equal(failed?.failureNanodollars, (0.5 * 5_000_000 + 0.25 * 1_000_000) / 0.25)
  assert.deepEqual(effectiveCostsOf([planned('a/x@one')], needs), [undefined])
})

test('it takes over once two endpoints, or all, were tried five times', () => {
  const tried = planned('a/x@one', {}, measured({ attempts: 5 }))
  const fresh = planned('a/x@two')
  assert.equal(hasAdaptiveData([tried, fresh]), false)
  assert.equal(hasAdaptiveData([tried]), true)
  assert.equal(hasAdaptiveData([tried, fresh, planned('a/x@three', {}, measured({ attempts: 6 }))]), true)
  assert.equal(hasAdaptiveData([]), false)
})

test('endpoints of unknown price follow as declared', () => {
  const endpoints = [planned('a/x@b'), planned('a/x@a'), planned('a/x@c', dollars('9'))]
  const ids = adaptive(endpoints, needs, createIntegerRandom(1)).map(({ facts }) => facts.id)
  assert.deepEqual(ids, ['a/x@c', 'a/x@b', 'a/x@a'])
})
