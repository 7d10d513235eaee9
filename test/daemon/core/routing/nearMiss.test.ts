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
    prices: [{ of: 'prompt', limit: 2_000_000_000, value: 2_100_000_000 }],
  })
  const completion = { preferences: { max_price: { prompt: 3, completion: '8' } } }
  assert.deepEqual(nearMiss(endpoints, completion), {
    endpoint: 'a/x@one',
    reason: 'price-too-high',
    prices: [{ of: 'completion', limit: 8_000_000_000, value: 8_400_000_000 }],
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

test('each limit of max_price that is too low is named, a price for each request as one', () => {
  const [dear, rest] = [planned('a/x@one', dollars('2')), planned('b/y@one', dollars('0.1'))]
  const withFee = { facts: { ...dear.facts, requestNanodollars: 10_000_000 }, standing: dear.standing }
  const found = nearMiss([withFee, rest], { preferences: { max_price: { request: 0.001, completion: 10 } } })
  assert.deepEqual(found?.prices, [{ of: 'request', limit: 1_000_000, value: 10_000_000 }])
  const both = nearMiss([withFee, rest], { preferences: { max_price: { prompt: 1, completion: '4' } } })
  assert.deepEqual(
    both?.prices?.map(({ of }) => of),
    ['prompt', 'completion'],
  )
})

test('a price is no near miss where the limit that lets it in lets in whoever comes before it', () => {
  const endpoints = [
    planned('a/x@one', dollars('3')),
    planned('a/x@two', dollars('2.5')),
    planned('b/y@one', dollars('1')),
  ]
  const found = nearMiss(endpoints, { preferences: { sort: 'price', max_price: { prompt: 2 } } })
  assert.equal(found?.endpoint, 'a/x@two')
})

test('property: planned again with the limits named, the near miss by price is first, and no limit is named in vain', () => {
  const limits = fc.record(
    {
      prompt: fc.constantFrom(0.06, 0.4, '1.9'),
      completion: fc.constantFrom(0.2, 1.5, '7'),
      request: fc.constantFrom(0.001, '0.02'),
      image: fc.constantFrom(0.001, '0.02'),
    },
    { requiredKeys: [] },
  )
  const fees = fc.array(fc.constantFrom(undefined, 500_000, 10_000_000), { minLength: 8, maxLength: 8 })
  let count = 0
  fc.assert(
    fc.property(planInputs, limits, fees, fees, (generated, max_price, requestFees, imageFees) => {
      let at = 0
      const models = generated.models.map((model) => ({
        ...model,
        endpoints: model.endpoints.map(({ facts, standing }) => {
          const [requestNanodollars, imageNanodollars] = [requestFees[at], imageFees[at++]]
          const dear = {
            ...(requestNanodollars !== undefined && { requestNanodollars }),
            ...(imageNanodollars !== undefined && { imageNanodollars }),
          }
          return { facts: { ...facts, ...dear }, standing }
        }),
      }))
      const withLimits = (limit: object): PlanInput => ({
        ...generated,
        models,
        preferences: { ...generated.preferences, max_price: { ...max_price, ...limit } },
      })
      const input = withLimits({})
      const miss = nearMissOf(input, planRoute(input))
      if (miss?.reason !== 'price-too-high') return
      count += 1
      const raised = (miss.prices ?? []).map(({ of, value }) => [of, value / 1e9] as const)
      assert.ok(raised.length > 0)
      assert.equal(planRoute(withLimits(Object.fromEntries(raised))).candidates[0], miss.endpoint)
      for (const left of raised) {
        const others = Object.fromEntries(raised.filter((one) => one !== left))
        assert.notEqual(planRoute(withLimits(others)).candidates[0], miss.endpoint)
      }
    }),
    { numRuns: 3_000 },
  )
  assert.ok(count > 50, `${count}`)
})

test('quantization, a price unknown, images and a probe are near misses, fallbacks that are off are none', () => {
  const rest = planned('b/y@one', { ...dollars('1'), quantization: 'fp8' })
  const preferences = { quantizations: ['fp8'] }
  const coarse = planned('a/x@one', { quantization: 'int4' })
  assert.deepEqual(nearMiss([coarse, rest], { preferences }), { endpoint: 'a/x@one', reason: 'quantization' })
  assert.equal(nearMiss([planned('a/x@one'), rest], { preferences })?.reason, 'quantization')
  const unpriced = nearMiss([planned('a/x@one'), rest], { preferences: { max_price: { prompt: 2 } } })
  assert.deepEqual(unpriced, { endpoint: 'a/x@one', reason: 'price-unknown' })
  const textOnly = planned('a/x@one', { inputModalities: ['text'] })
  const needs = { inputTokens: 100, requiredOutputTokens: 50, parameters: [], modalities: ['image'] } as const
  assert.deepEqual(nearMiss([textOnly, rest], { needs }), { endpoint: 'a/x@one', reason: 'modality-unsupported' })
  const onTrial = planned('a/x@one', {}, { openUntilMs: 500, isProbing: true })
  assert.deepEqual(nearMiss([onTrial, rest]), { endpoint: 'a/x@one', reason: 'probe-under-way' })
  assert.equal(nearMiss([planned('a/x@one'), rest], { preferences: { allow_fallbacks: false } }), undefined)
})
