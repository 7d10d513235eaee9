import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  blendedPriceOf,
  cacheAdjustedPriceOf,
  expectedOutputTokensOf,
  usualOutputTokens,
} from '../../../../daemon/core/routing/blendedPrice.ts'
import { dollars, planned } from '../../../support/endpoints.ts'

const rates = { ...dollars('2').rates, nanodollarsPerRequest: 7, cachedInputNanodollarsPerMillionTokens: 200_000_000 }
const { facts } = planned('a/x@one', { rates })

test('a price is input and output at their prices, and that of the request', () => {
  assert.equal(blendedPriceOf(facts, 100, 1_000), 1_000 * 2_000 + 100 * 8_000 + 7)
  assert.equal(blendedPriceOf(planned('a/x@one').facts, 100, 1_000), undefined)
})

test('what is read from the cache costs the cached price', () => {
  assert.equal(cacheAdjustedPriceOf(facts, 0.5, 100, 1_000), 500 * 2_000 + 500 * 200 + 100 * 8_000 + 7)
  assert.equal(cacheAdjustedPriceOf(planned('a/x@one', dollars('2')).facts, 0.5, 0, 1_000), 2_000_000)
})

test('the expected output is what is said, else a guess', () => {
  const needs = { inputTokens: 1, requiredOutputTokens: 1, parameters: [], modalities: [] }
  assert.equal(expectedOutputTokensOf({ ...needs, expectedOutputTokens: 9 }), 9)
  assert.equal(expectedOutputTokensOf(needs), 500)
})

test('the usual output is the average over all endpoints, by how often each answered', () => {
  const answered = (attempts: number, outputTokens: number) =>
    planned(
      'a/x@one',
      {},
      { measured: { attempts, failedRatio: 0, rateLimitedRatio: 0, cachedRatio: 0, outputTokens } },
    )
  assert.equal(usualOutputTokens([{ endpoints: [planned('a/x@fresh')] }]), undefined)
  assert.equal(usualOutputTokens([{ endpoints: [answered(3, 100), answered(1, 500)] }]), 200)
  assert.equal(usualOutputTokens([{ endpoints: [answered(1_000, 100)] }, { endpoints: [answered(20, 300)] }]), 200)
})
