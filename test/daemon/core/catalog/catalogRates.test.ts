import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { catalogRatesOf } from '../../../../daemon/core/catalog/catalogRates.ts'

const cost = (input: number) => ({ input, output: 2 * input })

test('a price is exact in nanodollars, whatever its digits', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), (millionths) => {
      const rates = catalogRatesOf({ prices: [{ cost: cost(millionths / 1_000_000) }] }, '2026-01-01')
      assert.equal(rates?.inputNanodollarsPerMillionTokens, millionths * 1_000)
    }),
  )
})

test('of dated prices the last one that has begun counts, before all of them the first', () => {
  const prices = [
    { from: '2026-02-01', cost: cost(1) },
    { from: '2026-03-01', cost: cost(2) },
  ]
  const at = (day: string) => catalogRatesOf({ prices }, day)?.inputNanodollarsPerMillionTokens
  assert.deepEqual(
    ['2026-01-01', '2026-02-01', '2026-02-28', '2026-03-01', '2027-01-01'].map(at),
    [1e9, 1e9, 1e9, 2e9, 2e9],
  )
  assert.equal(catalogRatesOf({ prices: [] }, '2026-01-01'), undefined)
})

test('a price holds to its last day; when the last that is known has ended, the price is unknown', () => {
  const prices = [
    { until: '2026-01-31', cost: cost(1) },
    { from: '2026-02-01', cost: cost(4) },
    { from: '2026-03-01', until: '2026-03-31', cost: cost(2) },
  ]
  const at = (day: string) => catalogRatesOf({ prices }, day)?.inputNanodollarsPerMillionTokens
  // A price of March alone stands over the one that goes on, which then holds again.
  assert.deepEqual(['2026-01-31', '2026-02-01', '2026-03-31', '2026-04-01'].map(at), [1e9, 4e9, 2e9, 4e9])
  const ended = catalogRatesOf({ prices: [{ until: '2026-01-31', cost: cost(1) }] }, '2026-02-01')
  assert.equal(ended, undefined)
})

test('every part of a cost has its place, tiers by rising input', () => {
  const all = {
    ...cost(1),
    cache_read: 0.1,
    cache_write: 1.25,
    cache_write_1h: 2,
    reasoning: 3,
    request: 0.005,
    image: 0.001,
    tiers: [
      { above: 500_000, ...cost(4) },
      { above: 200_000, ...cost(2) },
    ],
  }
  assert.deepEqual(
    catalogRatesOf({ prices: [{ cost: all }], priced: { by: 'fetched', on: '2026-01-01' } }, '2026-01-01'),
    {
      inputNanodollarsPerMillionTokens: 1_000_000_000,
      outputNanodollarsPerMillionTokens: 2_000_000_000,
      cachedInputNanodollarsPerMillionTokens: 100_000_000,
      cacheWriteNanodollarsPerMillionTokens: 1_250_000_000,
      cacheWrite1hNanodollarsPerMillionTokens: 2_000_000_000,
      reasoningNanodollarsPerMillionTokens: 3_000_000_000,
      nanodollarsPerRequest: 5_000_000,
      nanodollarsPerImage: 1_000_000,
      tiers: [
        {
          aboveInputTokens: 200_000,
          inputNanodollarsPerMillionTokens: 2_000_000_000,
          outputNanodollarsPerMillionTokens: 4_000_000_000,
        },
        {
          aboveInputTokens: 500_000,
          inputNanodollarsPerMillionTokens: 4_000_000_000,
          outputNanodollarsPerMillionTokens: 8_000_000_000,
        },
      ],
      source: 'fetched 2026-01-01',
    },
  )
})
