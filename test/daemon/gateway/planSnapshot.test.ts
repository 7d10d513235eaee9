import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsOf, freshStanding } from '../../../daemon/core/routing/endpointFacts.ts'
import { planSnapshot } from '../../../daemon/gateway/planSnapshot.ts'
import { endpoint } from '../../support/endpoints.ts'
import { requestFor } from '../../support/gatewayRig.ts'

const tier = { aboveInputTokens: 1_000, inputNanodollarsPerMillionTokens: 20, outputNanodollarsPerMillionTokens: 30 }
const base = { inputNanodollarsPerMillionTokens: 10, outputNanodollarsPerMillionTokens: 15, source: 'declared' }
const one = endpoint('a/x@one', { rates: { ...base, tiers: [tier] } })
const two = endpoint('a/x@two', { rates: base })
const measured = { attempts: 4, failedRatio: 0, rateLimitedRatio: 0, cachedRatio: 0, outputTokens: 80 }

function snapshotAt(inputTokens: number, requiredOutputTokens = 1) {
  const request = requestFor([one, two])
  const standings = {
    of: (asked: typeof one) => ({
      facts: factsOf(asked),
      standing: asked === one ? { ...freshStanding, measured } : freshStanding,
    }),
  }
  const ports = { standings, sticky: { find: () => undefined }, nowMs: 0, seed: 1 }
  return planSnapshot(ports as never, { ...request, policy: { ...request.policy, requiredOutputTokens } }, inputTokens)
}

test('a long input is compared at the prices that count for it', () => {
  const promptsAt = (tokens: number) =>
    snapshotAt(tokens).models[0]?.endpoints.map(({ facts }) => facts.promptNanodollars)
  assert.deepEqual(promptsAt(1_000), [10, 10])
  assert.deepEqual(promptsAt(1_001), [20, 10])
})

test('all endpoints are compared by one length of the answer: what the caller states, else what is usual', () => {
  assert.equal(snapshotAt(10).needs.expectedOutputTokens, 80)
  assert.equal(snapshotAt(10, 300).needs.expectedOutputTokens, 300)
})
