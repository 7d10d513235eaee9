import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  addToHistogram,
  type Histogram,
  mergeHistogram,
  quantilesOf,
} from '../../../../daemon/core/metrics/histogram.ts'

const durations = fc.array(fc.double({ min: 0.02, max: 3_600_000, noNaN: true }), { minLength: 1, maxLength: 300 })

function histogramOf(values: readonly number[]): Histogram {
  const histogram: Histogram = {}
  for (const value of values) addToHistogram(histogram, value)
  return histogram
}

test('quantiles are within 1 % of the exact ones', () => {
  fc.assert(
    fc.property(durations, (values) => {
      const sorted = [...values].sort((a, b) => a - b)
      const quantiles = quantilesOf(histogramOf(values))
      assert.ok(quantiles !== undefined)
      for (const [share, found] of [
        [0.5, quantiles.p50],
        [0.9, quantiles.p90],
        [0.99, quantiles.p99],
      ] as const) {
        const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0
        assert.ok(Math.abs(found - exact) <= exact * 0.0101, `${found} against ${exact}`)
      }
    }),
  )
})

test('merging gives the same as adding all to one', () => {
  fc.assert(
    fc.property(durations, durations, (a, b) => {
      const merged = histogramOf(a)
      mergeHistogram(merged, histogramOf(b))
      assert.deepEqual(merged, histogramOf([...a, ...b]))
    }),
  )
})

test('an empty histogram has no quantiles', () => {
  assert.equal(quantilesOf({}), undefined)
})
