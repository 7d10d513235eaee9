import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filterEndpoints, limitsOf } from '../../../../daemon/core/routing/filterEndpoints.ts'
import type { PlanInput } from '../../../../daemon/core/routing/planInput.ts'
import { planned, provider } from '../../../support/endpoints.ts'

const input: PlanInput = {
  nowMs: 1_000,
  seed: 0,
  models: [],
  preferences: { ignore: [provider('out')], max_price: { prompt: '0.07' } },
  needs: { inputTokens: 1, requiredOutputTokens: 1, parameters: ['tools', 'seed'], modalities: [] },
}

test('limits are looked up once: prices exactly, tools as a soft demand, the rest only when it is required', () => {
  const limits = limitsOf(input)
  assert.equal(limits.price?.prompt, 70_000_000)
  assert.deepEqual(limits.softParameters, ['tools'])
  assert.deepEqual(limits.hardParameters, [])
  const strict = limitsOf({ ...input, preferences: { require_parameters: true } })
  assert.deepEqual(strict.hardParameters, ['tools', 'seed'])
  assert.deepEqual(strict.softParameters, [])
})

test('the earliest moment is that of an endpoint which only waits; of two waits the later counts', () => {
  const keys = { state: 'ready', readyAtMs: 9_000 } as const
  const bare = { ...input, preferences: {} }
  const found = filterEndpoints(
    [
      planned('a/x@one', {}, { keys, openUntilMs: 5_000 }),
      planned('a/x@two', {}, { keys: { ...keys, readyAtMs: 7_000 } }),
    ],
    bare,
    limitsOf(bare),
  )
  assert.equal(found.reopensAtMs, 7_000)
  assert.deepEqual(found.eligible, [])
  const ignored = { ...bare, preferences: { ignore: [provider('two')] } }
  const one = filterEndpoints([planned('a/x@two', {}, { openUntilMs: 5_000 })], ignored, limitsOf(ignored))
  assert.equal(one.reopensAtMs, Number.POSITIVE_INFINITY)
})

test('a probe under way is looked at again after a second', () => {
  const bare = { ...input, preferences: {} }
  const found = filterEndpoints([planned('a/x@one', {}, { openUntilMs: 1, isProbing: true })], bare, limitsOf(bare))
  assert.equal(found.reopensAtMs, 2_000)
})
