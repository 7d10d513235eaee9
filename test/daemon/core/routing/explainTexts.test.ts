import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearMissText, rejectionText } from '../../../../daemon/core/routing/explainTexts.ts'
import type { LiftableReason } from '../../../../daemon/core/routing/nearMiss.ts'
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
    nearMissText({
      endpoint,
      reason: 'price-too-high',
      prices: [{ of: 'prompt', limit: 2_100_000_000, value: 15_000_000_000 }],
    }),
    'a/x@one would have been first, had `max_price` allowed $15.00 instead of $2.10 for a million tokens of input',
  )
  assert.equal(
    nearMissText({ endpoint, reason: 'context-too-small', limit: 15_000, value: 8_192 }),
    'a/x@one would have been first, had the request needed 8,192 tokens at most instead of 15,000',
  )
})

test('a near miss by price names each limit that would have to rise, in its own unit', () => {
  const prices = [
    { of: 'completion', limit: 10_000_000_000, value: 12_500_000_000 },
    { of: 'request', limit: 1_000_000, value: 10_000_000 },
    { of: 'image', limit: 1_201, value: 1_202 },
  ] as const
  assert.equal(
    nearMissText({ endpoint, reason: 'price-too-high', prices }),
    'a/x@one would have been first, had `max_price` allowed $12.50 instead of $10.00 for a million tokens of output and $0.01 instead of $0.00100 for each request and $0.000001202 instead of $0.000001201 for each image',
  )
})

test('each reason that can be lifted has a condition of its own', () => {
  const byName = new Set(['not-in-only', 'ignored', 'not-in-order', 'fallbacks-off'])
  const liftable = rejectionReasons.filter((reason): reason is LiftableReason => !byName.has(reason))
  const texts = liftable.map((reason) => nearMissText({ endpoint, reason }))
  assert.equal(new Set(texts).size, liftable.length)
  for (const text of texts) assert.match(text, /first, had /)
})
