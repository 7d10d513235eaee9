/** What the end of an attempt tells about its endpoint, for averages and percentiles; undefined where it tells nothing. */
import type { AttemptRecord } from '../../../shared/domain/waybill.ts'
import { verdictOf } from '../resilience/verdict.ts'
import type { MeasuredAttempt } from './measured.ts'

/** Below it the clock's own grain would be the speed. */
const leastStreamMs = 20
const leastTokens = 2

export type AttemptFacts = Pick<AttemptRecord, 'outcome' | 'failure' | 'firstTextMs' | 'totalMs' | 'usage'>

/** Attempts that were given up, and the caller's own mistakes, say nothing of the endpoint. */
export function measuredAttemptOf(record: AttemptFacts): MeasuredAttempt | undefined {
  const { firstTextMs, usage } = record
  if (record.failure?.kind === 'rate-limited') return { outcome: 'rate-limited' }
  const verdict = verdictOf(record)
  if (verdict === 'failure') return { outcome: 'failed' }
  if (verdict === 'neither') return undefined
  const tokensPerSecond = tokensPerSecondOf(record)
  return {
    outcome: 'succeeded',
    ...(firstTextMs !== undefined && { firstTokenMs: firstTextMs }),
    ...(tokensPerSecond !== undefined && { tokensPerSecond }),
    ...(usage?.inputTokens !== undefined && { inputTokens: usage.inputTokens }),
    ...(usage?.cachedInputTokens !== undefined && { cachedInputTokens: usage.cachedInputTokens }),
    ...(usage?.outputTokens !== undefined && { outputTokens: usage.outputTokens }),
  }
}

/** After the first token. */
function tokensPerSecondOf({ firstTextMs, totalMs, usage }: AttemptFacts): number | undefined {
  const streamMs = totalMs - (firstTextMs ?? totalMs)
  const tokens = usage?.outputTokens ?? 0
  return streamMs < leastStreamMs || tokens < leastTokens ? undefined : ((tokens - 1) * 1_000) / streamMs
}
