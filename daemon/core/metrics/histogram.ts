/**
 * Quantiles from counts in logarithmic buckets: at most 1 % off, mergeable, as small as what it holds.
 *
 * Bucket i holds values from 1.02^(i-1) to 1.02^i hundredths (of a millisecond, or of a token a second). Its value is
 * taken as 2 * 1.02^i / 2.02, which is at most 1 % from any value inside. Packed, a histogram is a text: for each bucket
 * in rising order the distance from the one before it and its count, five bits a character, lowest first.
 */
import type { Quantiles } from '../../../shared/domain/stats.ts'

/** Bucket to count. */
export type Histogram = Map<number, number>
/** Empty when nothing was counted. */
export type PackedHistogram = string

const growth = 1.02
const logGrowth = Math.log(growth)
const unitsPerOne = 100
/** None of them is escaped in JSON. The second half says that another character follows. */
const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_'
const base = 32
const valueOfDigit = Array.from({ length: 128 }, (_, code) => Math.max(0, digits.indexOf(String.fromCharCode(code))))
/** Ten years, in hundredths of a millisecond, are in bucket 1,571. */
const mostBuckets = 2_000

/** A value is counted in many histograms, so its bucket is worked out once. */
export function bucketOf(value: number): number {
  return Math.ceil(Math.log(Math.max(1, value * unitsPerOne)) / logGrowth)
}

export function countInBucket(histogram: Histogram, bucket: number): void {
  histogram.set(bucket, (histogram.get(bucket) ?? 0) + 1)
}

export function packHistogram(histogram: ReadonlyMap<number, number>): PackedHistogram {
  let packed = ''
  let before = 0
  for (const bucket of [...histogram.keys()].sort((a, b) => a - b)) {
    packed += packNumber(bucket - before) + packNumber(histogram.get(bucket) ?? 0)
    before = bucket
  }
  return packed
}

export function mergePacked(into: Histogram, packed: PackedHistogram): void {
  eachBucket(packed, (bucket, count) => into.set(bucket, (into.get(bucket) ?? 0) + count))
}

/** Of all of them together; undefined when they are empty. */
export function quantilesOfPacked(all: readonly PackedHistogram[]): Quantiles | undefined {
  if (all.length === 0) return undefined
  const counts = new Float64Array(mostBuckets)
  let total = 0
  let last = 0
  for (const packed of all) {
    eachBucket(packed, (bucket, count) => {
      // Further up nothing is measured.
      if (bucket >= mostBuckets) return
      counts[bucket] = (counts[bucket] ?? 0) + count
      total += count
      last = Math.max(last, bucket)
    })
  }
  if (total === 0) return undefined
  const at = (share: number) => valueAtRank(counts.subarray(0, last + 1), Math.max(1, Math.ceil(share * total)))
  return { count: total, p50: at(0.5), p90: at(0.9), p99: at(0.99) }
}

function valueAtRank(counts: Float64Array, rank: number): number {
  let bucket = 0
  for (let seen = counts[0] ?? 0; seen < rank && bucket < counts.length - 1; ) {
    bucket += 1
    seen += counts[bucket] ?? 0
  }
  return (2 * growth ** bucket) / (growth + 1) / unitsPerOne
}

/** What is no packed histogram is read as far as it makes sense. */
function eachBucket(packed: PackedHistogram, take: (bucket: number, count: number) => void): void {
  let bucket = 0
  let isCount = false
  let number = 0
  let scale = 1
  for (let at = 0; at < packed.length; at += 1) {
    const value = valueOfDigit[packed.charCodeAt(at)] ?? 0
    number += (value % base) * scale
    scale *= base
    if (value >= base) continue
    if (isCount) take(bucket, number)
    else bucket += number
    isCount = !isCount
    number = 0
    scale = 1
  }
}

function packNumber(number: number): string {
  let packed = ''
  let rest = number
  for (; rest >= base; rest = Math.floor(rest / base)) packed += digits[base + (rest % base)] ?? ''
  return packed + (digits[rest] ?? '')
}
