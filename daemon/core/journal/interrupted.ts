/**
 * An attempt that nobody saw end: its daemon was killed, or a bug broke it off. It may have been billed up to its bound,
 * so it counts as "at most" that.
 */
import type { Money } from '../../../shared/domain/money.ts'
import type { AttemptRecord } from '../../../shared/domain/waybill.ts'
import type { ReserveEntry } from './entry.ts'

export function interruptedAttempt(reserve: ReserveEntry, atMs: number): AttemptRecord {
  return {
    attempt: reserve.attempt,
    endpoint: reserve.endpoint,
    provider: reserve.provider,
    model: reserve.model,
    isPractice: reserve.isPractice,
    ...(reserve.key !== undefined && { key: reserve.key }),
    startedAtMs: reserve.atMs,
    totalMs: Math.max(0, atMs - reserve.atMs),
    outcome: 'interrupted',
    isRewound: false,
    cost: atMost(reserve.bound),
    bound: reserve.bound,
  }
}

function atMost(bound: Money): Money {
  if (bound.kind !== 'measured') return bound
  const { nanodollars } = bound
  return { kind: 'estimated', nanodollars, lowNanodollars: 0, highNanodollars: nanodollars }
}
