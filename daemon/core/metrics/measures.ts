/**
 * What is summed up for each combination of dimensions, as one array of integers in the order of `measures`: quick to add,
 * small to keep. Trailing zeros may be missing. The order is part of the roll-up files' format.
 */
import type { Money, MoneySum } from '../../../shared/domain/money.ts'
import type { StatsRow } from '../../../shared/domain/stats.ts'

/** Those come first that are seldom 0. `saved` is what cached input would have cost more at the input's own price. */
const measures = [
  'requests',
  'succeeded',
  'attempts',
  'inputTokens',
  'outputTokens',
  'measuredNanodollars',
  'practiceNanodollars',
  'cachedInputTokens',
  'savedNanodollars',
  'reasoningTokens',
  'cacheWriteTokens',
  'failedAttempts',
  'failed',
  'fallbacks',
  'rewinds',
  'cancelled',
  'interrupted',
  'unknownCount',
  'estimatedNanodollars',
  'estimatedLowNanodollars',
  'estimatedHighNanodollars',
  'unknownSavingsCount',
] as const
export type Measure = (typeof measures)[number]

export type Sums = number[]
export type PackedSums = readonly number[]
/** The number of a key or series, then its sums. */
export type NumberedSums = readonly [number, ...PackedSums]

const placeOf = Object.fromEntries(measures.map((measure, place) => [measure, place])) as Readonly<
  Record<Measure, number>
>

export function noSums(): Sums {
  return measures.map(() => 0)
}

export function addToSums(sums: Sums, measure: Measure, amount: number): void {
  const place = placeOf[measure]
  sums[place] = plus(sums[place] ?? 0, amount)
}

export function addMoneyToSums(sums: Sums, money: Money): void {
  switch (money.kind) {
    case 'measured':
      addToSums(sums, 'measuredNanodollars', money.nanodollars)
      break
    case 'estimated':
      addToSums(sums, 'estimatedNanodollars', money.nanodollars)
      addToSums(sums, 'estimatedLowNanodollars', money.lowNanodollars)
      addToSums(sums, 'estimatedHighNanodollars', money.highNanodollars)
      break
    case 'unknown':
      addToSums(sums, 'unknownCount', 1)
      break
    case 'practice':
      addToSums(sums, 'practiceNanodollars', money.nanodollars)
      break
  }
}

export function mergeSums(into: Sums, from: PackedSums): void {
  for (let place = 0; place < from.length; place += 1) into[place] = plus(into[place] ?? 0, from[place] ?? 0)
}

/** In place, because there are many of them: taking the sums out of the row first costs several times as much. */
export function mergeNumberedSums(into: Sums, row: NumberedSums): void {
  for (let place = 1; place < row.length; place += 1) into[place - 1] = plus(into[place - 1] ?? 0, row[place] ?? 0)
}

export function packSums(sums: PackedSums): PackedSums {
  return sums.slice(0, sums.findLastIndex((sum) => sum !== 0) + 1)
}

export function costOf(sums: PackedSums): MoneySum {
  const of = (measure: Measure) => sums[placeOf[measure]] ?? 0
  return {
    measuredNanodollars: of('measuredNanodollars'),
    estimatedNanodollars: of('estimatedNanodollars'),
    estimatedLowNanodollars: of('estimatedLowNanodollars'),
    estimatedHighNanodollars: of('estimatedHighNanodollars'),
    unknownCount: of('unknownCount'),
    practiceNanodollars: of('practiceNanodollars'),
  }
}

type SummedFields = Omit<StatsRow, 'group' | 'isPractice' | 'firstTextMs' | 'totalMs' | 'tokensPerSecond'>

/** `isPractice`: of what was saved, too. */
export function statsFieldsOf(sums: PackedSums, { isPractice }: { readonly isPractice: boolean }): SummedFields {
  const of = (measure: Measure) => sums[placeOf[measure]] ?? 0
  const saved = of('savedNanodollars')
  return {
    requests: of('requests'),
    succeeded: of('succeeded'),
    failed: of('failed'),
    cancelled: of('cancelled'),
    interrupted: of('interrupted'),
    attempts: of('attempts'),
    failedAttempts: of('failedAttempts'),
    fallbacks: of('fallbacks'),
    rewinds: of('rewinds'),
    inputTokens: of('inputTokens'),
    cachedInputTokens: of('cachedInputTokens'),
    cacheWriteTokens: of('cacheWriteTokens'),
    outputTokens: of('outputTokens'),
    reasoningTokens: of('reasoningTokens'),
    cost: costOf(sums),
    cacheSavings: {
      measuredNanodollars: isPractice ? 0 : saved,
      estimatedNanodollars: 0,
      estimatedLowNanodollars: 0,
      estimatedHighNanodollars: 0,
      unknownCount: of('unknownSavingsCount'),
      practiceNanodollars: isPractice ? saved : 0,
    },
  }
}

/** Sums stay safe integers ($9 million). */
function plus(a: number, b: number): number {
  return Math.min(a + b, Number.MAX_SAFE_INTEGER)
}
