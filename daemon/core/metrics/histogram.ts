/**
 * Quantiles of durations from counts in logarithmic buckets: at most 1 % off, mergeable, as small as what it holds.
 *
 * Bucket i holds values from 1.02^(i-1) to 1.02^i hundredths of a millisecond. Its value is taken as 2 * 1.02^i / 2.02,
 * which is at most 1 % from any value inside.
 */
import type { Quantiles } from '../../../shared/domain/stats.ts'

/** Bucket index to count. */
export type Histogram = Record<string, number>

const growth = 1.02
const logGrowth = Math.log(growth)
const unitsPerMs = 100

export function addToHistogram(histogram: Histogram, valueMs: number): void {
  const units = Math.max(1, valueMs * unitsPerMs)
  const bucket = String(Math.ceil(Math.log(units) / logGrowth))
  histogram[bucket] = (histogram[bucket] ?? 0) + 1
}

export function mergeHistogram(into: Histogram, from: Readonly<Histogram>): void {
  for (const [bucket, count] of Object.entries(from)) into[bucket] = (into[bucket] ?? 0) + count
}

/** Undefined when it is empty. */
export function quantilesOf(histogram: Readonly<Histogram>): Quantiles | undefined {
  const buckets = Object.entries(histogram)
    .map(([bucket, count]) => ({ bucket: Number(bucket), count }))
    .sort((a, b) => a.bucket - b.bucket)
  const count = buckets.reduce((sum, entry) => sum + entry.count, 0)
  if (count === 0) return undefined
  const at = (share: number) => valueAtRank(buckets, Math.max(1, Math.ceil(share * count)))
  return { count, p50: at(0.5), p90: at(0.9), p99: at(0.99) }
}

function valueAtRank(buckets: readonly { readonly bucket: number; readonly count: number }[], rank: number): number {
  let seen = 0
  for (const { bucket, count } of buckets) {
    seen += count
    if (seen >= rank) return (2 * growth ** bucket) / (growth + 1) / unitsPerMs
  }
  return 0
}
