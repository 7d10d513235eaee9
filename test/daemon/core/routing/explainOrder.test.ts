import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { scoresOf } from '../../../../daemon/core/routing/explainOrder.ts'
import type { PlanInput, PlannedEndpoint, Standing } from '../../../../daemon/core/routing/planInput.ts'
import { planRoute } from '../../../../daemon/core/routing/planRoute.ts'
import { dollars, measured, planInputs, planned, plannedModels } from '../../../support/endpoints.ts'

function scores(more: Partial<PlanInput>, standing: Partial<Standing> = {}) {
  const endpoints = [planned('a/x@one', dollars('1'), standing), planned('a/x@two', dollars('3')), planned('a/x@none')]
  const input: PlanInput = {
    nowMs: 1_000,
    seed: 0,
    models: plannedModels(endpoints).map((one) => ({ ...one, sticky: 'a/x@two' as never })),
    preferences: {},
    needs: { inputTokens: 1_000, requiredOutputTokens: 1, expectedOutputTokens: 100, parameters: [], modalities: [] },
    ...more,
  }
  const found = scoresOf(input, planRoute(input))
  return new Map(found.map((score) => [score.endpoint as string, score]))
}

test('price-weighted: the chance to be first stands beside each price; an unknown price has none', () => {
  const found = scores({ strategy: 'price-weighted' })
  assert.equal(found.get('a/x@one')?.priceNanodollars, 1_400_000)
  assert.ok(Math.abs((found.get('a/x@one')?.drawRatio ?? 0) - 0.9) < 1e-9)
  assert.equal(found.get('a/x@none')?.priceNanodollars, undefined)
  assert.equal(found.get('a/x@none')?.drawRatio, undefined)
  assert.equal(found.get('a/x@two')?.isSticky, true)
})

test('adaptive: the parts add up to what it was ordered by', () => {
  const one = scores({ strategy: 'adaptive' }, { measured }).get('a/x@one')
  assert.equal(one?.waitingNanodollars, 1_500_000)
  assert.equal(one?.totalNanodollars, 1_400_000 + 1_500_000)
  assert.equal(one?.drawRatio, undefined)
  assert.equal(one?.attempts, 9)
})

test('a probe and an outage are said', () => {
  const one = scores({}, { openUntilMs: 500, unstableUntilMs: 9_000 }).get('a/x@one')
  assert.deepEqual([one?.isProbe, one?.isUnstable], [true, true])
})

function ratiosOf(endpoints: readonly PlannedEndpoint[], more: Partial<PlanInput> = {}) {
  const input: PlanInput = {
    nowMs: 1_000,
    seed: 0,
    models: plannedModels(endpoints),
    preferences: {},
    strategy: 'price-weighted',
    needs: { inputTokens: 1_000, requiredOutputTokens: 1, parameters: [], modalities: [] },
    ...more,
  }
  const found = scoresOf(input, planRoute(input))
  return Object.fromEntries(found.map(({ endpoint, drawRatio }) => [endpoint, drawRatio]))
}

test('the chance is that among those it is drawn with: its model, as stable, as near to what is preferred', () => {
  const endpoints = [
    planned('a/x@one', dollars('3')),
    planned('b/y@one', dollars('1')),
    planned('b/y@two', dollars('1')),
  ]
  assert.deepEqual(ratiosOf(endpoints), { 'a/x@one': undefined, 'b/y@one': 0.5, 'b/y@two': 0.5 })
  const unstable = planned('b/y@three', dollars('0.1'), { unstableUntilMs: 9_000 })
  assert.deepEqual(ratiosOf([...endpoints, unstable])['b/y@three'], undefined)
  assert.deepEqual(ratiosOf([...endpoints, unstable])['b/y@one'], 0.5)
  const slow = { count: 9, p50: 9_000, p75: 9_000, p90: 9_000, p99: 9_000 }
  const late = planned('b/y@three', dollars('0.1'), { latency: slow })
  const preferred = { preferences: { preferred_max_latency: 2 } }
  assert.deepEqual(ratiosOf([...endpoints, late], preferred)['b/y@one'], 0.5)
})

test('what costs nothing is drawn evenly before all that has a price', () => {
  const endpoints = [
    planned('a/x@one', dollars('0')),
    planned('a/x@two', dollars('0')),
    planned('a/x@three', dollars('1')),
  ]
  assert.deepEqual(ratiosOf(endpoints), { 'a/x@one': 0.5, 'a/x@two': 0.5, 'a/x@three': 0 })
})

