import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { firstBecauseOf } from '../../../../daemon/core/routing/explainFirst.ts'
import { scoresOf } from '../../../../daemon/core/routing/explainOrder.ts'
import type { PlanInput, PlannedEndpoint } from '../../../../daemon/core/routing/planInput.ts'
import { planRoute } from '../../../../daemon/core/routing/planRoute.ts'
import type { EndpointId } from '../../../../shared/domain/ids.ts'
import { dollars, measured, planInputs, planned, plannedModels, provider } from '../../../support/endpoints.ts'

const percentiles = (p50: number) => ({ count: 9, p50, p75: p50, p90: p50, p99: p50 })
const unstable = { unstableUntilMs: 9_000 }

const [one, two, three] = [
  planned('a/x@one', dollars('1')),
  planned('a/x@two', dollars('3')),
  planned('b/y@one', dollars('0.1')),
]

function because(endpoints: readonly PlannedEndpoint[], more: Partial<PlanInput> = {}, sticky?: string) {
  const input: PlanInput = {
    nowMs: 1_000,
    seed: 0,
    models: plannedModels(endpoints).map((model) => ({
      ...model,
      ...(sticky !== undefined && { sticky: sticky as EndpointId }),
    })),
    preferences: {},
    needs: { inputTokens: 1_000, requiredOutputTokens: 1, expectedOutputTokens: 100, parameters: [], modalities: [] },
    ...more,
  }
  const plan = planRoute(input)
  return firstBecauseOf(input, plan, scoresOf(input, plan))
}

test('the only endpoint of the first model was not drawn by price, however cheap the second model is', () => {
  assert.equal(because([two, three]), 'as the only candidate of its model, which comes first')
  assert.match(because([one, two, three]) ?? '', /^drawn by price/)
  assert.equal(because([one]), undefined)
})

test('who alone is stable, or has what is preferred, was not drawn', () => {
  const shaky = planned('a/x@three', dollars('0.1'), unstable)
  assert.equal(because([one, shaky, three]), 'because the others lately failed often')
  const late = planned('a/x@four', dollars('0.1'), { latency: percentiles(9_000) })
  const preferences = { preferred_max_latency: 2 }
  assert.equal(
    because([one, late], { preferences }),
    'because the others lately missed the preferred latency or throughput',
  )
  assert.equal(
    because([one, shaky, late], { preferences }),
    'because the others lately failed often or missed the preferred latency or throughput',
  )
})

test('a conversation is held only where that put the endpoint first', () => {
  const first = planned('a/x@one', dollars('1'))
  const cached = { ...two, facts: { ...two.facts, cachedReadNanodollars: 300_000_000 } }
  const held = 'because it holds this conversation in its prompt cache'
  assert.equal(because([first, cached], {}, 'a/x@two'), held)
  assert.equal(because([first, cached], { strategy: 'adaptive' }, 'a/x@two'), held)
  assert.equal(
    because([first, two], { strategy: 'adaptive' }, 'a/x@one'),
    'with the least of price, waiting and failures',
  )
  assert.equal(because([first, cached], { preferences: { sort: 'price' } }, 'a/x@one'), 'because it is the cheapest')
  assert.equal(
    because([first, cached], { preferences: { order: [provider('two')] } }, 'a/x@two'),
    'because `order` names its provider first',
  )
  const shaky = [first, cached].map(({ facts, standing }) => ({ facts, standing: { ...standing, ...unstable } }))
  assert.match(because(shaky, {}, 'a/x@two') ?? '', /^drawn by price/)
})

test('exploration is not said to be the least', () => {
  const endpoints = [planned('a/x@one', dollars('1'), { measured }), planned('a/x@two', dollars('3'), { measured })]
  const texts = Array.from({ length: 300 }, (_, seed) => because(endpoints, { seed, strategy: 'adaptive' }))
  assert.deepEqual(
    new Set(texts),
    new Set(['with the least of price, waiting and failures', 'looked at again; about one request in fifty is']),
  )
})

test('a sort with nothing measured does not claim the quickest', () => {
  const latency = { preferences: { sort: 'latency' } } as const
  const throughput = { preferences: { sort: 'throughput' } } as const
  assert.equal(because([one, two], latency), 'as declared: no first token is measured yet')
  assert.equal(because([one, two], throughput), 'as declared: no speed is measured yet')
  const quick = planned('a/x@three', {}, { latency: percentiles(90), throughput: percentiles(90) })
  assert.equal(because([one, quick], latency), 'because it alone is measured')
  const slow = planned('a/x@four', {}, { latency: percentiles(900), throughput: percentiles(9) })
  assert.equal(because([slow, quick], latency), 'because its first token comes soonest')
  assert.equal(because([slow, quick], throughput), 'because it writes fastest')
})

test('an order by price says what is known of prices', () => {
  const unknown = [planned('a/x@one'), planned('a/x@two')]
  for (const more of [{}, { strategy: 'adaptive' }, { preferences: { sort: 'price' } }] as const) {
    assert.equal(because(unknown, more), 'as declared: no price is known')
    assert.equal(because([planned('a/x@one'), two], more), 'because it alone has a known price')
  }
  const free = [planned('a/x@three', dollars('0')), planned('a/x@four', dollars('0'))] as const
  assert.equal(because([one, free[0]]), 'because it costs nothing')
  assert.equal(because([one, ...free]), 'drawn evenly among those that cost nothing')
})

test('property: of several candidates the first has a reason, drawn only where it has a chance below 1', () => {
  fc.assert(
    fc.property(planInputs, (input) => {
      const plan = planRoute(input)
      const scores = scoresOf(input, plan)
      const text = firstBecauseOf(input, plan, scores)
      assert.equal(text === undefined, plan.candidates.length < 2)
      if (text === undefined) return
      const chance = scores[0]?.drawRatio ?? 1
      assert.equal(text.startsWith('drawn'), chance < 1, text)
    }),
    { numRuns: 2_000 },
  )
})
