/**
 * What the end of an attempt and of a request add to the roll-ups. An attempt counts with its endpoint, and a request with
 * the endpoint of its last attempt. Times to first text and to the end are those of requests that were answered; tokens a
 * second, after the first one, those of attempts.
 */
import type { Usage } from '../../../shared/domain/usage.ts'
import type { AttemptRecord, Waybill } from '../../../shared/domain/waybill.ts'
import { measuredAttemptOf } from './attemptSpeed.ts'
import { cacheSavingsNanodollars } from './cacheSavings.ts'
import { bucketOf, countInBucket } from './histogram.ts'
import { addMoneyToSums, addToSums, type Sums } from './measures.ts'
import { cellAt, type RollUpCell, type RollUpKey, type RollUps } from './rollUp.ts'
import { type Speed, speeds } from './rollUpSlot.ts'

/** Where and when it counts. */
export type Counted = { readonly key: RollUpKey; readonly atMs: number }

export function countAttempt(rollUps: RollUps, { key, atMs }: Counted, record: AttemptRecord): void {
  const cell = cellAt(rollUps, key, atMs)
  const { sums } = cell
  addToSums(sums, 'attempts', 1)
  if (record.outcome === 'failed') addToSums(sums, 'failedAttempts', 1)
  if (record.isRewound) addToSums(sums, 'rewinds', 1)
  countTokens(sums, record.usage ?? {})
  addMoneyToSums(sums, record.cost)
  const saved = cacheSavingsNanodollars(record.usage, record.rates)
  addToSums(sums, saved === undefined ? 'unknownSavingsCount' : 'savedNanodollars', saved ?? 1)
  countSpeed(cell, 'tokensPerSecond', measuredAttemptOf(record)?.tokensPerSecond)
}

export type EndedRequest = Pick<Waybill, 'outcome' | 'firstTextMs' | 'totalMs'> & {
  /** Another than the first candidate answered. */
  readonly isFallback: boolean
}

export function countRequest(rollUps: RollUps, counted: Counted, request: EndedRequest): void {
  const cell = cellAt(rollUps, counted.key, counted.atMs)
  const { sums } = cell
  addToSums(sums, 'requests', 1)
  addToSums(sums, request.outcome, 1)
  if (request.outcome !== 'succeeded') return
  if (request.isFallback) addToSums(sums, 'fallbacks', 1)
  countSpeed(cell, 'totalMs', request.totalMs)
  countSpeed(cell, 'firstTextMs', request.firstTextMs)
}

function countTokens(sums: Sums, usage: Usage): void {
  addToSums(sums, 'inputTokens', usage.inputTokens ?? 0)
  addToSums(sums, 'cachedInputTokens', usage.cachedInputTokens ?? 0)
  addToSums(sums, 'cacheWriteTokens', usage.cacheWriteTokens ?? 0)
  addToSums(sums, 'outputTokens', usage.outputTokens ?? 0)
  addToSums(sums, 'reasoningTokens', usage.reasoningTokens ?? 0)
}

function countSpeed(cell: RollUpCell, speed: Speed, value: number | undefined): void {
  if (value === undefined) return
  const place = speeds.indexOf(speed)
  const bucket = bucketOf(value)
  for (const histograms of cell.histograms()) {
    const histogram = histograms[place]
    if (histogram !== undefined) countInBucket(histogram, bucket)
  }
}