/** As endpoints whose cached input costs a tenth, so that conversations are held. */
const withCache = ({ facts, standing }: PlannedEndpoint): PlannedEndpoint => ({
  facts: {
    ...facts,
    ...(facts.promptNanodollars !== undefined && { cachedReadNanodollars: Math.floor(facts.promptNanodollars / 10) }),
  },
  standing,
})

/** Most of the generated ones take no request. */
const reachable = ({ facts, standing }: PlannedEndpoint): PlannedEndpoint => ({
  facts,
  standing: { ...standing, openUntilMs: 0, isProbing: false, keys: { state: 'not-needed' } },
})
const same = (endpoint: PlannedEndpoint) => endpoint

const seedCount = 400
const seeds = Array.from({ length: seedCount }, (_, index) => Math.imul(index + 1, 0x9e3779b1) >>> 0)

/** With and without whatever keeps most of the generated ones from a request. */
const drawnInputs = fc
  .tuple(planInputs, fc.boolean(), fc.constantFrom(true, true, true, false))
  .map(([generated, isCached, isPlain]): PlanInput => {
    const changed = (one: PlannedEndpoint) => (isPlain ? reachable : same)(isCached ? withCache(one) : one)
    const { preferred_max_latency: limit } = generated.preferences
    const lenient = limit === undefined ? {} : { preferred_max_latency: limit }
    return {
      ...generated,
      strategy: 'price-weighted',
      preferences: isPlain ? lenient : generated.preferences,
      ...(isPlain && { needs: { ...generated.needs, parameters: [], modalities: [] } }),
      models: generated.models.map((model) => ({ ...model, endpoints: model.endpoints.map(changed) })),
    }
  })

/** Of each that was first with any of the seeds: its chance, and how often it was. */
function firstsOf(input: PlanInput, some: readonly number[]) {
  const firsts = new Map<string, { readonly chance: number | undefined; readonly ratio: number }>()
  for (const seed of some) {
    const [first] = scoresOf({ ...input, seed }, planRoute({ ...input, seed }))
    if (first === undefined) continue
    const ratio = (firsts.get(first.endpoint)?.ratio ?? 0) + 1 / some.length
    firsts.set(first.endpoint, { chance: first.drawRatio, ratio })
  }
  return firsts
}

test('property: planned with many seeds, each goes first as often as its chance says', () => {
  let drawnCount = 0
  fc.assert(
    fc.property(drawnInputs, (input) => {
      const few = [...firstsOf(input, seeds.slice(0, 20)).values()]
      // Nothing was drawn: it is the same each time.
      if (few.every(({ chance }) => chance === undefined)) return assert.ok(few.length < 2)
      drawnCount += 1
      let sum = 0
      for (const [endpoint, { chance = Number.NaN, ratio }] of firstsOf(input, seeds)) {
        sum += chance
        const deviation = Math.sqrt((chance * (1 - chance)) / seedCount)
        assert.ok(Math.abs(ratio - chance) <= 5 * deviation + 0.01, `${endpoint}: ${ratio} for ${chance}`)
      }
      assert.ok(sum > 0.95 && sum < 1.000_001, `${sum}`)
    }),
    { numRuns: 500, seed: 11 },
  )
  assert.ok(drawnCount > 20, `${drawnCount}`)
})

test('adaptive: about one in fifty goes first without the least sum, and is marked', () => {
  const endpoints = [planned('a/x@one', dollars('1'), { measured }), planned('a/x@two', dollars('3'), { measured })]
  let exploredCount = 0
  for (const seed of seeds) {
    const input: PlanInput = {
      nowMs: 1_000,
      seed,
      models: plannedModels(endpoints),
      preferences: {},
      strategy: 'adaptive',
      needs: { inputTokens: 1_000, requiredOutputTokens: 1, parameters: [], modalities: [] },
    }
    const [first, second] = scoresOf(input, planRoute(input))
    assert.equal(first?.isExploring, first?.endpoint === 'a/x@two' ? true : undefined)
    assert.equal(second?.isExploring, undefined)
    if (first?.isExploring) exploredCount += 1
  }
  assert.ok(exploredCount > 0 && exploredCount < seedCount / 20, `${exploredCount}`)
})
