import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { PlanInput, PlannedEndpoint, RequestNeeds, Standing } from '../../../../daemon/core/routing/planInput.ts'
import { planRoute } from '../../../../daemon/core/routing/planRoute.ts'
import type { Endpoint } from '../../../../shared/domain/endpoint.ts'
import { dollars, planInputs, planned, plannedModels, provider } from '../../../support/endpoints.ts'

const declared = [planned('a/x@one'), planned('a/x@two'), planned('a/x@three'), planned('b/y@one'), planned('b/y@two')]

const nowMs = 1_000_000
const of = (...endpoints: readonly PlannedEndpoint[]) => ({ models: plannedModels(endpoints) })
const ofModel = (name: string) => of(...declared.filter(({ facts }) => facts.id.startsWith(`${name}@`)))

function plan(more: Partial<PlanInput>, needs: Partial<RequestNeeds> = {}) {
  return planRoute({
    nowMs,
    seed: 0,
    models: plannedModels(declared),
    preferences: {},
    needs: { inputTokens: 10, requiredOutputTokens: 1, parameters: [], modalities: [], ...needs },
    ...more,
  })
}

const providers = (...names: readonly string[]) => names.map(provider)
const open: Partial<Standing> = { openUntilMs: nowMs + 5_000 }
const flaky: Partial<Standing> = { unstableUntilMs: nowMs + 1 }
const latency = (p50: number, count = 9, p99 = p50): Partial<Standing> => ({
  latency: { count, p50, p75: p50, p90: p50, p99 },
})
const throughput = (p50: number): Partial<Standing> => ({ throughput: { count: 9, p50, p75: p50, p90: p50, p99: p50 } })
const priced = (id: string, input: string, standing: Partial<Standing> = {}, more: Partial<Endpoint> = {}) =>
  planned(id, { ...dollars(input), ...more }, standing)

type Row = {
  readonly name: string
  readonly input: Partial<PlanInput>
  readonly needs?: Partial<RequestNeeds>
  readonly candidates: readonly string[]
  readonly rejected?: readonly (readonly [string, string])[]
}

