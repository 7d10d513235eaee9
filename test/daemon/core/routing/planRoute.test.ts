import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { PlanInput, PlannedEndpoint, RequestNeeds } from '../../../../daemon/core/routing/planInput.ts'
import { planRoute } from '../../../../daemon/core/routing/planRoute.ts'
import { planned, plannedModels, provider } from '../../../support/endpoints.ts'

const declared = [planned('a/x@one'), planned('a/x@two'), planned('a/x@three'), planned('b/y@one'), planned('b/y@two')]

const of = (...endpoints: readonly PlannedEndpoint[]) => ({ models: plannedModels(endpoints) })
const ofModel = (name: string) => of(...declared.filter(({ facts }) => facts.id.startsWith(`${name}@`)))

function plan(more: Partial<PlanInput>, needs: Partial<RequestNeeds> = {}) {
  return planRoute({
    nowMs: 0,
    seed: 0,
    models: plannedModels(declared),
    preferences: {},
    needs: { inputTokens: 10, requiredOutputTokens: 1, parameters: [], modalities: [], ...needs },
    ...more,
  })
}

const providers = (...names: readonly string[]) => names.map(provider)

type Row = {
  readonly name: string
  readonly input: Partial<PlanInput>
  readonly needs?: Partial<RequestNeeds>
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
    name: 'a provider without its key',
    input: of(planned('b/y@one', {}, { keys: { state: 'missing' } }), planned('b/y@two')),
    candidates: ['b/y@two'],
    rejected: [['b/y@one', 'no-key']],
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
  { name: 'models that nobody offers', input: { models: [] }, candidates: [] },
]

for (const row of rows) {
  test(`plans ${row.name}`, () => {
    const { candidates, rejected } = plan(row.input, row.needs)
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
      assert.deepEqual(all, declared.map((one) => one.facts.id).sort())
      assert.equal(JSON.stringify(plan({ preferences })), JSON.stringify(made))
      for (const candidate of made.candidates) {
        const name = candidate.slice(candidate.lastIndexOf('@') + 1)
        assert.ok(only?.includes(name as 'one') ?? true)
        assert.ok(!ignore?.includes(name as 'one'))
      }
    }),
  )
})
