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
const valueOfDigit = new Map([...digits].map((digit, value) => [digit.charCodeAt(0), value]))

export function addToHistogram(histogram: Histogram, value: number): void {
  const units = Math.max(1, value * unitsPerOne)
  const bucket = Math.ceil(Math.log(units) / logGrowth)
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

/** What is no packed histogram is read as far as it makes sense. */
export function mergePacked(into: Histogram, packed: PackedHistogram): void {
  let bucket = 0
  let isCount = false
  let number = 0
  let scale = 1
  for (let at = 0; at < packed.length; at += 1) {
    const value = valueOfDigit.get(packed.charCodeAt(at)) ?? 0
    number += (value % base) * scale
    scale *= base
    if (value >= base) continue
    if (isCount) into.set(bucket, (into.get(bucket) ?? 0) + number)
    else bucket += number
    isCount = !isCount
    number = 0
    scale = 1
  }
}

/** Undefined when it is empty. */
export function quantilesOf(histogram: ReadonlyMap<number, number>): Quantiles | undefined {
  const buckets = [...histogram].sort(([a], [b]) => a - b)
  const count = buckets.reduce((sum, [, inBucket]) => sum + inBucket, 0)
  if (count === 0) return undefined
  const at = (share: number) => valueAtRank(buckets, Math.max(1, Math.ceil(share * count)))
  return { count, p50: at(0.5), p90: at(0.9), p99: at(0.99) }
}

function valueAtRank(buckets: readonly (readonly [number, number])[], rank: number): number {
  let seen = 0
  for (const [bucket, count] of buckets) {
    seen += count
    if (seen >= rank) return (2 * growth ** bucket) / (growth + 1) / unitsPerOne
  }
  return 0
}

function packNumber(number: number): string {
  let packed = ''
  let rest = number
  for (; rest >= base; rest = Math.floor(rest / base)) packed += digits[base + (rest % base)] ?? ''
  return packed + (digits[rest] ?? '')
}