const rows: readonly Row[] = [
  {
    name: 'models in order, and endpoints without a price as declared',
    input: {},
    candidates: ['a/x@one', 'a/x@two', 'a/x@three', 'b/y@one', 'b/y@two'],
  },
  {
    name: 'the listed providers first, in the order listed, within each model',
    input: { preferences: { order: providers('three', 'two') } },
    candidates: ['a/x@three', 'a/x@two', 'a/x@one', 'b/y@two', 'b/y@one'],
  },
  {
    name: 'order without fallbacks leaves out who is not listed',
    input: { preferences: { order: providers('two'), allow_fallbacks: false } },
    candidates: ['a/x@two', 'b/y@two'],
    rejected: [
      ['a/x@one', 'not-in-order'],
      ['a/x@three', 'not-in-order'],
      ['b/y@one', 'not-in-order'],
    ],
  },
  {
    name: 'an empty order is none, also without fallbacks',
    input: { preferences: { order: [], allow_fallbacks: false } },
    candidates: ['a/x@one'],
    rejected: [
      ['a/x@two', 'fallbacks-off'],
      ['a/x@three', 'fallbacks-off'],
      ['b/y@one', 'fallbacks-off'],
      ['b/y@two', 'fallbacks-off'],
    ],
  },
  {
    name: 'no fallbacks and no order leaves the first candidate alone',
    input: { ...ofModel('b/y'), preferences: { allow_fallbacks: false } },
    candidates: ['b/y@one'],
    rejected: [['b/y@two', 'fallbacks-off']],
  },
  {
    name: 'only and ignore',
    input: { ...ofModel('a/x'), preferences: { only: providers('one', 'two'), ignore: providers('two') } },
    candidates: ['a/x@one'],
    rejected: [
      ['a/x@two', 'ignored'],
      ['a/x@three', 'not-in-only'],
    ],
  },
  {
    name: 'a provider without its key, or whose every key was refused',
    input: of(
      planned('b/y@one', {}, { keys: { state: 'missing' } }),
      planned('b/y@two', {}, { keys: { state: 'refused' } }),
      planned('b/y@three', {}, { keys: { state: 'ready', readyAtMs: nowMs } }),
    ),
    candidates: ['b/y@three'],
    rejected: [
      ['b/y@one', 'no-key'],
      ['b/y@two', 'keys-refused'],
    ],
  },
  {
    name: 'an answer longer than the endpoint can give, and a context that is too small',
    input: of(
      planned('a/x@one', { outputTokens: 99 }),
      planned('a/x@two', { contextTokens: 109 }),
      planned('a/x@three', { outputTokens: 100, contextTokens: 110 }),
    ),
    needs: { requiredOutputTokens: 100 },
    candidates: ['a/x@three'],
    rejected: [
      ['a/x@one', 'output-limit-too-small'],
      ['a/x@two', 'context-too-small'],
    ],
  },
  {
    name: 'prices over max_price, as number or text, and unknown ones, out',
    input: {
      ...of(priced('a/x@one', '2'), priced('a/x@two', '2.1'), planned('a/x@three')),
      preferences: { max_price: { prompt: '2', completion: 8 } },
    },
    candidates: ['a/x@one'],
    rejected: [
      ['a/x@two', 'price-too-high'],
      ['a/x@three', 'price-unknown'],
    ],
  },
  {
    name: 'a price for each request or image over max_price out',
    input: {
      ...of(
        priced('a/x@one', '1', {}, { rates: { ...dollars('1').rates, nanodollarsPerRequest: 2_000_000 } }),
        priced('a/x@two', '1', {}, { rates: { ...dollars('1').rates, nanodollarsPerImage: 2_000_000 } }),
        priced('a/x@three', '1'),
      ),
      preferences: { max_price: { request: 0.001, image: 0.001 } },
    },
    candidates: ['a/x@three'],
    rejected: [
      ['a/x@one', 'price-too-high'],
      ['a/x@two', 'price-too-high'],
    ],
  },
  {
    name: 'unknown data policy, zdr and quantization out where they are asked for',
    input: {
      ...of(
        planned('a/x@one', { dataCollection: 'deny', isZdr: true, quantization: 'fp8' }),
        planned('a/x@two'),
        planned('a/x@three', { dataCollection: 'deny' }),
        planned('a/x@four', { dataCollection: 'deny', isZdr: true }),
        planned('a/x@five', { dataCollection: 'allow' }),
      ),
      preferences: { data_collection: 'deny', zdr: true, quantizations: ['fp8'] },
    },
    candidates: ['a/x@one'],
    rejected: [
      ['a/x@two', 'data-collection'],
      ['a/x@three', 'no-zdr'],
      ['a/x@four', 'quantization'],
      ['a/x@five', 'data-collection'],
    ],
  },
  {
    name: 'a local endpoint collects nothing, whatever is known of it',
    input: { ...of(planned('a/x@one', { isLocal: true })), preferences: { data_collection: 'deny', zdr: true } },
    candidates: ['a/x@one'],
  },
  {
    name: 'require_parameters leaves out who lacks one; unknown support is support',
    input: {
      ...of(planned('a/x@one', { supportedParameters: new Set(['seed']) }), planned('a/x@two')),
      preferences: { require_parameters: true },
    },
    needs: { parameters: ['seed', 'top_k'] },
    candidates: ['a/x@two'],
    rejected: [['a/x@one', 'parameter-unsupported']],
  },
  {
    name: 'without require_parameters, who lacks a seed stays, who lacks tools goes as long as another has them',
    input: of(
      planned('a/x@one', { supportedParameters: new Set() }),
      planned('a/x@two', { supportedParameters: new Set(['tools']) }),
      planned('b/y@one', { supportedParameters: new Set() }),
    ),
    needs: { parameters: ['seed', 'tools'] },
    candidates: ['a/x@two', 'b/y@one'],
    rejected: [['a/x@one', 'parameter-unsupported']],
  },
  {
    name: 'an endpoint that reads no images out for a prompt that holds one',
    input: of(planned('a/x@one', { inputModalities: ['text'] }), planned('a/x@two', { inputModalities: ['image'] })),
    needs: { modalities: ['image'] },
    candidates: ['a/x@two'],
    rejected: [['a/x@one', 'modality-unsupported']],
  },
  {
    name: 'an open breaker, a cooling key and a probe under way out for a while; half-open may be tried',
    input: of(
      planned('a/x@one', {}, open),
      planned('a/x@two', {}, { keys: { state: 'ready', readyAtMs: nowMs + 9_000 } }),
      planned('a/x@three', {}, { openUntilMs: nowMs - 1, isProbing: true }),
      planned('a/x@four', {}, { openUntilMs: nowMs - 1 }),
    ),
    candidates: ['a/x@four'],
    rejected: [
      ['a/x@one', 'breaker-open'],
      ['a/x@two', 'keys-cooling'],
      ['a/x@three', 'probe-under-way'],
    ],
  },
  {
    name: 'a lasting reason is given before one that passes',
    input: { ...of(planned('a/x@one', {}, open)), preferences: { ignore: providers('one') } },
    candidates: [],
    rejected: [['a/x@one', 'ignored']],
  },
  {
    name: 'sort price: plain, the unknown last',
    input: {
      ...of(planned('a/x@none'), priced('a/x@dear', '3'), priced('a/x@cheap', '1', flaky), priced('a/x@free', '0')),
      preferences: { sort: 'price' },
    },
    candidates: ['a/x@free', 'a/x@cheap', 'a/x@dear', 'a/x@none'],
  },
  {
    name: 'sort latency and throughput by p50, the unmeasured last',
    input: {
      ...of(planned('a/x@one'), planned('a/x@two', {}, latency(200)), planned('a/x@three', {}, latency(100))),
      preferences: { sort: { by: 'latency' } },
    },
    candidates: ['a/x@three', 'a/x@two', 'a/x@one'],
  },
  {
    name: 'sort throughput, the fastest first',
    input: {
      ...of(planned('a/x@two', {}, throughput(20)), planned('a/x@three', {}, throughput(100))),
      preferences: { sort: 'throughput' },
    },
    candidates: ['a/x@three', 'a/x@two'],
  },
  {
    name: 'sort with partition none mixes the models',
    input: {
      ...of(priced('a/x@one', '3'), priced('a/x@two', '1'), priced('b/y@one', '2')),
      preferences: { sort: { by: 'price', partition: 'none' } },
    },
    candidates: ['a/x@two', 'b/y@one', 'a/x@one'],
  },
  {
    name: 'a variant sorts its own model alone',
    input: {
      models: plannedModels([priced('a/x@one', '3'), priced('a/x@two', '1')]).map((one) => ({
        ...one,
        sort: 'price' as const,
      })),
      preferences: { sort: 'latency' },
    },
    candidates: ['a/x@two', 'a/x@one'],
  },
  {
    name: 'misses of a preferred latency last, too few samples in place',
    input: {
      ...of(
        priced('a/x@one', '1', latency(3_000)),
        priced('a/x@two', '2', latency(1_000)),
        priced('a/x@three', '3', latency(9_000, 4)),
      ),
      preferences: { preferred_max_latency: 2, sort: 'price' },
    },
    candidates: ['a/x@two', 'a/x@three', 'a/x@one'],
  },
  {
    name: 'every preferred percentile must hold',
    input: {
      ...of(priced('a/x@one', '1', latency(100, 9, 5_000)), priced('a/x@two', '2', latency(900))),
      preferences: { preferred_max_latency: { p50: 1, p99: 2 }, sort: 'price' },
    },
    candidates: ['a/x@two', 'a/x@one'],
  },
  {
    name: 'misses of a preferred throughput last',
    input: {
      ...of(priced('a/x@one', '1', throughput(10)), priced('a/x@two', '2', throughput(90))),
      preferences: { preferred_min_throughput: 50, sort: 'price' },
    },
    candidates: ['a/x@two', 'a/x@one'],
  },
  { name: 'models that nobody offers', input: { models: [] }, candidates: [] },
]

