import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  bucketOf,
  countInBucket,
  type Histogram,
  mergePacked,
  packHistogram,
  quantilesOfPacked,
} from '../../../../daemon/core/metrics/histogram.ts'

const durations = fc.array(fc.double({ min: 0.02, max: 3_600_000, noNaN: true }), { minLength: 1, maxLength: 300 })

function histogramOf(values: readonly number[]): Histogram {
  const histogram: Histogram = new Map()
  for (const value of values) countInBucket(histogram, bucketOf(value))
  return histogram
}

test('quantiles are within 1 % of the exact ones', () => {
  fc.assert(
    fc.property(durations, (values) => {
      const sorted = [...values].sort((a, b) => a - b)
      const quantiles = quantilesOfPacked([packHistogram(histogramOf(values))])
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

test('packing and merging give the same as adding all to one', () => {
  fc.assert(
    fc.property(fc.array(durations, { maxLength: 5 }), (parts) => {
      const merged: Histogram = new Map()
      for (const part of parts) mergePacked(merged, packHistogram(histogramOf(part)))
      const whole = histogramOf(parts.flat())
      assert.deepEqual(merged, whole)
      assert.equal(packHistogram(merged), packHistogram(whole))
      const packed = parts.map((part) => packHistogram(histogramOf(part)))
      assert.deepEqual(quantilesOfPacked(packed), quantilesOfPacked([packHistogram(whole)]))
    }),
  )
})

test('counts of any size survive packing', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2_000), fc.integer({ min: 1, max: 2 ** 40 }))), (buckets) => {
      const histogram: Histogram = new Map(buckets)
      const unpacked: Histogram = new Map()
      mergePacked(unpacked, packHistogram(histogram))
      assert.deepEqual(unpacked, histogram)
    }),
  )
})

test('an empty histogram has no quantiles', () => {
  assert.equal(quantilesOfPacked([]), undefined)
  assert.equal(quantilesOfPacked(['']), undefined)
  assert.equal(packHistogram(new Map()), '')
})
