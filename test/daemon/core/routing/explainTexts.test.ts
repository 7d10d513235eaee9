import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearMissText, rejectionText } from '../../../../daemon/core/routing/explainTexts.ts'
import type { PlanInput } from '../../../../daemon/core/routing/planInput.ts'
import type { EndpointId } from '../../../../shared/domain/ids.ts'
import { type RejectionReason, rejectionReasons } from '../../../../shared/domain/routePlan.ts'
import { dollars, planned, plannedModels } from '../../../support/endpoints.ts'

const endpoint = 'a/x@one' as EndpointId

const input: PlanInput = {
  nowMs: 1_000,
  seed: 0,
  models: plannedModels([
    planned(
      'a/x@one',
      { ...dollars('0.0125'), contextTokens: 8_192, outputTokens: 4_096 },
      { openUntilMs: 13_000, keys: { state: 'ready', readyAtMs: 3_500 } },
    ),
  ]),
  preferences: { max_price: { completion: '0.04' } },
  needs: { inputTokens: 10_000, requiredOutputTokens: 5_000, parameters: [], modalities: [] },
}

const numbers: readonly (readonly [RejectionReason, string])[] = [
  ['price-too-high', '($0.05 for a million tokens of output, at most $0.04 allowed)'],
  ['context-too-small', '(15,000 tokens needed, 8,192 there)'],
  ['output-limit-too-small', '(5,000 tokens asked for, at most 4,096 given)'],
  ['breaker-open', '(for another 12.0\u00a0s at that time)'],
  ['keys-cooling', '(for another 2.5\u00a0s at that time)'],
]

test('reasons that are a matter of numbers name them', () => {
  for (const [reason, words] of numbers) assert.ok(rejectionText({ endpoint, reason }, input).endsWith(words), reason)
})

test('an endpoint that the input does not hold, or no input, leaves the bare reason', () => {
  const bare = 'it is dearer than `max_price`'
  assert.equal(rejectionText({ endpoint: 'b/y@two' as EndpointId, reason: 'price-too-high' }, input), bare)
  assert.equal(rejectionText({ endpoint, reason: 'price-too-high' }, undefined), bare)
})

test('a near miss says what would have had to be otherwise', () => {
  assert.equal(
    nearMissText({ endpoint, reason: 'price-too-high', limit: 2_100_000_000, value: 15_000_000_000 }),
    'a/x@one would have been first, had `max_price` allowed $15.00 instead of $2.10 for a million tokens',
  )
  assert.equal(
    nearMissText({ endpoint, reason: 'context-too-small', limit: 15_000, value: 8_192 }),
    'a/x@one would have been first, had the request needed 8,192 tokens at most instead of 15,000',
  )
})

test('each reason has a condition of its own', () => {
  const texts = rejectionReasons.map((reason) => nearMissText({ endpoint, reason }))
  assert.equal(new Set(texts).size, rejectionReasons.length)
})