for (const row of rows) {
  test(`plans ${row.name}`, () => {
    const { candidates, rejected } = plan(row.input, row.needs)
    assert.deepEqual(candidates, row.candidates)
    assert.deepEqual(rejected.map((one) => [one.endpoint, one.reason]).sort(), [...(row.rejected ?? [])].sort())
  })
}

test('the documented example: $1 stable is 9 times likelier first than $3 stable, then $2 flaky comes last', () => {
  const input = of(priced('a/x@a', '1'), priced('a/x@b', '2', flaky), priced('a/x@c', '3'))
  const draws = 20_000
  let first = 0
  for (let seed = 0; seed < draws; seed++) {
    const { candidates, orderedBy } = plan({ ...input, seed })
    assert.equal(orderedBy, 'price-weighted')
    assert.equal(candidates[2], 'a/x@b')
    if (candidates[0] === 'a/x@a') first += 1
  }
  // 9 of 10: within five standard deviations of sqrt(draws x 0.9 x 0.1).
  assert.ok(Math.abs(first / draws - 0.9) < 5 * Math.sqrt(0.09 / draws), String(first / draws))
})

test('what costs nothing goes first and is drawn evenly', () => {
  const input = of(priced('a/x@one', '0'), priced('a/x@two', '0'), priced('a/x@three', '1'))
  let one = 0
  for (let seed = 0; seed < 4_000; seed++) {
    const { candidates } = plan({ ...input, seed })
    assert.equal(candidates[2], 'a/x@three')
    if (candidates[0] === 'a/x@one') one += 1
  }
  assert.ok(Math.abs(one - 2_000) < 200, String(one))
})

