import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type PlanInput, planRoute } from '../../../../daemon/core/routing/planRoute.ts'
import { byModel, endpoint, model, provider } from '../../../support/endpoints.ts'

const declared = [
  endpoint('a/x@one'),
  endpoint('a/x@two'),
  endpoint('a/x@three'),
  endpoint('b/y@one'),
  endpoint('b/y@two'),
]

function plan(more: Partial<PlanInput>) {
  return planRoute({
    models: [model('a/x'), model('b/y')],
    preferences: {},
    endpointsByModel: byModel(declared),
    providersWithoutKey: new Set(),
    inputTokens: 10,
    requiredOutputTokens: 1,
    ...more,
  })
}

const providers = (...names: readonly string[]) => names.map(provider)

type Row = {
  readonly name: string
  readonly input: Partial<PlanInput>
  readonly candidates: readonly string[]
  readonly rejected?: readonly (readonly [string, string])[]
}

const rows: readonly Row[] = [
  {
    name: 'models in order, and the endpoints of each as declared',
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
    name: 'no fallbacks and no order leaves the first candidate alone',
    input: { models: [model('b/y')], preferences: { allow_fallbacks: false } },
    candidates: ['b/y@one'],
    rejected: [['b/y@two', 'fallbacks-off']],
  },
  {
    name: 'only and ignore',
    input: { models: [model('a/x')], preferences: { only: providers('one', 'two'), ignore: providers('two') } },
    candidates: ['a/x@one'],
    rejected: [
      ['a/x@two', 'ignored'],
      ['a/x@three', 'not-in-only'],
    ],
  },
  {
    name: 'a provider without its key',
    input: { models: [model('b/y')], providersWithoutKey: new Set(providers('one')) },
    candidates: ['b/y@two'],
    rejected: [['b/y@one', 'no-key']],
  },
  {
    name: 'an answer longer than the endpoint can give, and a context that is too small',
    input: {
      models: [model('a/x')],
      endpointsByModel: byModel([
        endpoint('a/x@one', { outputTokens: 99 }),
        endpoint('a/x@two', { contextTokens: 109 }),
        endpoint('a/x@three', { outputTokens: 100, contextTokens: 110 }),
      ]),
      requiredOutputTokens: 100,
    },
    candidates: ['a/x@three'],
    rejected: [
      ['a/x@one', 'output-limit-too-small'],
      ['a/x@two', 'context-too-small'],
    ],
  },
  { name: 'a model that nobody offers', input: { models: [model('c/z')] }, candidates: [] },
  {
    name: 'a model named twice is planned once',
    input: { models: [model('b/y'), model('b/y')] },
    candidates: ['b/y@one', 'b/y@two'],
  },
]

for (const row of rows) {
  test(`plans ${row.name}`, () => {
    const { candidates, rejected } = plan(row.input)
    assert.deepEqual(candidates, row.candidates)
    assert.deepEqual(
      rejected.map((one) => [one.endpoint, one.reason]),
      row.rejected ?? [],
    )
  })
}

test('a plan names every endpoint of its models exactly once, and the same input gives the same bytes', () => {
  const names = fc.constantFrom('one', 'two', 'three', 'four')
  const list = fc.option(fc.uniqueArray(names), { nil: undefined })
  fc.assert(
    fc.property(list, list, list, fc.option(fc.boolean(), { nil: undefined }), (order, only, ignore, fallbacks) => {
      const preferences = {
        ...(order && { order: providers(...order) }),
        ...(only && { only: providers(...only) }),
        ...(ignore && { ignore: providers(...ignore) }),
        ...(fallbacks !== undefined && { allow_fallbacks: fallbacks }),
      }
      const made = plan({ preferences })
      const all = [...made.candidates, ...made.rejected.map((one) => one.endpoint)].sort()
      assert.deepEqual(all, declared.map((one) => one.id).sort())
      assert.equal(JSON.stringify(plan({ preferences })), JSON.stringify(made))
      for (const candidate of made.candidates) {
        const name = candidate.slice(candidate.lastIndexOf('@') + 1)
        assert.ok(only?.includes(name as 'one') ?? true)
        assert.ok(!ignore?.includes(name as 'one'))
      }
    }),
  )
})
