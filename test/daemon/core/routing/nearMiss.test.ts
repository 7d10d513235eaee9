import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nearMissOf } from '../../../../daemon/core/routing/nearMiss.ts'
import type { PlanInput, PlannedEndpoint } from '../../../../daemon/core/routing/planInput.ts'
import { planRoute } from '../../../../daemon/core/routing/planRoute.ts'
import { dollars, planInputs, planned, plannedModels, provider } from '../../../support/endpoints.ts'

function nearMiss(endpoints: readonly PlannedEndpoint[], more: Partial<PlanInput> = {}) {
  const input: PlanInput = {
    nowMs: 1_000,
    seed: 0,
    models: plannedModels(endpoints),
    preferences: {},
    needs: { inputTokens: 100, requiredOutputTokens: 50, parameters: [], modalities: [] },
    ...more,
  }
  return nearMissOf(input, planRoute(input))
}

test('the endpoint of the first model is named with the price that would have let it in', () => {
  const endpoints = [planned('a/x@one', dollars('2.1')), planned('b/y@one', dollars('1'))]
  assert.deepEqual(nearMiss(endpoints, { preferences: { max_price: { prompt: 2 } } }), {
    endpoint: 'a/x@one',
    reason: 'price-too-high',
    limit: 2_000_000_000,
    value: 2_100_000_000,
  })
  const completion = { preferences: { max_price: { prompt: 3, completion: '8' } } }
  assert.deepEqual(nearMiss(endpoints, completion), {
    endpoint: 'a/x@one',
    reason: 'price-too-high',
    limit: 8_000_000_000,
    value: 8_400_000_000,
  })
})

test('limits of tokens are named in tokens', () => {
  const [context, output] = [planned('a/x@one', { contextTokens: 120 }), planned('a/x@one', { outputTokens: 40 })]
  const rest = planned('b/y@one')
  const contextMiss = { endpoint: 'a/x@one', reason: 'context-too-small', limit: 150, value: 120 }
  assert.deepEqual(nearMiss([context, rest]), contextMiss)
  const outputMiss = { endpoint: 'a/x@one', reason: 'output-limit-too-small', limit: 50, value: 40 }
  assert.deepEqual(nearMiss([output, rest]), outputMiss)
})

test('a missing key and an open breaker are near misses, what the user left out by name is none', () => {
  const rest = planned('b/y@one')
  const keyless = planned('a/x@one', {}, { keys: { state: 'missing' } })
  assert.deepEqual(nearMiss([keyless, rest]), { endpoint: 'a/x@one', reason: 'no-key' })
  const broken = planned('a/x@one', {}, { openUntilMs: 9_000 })
  assert.deepEqual(nearMiss([broken, rest]), { endpoint: 'a/x@one', reason: 'breaker-open' })
  const preferences = { ignore: [provider('two')] }
  assert.equal(nearMiss([planned('a/x@two'), rest], { preferences }), undefined)
})

test('who would not have been first anyhow is none', () => {
  assert.equal(nearMiss([planned('a/x@one'), planned('b/y@one', {}, { openUntilMs: 9_000 })]), undefined)
})

test('a near miss was rejected for the reason named', () => {
  fc.assert(
    fc.property(planInputs, (input) => {
      const plan = planRoute(input)
      const miss = nearMissOf(input, plan)
      if (miss === undefined) return
      assert.ok(plan.rejected.some(({ endpoint, reason }) => endpoint === miss.endpoint && reason === miss.reason))
    }),
    { numRuns: 500 },
  )
})