test('a conversation stays with the endpoint that caches it, where that is cheaper and it is stable', () => {
  const cached = (id: string, input: string, standing: Partial<Standing> = {}) =>
    priced(id, input, standing, {
      rates: { ...dollars(input).rates, cachedInputNanodollarsPerMillionTokens: 100_000_000 },
    })
  const first = (models: readonly PlannedEndpoint[], more: Partial<PlanInput> = {}) =>
    plan({ models: plannedModels(models).map((one) => ({ ...one, sticky: 'a/x@dear' as never })), ...more })
      .candidates[0]
  assert.equal(first([cached('a/x@cheap', '1'), cached('a/x@dear', '30')]), 'a/x@dear')
  assert.equal(first([priced('a/x@cheap', '1'), priced('a/x@dear', '3000')]), 'a/x@cheap')
  assert.equal(first([cached('a/x@cheap', '1'), cached('a/x@dear', '30', flaky)]), 'a/x@cheap')
  const sorted = { preferences: { sort: 'price' as const } }
  assert.equal(first([cached('a/x@cheap', '1'), cached('a/x@dear', '30')], sorted), 'a/x@cheap')
})

test('when all wait, the plan says when the first is open again', () => {
  const keys = { state: 'ready', readyAtMs: nowMs + 9_000 } as const
  const waiting = plan(of(planned('a/x@one', {}, { ...open, keys }), planned('a/x@two', {}, { keys })))
  assert.deepEqual(waiting.candidates, [])
  assert.equal(waiting.reopensAtMs, nowMs + 9_000)
  assert.equal(plan(of(planned('a/x@one', {}, open))).reopensAtMs, nowMs + 5_000)
  assert.equal(plan(of(planned('a/x@one'))).reopensAtMs, undefined)
})

test('a plan names every endpoint of its models exactly once, and holds none that a filter leaves out', () => {
  fc.assert(
    fc.property(planInputs, (input) => {
      const made = planRoute(input)
      const all = [...made.candidates, ...made.rejected.map(({ endpoint }) => endpoint)]
      const endpoints = input.models.flatMap((model) => model.endpoints)
      assert.deepEqual([...all].sort(), endpoints.map(({ facts }) => facts.id).sort())
      for (const endpoint of endpoints) if (made.candidates.includes(endpoint.facts.id)) assertMayCall(endpoint, input)
    }),
    { numRuns: 2_000 },
  )
})

test('the same input gives the same bytes, also after it was written as JSON', () => {
  fc.assert(
    fc.property(planInputs, (input) => {
      const bytes = JSON.stringify(planRoute(input))
      assert.equal(JSON.stringify(planRoute(input)), bytes)
      assert.equal(JSON.stringify(planRoute(JSON.parse(JSON.stringify(input)))), bytes)
    }),
    { numRuns: 1_000 },
  )
})

test('where every price is known the order in which endpoints were declared changes nothing', () => {
  fc.assert(
    fc.property(planInputs, fc.integer(), (input, turn) => {
      const known = input.models.map((model) => ({
        ...model,
        endpoints: model.endpoints.filter(({ facts }) => facts.promptNanodollars !== undefined),
      }))
      const turned = known.map((model) => ({ ...model, endpoints: rotated(model.endpoints, turn) }))
      const preferences = input.preferences.sort === undefined ? input.preferences : { sort: 'price' as const }
      const before = planRoute({ ...input, preferences, models: known })
      assert.deepEqual(planRoute({ ...input, preferences, models: turned }).candidates, before.candidates)
    }),
    { numRuns: 1_000 },
  )
})

function assertMayCall({ facts, standing }: PlannedEndpoint, { preferences, nowMs: at }: PlanInput): void {
  const { only, ignore, max_price, quantizations } = preferences
  assert.ok(only?.includes(facts.provider) ?? true)
  assert.ok(!ignore?.includes(facts.provider))
  if (max_price !== undefined) assert.ok((facts.promptNanodollars ?? Number.NaN) <= Number(max_price.prompt) * 1e9)
  if (preferences.data_collection === 'deny') assert.ok(facts.isLocal || facts.dataCollection === 'deny')
  if (preferences.zdr === true) assert.ok(facts.isLocal || facts.isZdr === true)
  if (quantizations !== undefined) assert.ok(quantizations.includes(facts.quantization ?? ''))
  assert.ok(standing.openUntilMs <= at && !standing.isProbing)
  assert.ok(standing.keys.state === 'not-needed' || (standing.keys.state === 'ready' && standing.keys.readyAtMs <= at))
}

function rotated<Item>(items: readonly Item[], turn: number): readonly Item[] {
  const at = items.length === 0 ? 0 : Math.abs(turn) % items.length
  return [...items.slice(at), ...items.slice(0, at)]
}
