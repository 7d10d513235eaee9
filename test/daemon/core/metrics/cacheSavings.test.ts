import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cacheSavingsNanodollars } from '../../../../daemon/core/metrics/cacheSavings.ts'
import { priceUsage } from '../../../../daemon/core/quota/price.ts'

const rates = {
  inputNanodollarsPerMillionTokens: 3_000_000_000,
  cachedInputNanodollarsPerMillionTokens: 300_000_000,
  outputNanodollarsPerMillionTokens: 15_000_000_000,
  source: 'test',
}

test('the saving is the price without a cache less the price with it', () => {
  const usage = { inputTokens: 10_000, cachedInputTokens: 8_000, outputTokens: 10 }
  const priced = (cachedInputTokens: number) => {
    const money = priceUsage({ ...usage, cachedInputTokens }, { rates, isPractice: false })
    return money.kind === 'measured' ? money.nanodollars : Number.NaN
  }
  assert.equal(cacheSavingsNanodollars(usage, rates), priced(0) - priced(8_000))
})

test('a long input saves at the price of its tier', () => {
  const tier = { ...rates, inputNanodollarsPerMillionTokens: 6_000_000_000, aboveInputTokens: 200_000 }
  const usage = { inputTokens: 300_000, cachedInputTokens: 1_000_000 }
  assert.equal(cacheSavingsNanodollars(usage, { ...rates, tiers: [tier] }), 5_700_000_000)
})

test('without a price it is unknown, without cached tokens nothing, and it is never below nothing', () => {
  const usage = { inputTokens: 10, cachedInputTokens: 5 }
  assert.equal(cacheSavingsNanodollars(usage, undefined), undefined)
  assert.equal(cacheSavingsNanodollars({ inputTokens: 10 }, undefined), 0)
  assert.equal(cacheSavingsNanodollars(undefined, rates), 0)
  assert.equal(cacheSavingsNanodollars(usage, { ...rates, cachedInputNanodollarsPerMillionTokens: 4e9 }), 0)
})
