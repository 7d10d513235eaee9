/**
 * Averages of an endpoint's attempts in which newer ones count more: after ten attempts an older one counts half. They are
 * what the adaptive strategy compares, so they follow a change within tens of requests.
 */
import * as z from 'zod'
import type { Measured } from '../routing/planInput.ts'

const ratioSchema = z.number().min(0).max(1)

export const measuredSchema = z
  .object({
    attempts: z.number().int().nonnegative(),
    firstTokenMs: z.number().nonnegative().exactOptional(),
    tokensPerSecond: z.number().nonnegative().exactOptional(),
    failedRatio: ratioSchema,
    rateLimitedRatio: ratioSchema,
    cachedRatio: ratioSchema,
    outputTokens: z.number().nonnegative().exactOptional(),
  })
  .readonly()

export type MeasuredAttempt = {
  readonly outcome: 'succeeded' | 'failed' | 'rate-limited'
  readonly firstTokenMs?: number
  /** After the first one. */
  readonly tokensPerSecond?: number
  readonly inputTokens?: number
  readonly cachedInputTokens?: number
  readonly outputTokens?: number
}

/** (1 - share)^10 = 1/2. */
const share = 0.067

export const nothingMeasured: Measured = { attempts: 0, failedRatio: 0, rateLimitedRatio: 0, cachedRatio: 0 }

export function onMeasuredAttempt(measured: Measured, attempt: MeasuredAttempt): Measured {
  const { outcome, inputTokens = 0 } = attempt
  // While there are few, each counts the same, so that the first one does not stand for all.
  const weight = Math.max(share, 1 / (measured.attempts + 1))
  const mixed = (old: number, fresh: number) => old + (fresh - old) * weight
  const mixedKnown = (old: number | undefined, fresh: number | undefined) =>
    fresh === undefined ? old : mixed(old ?? fresh, fresh)
  const cachedRatio = inputTokens > 0 ? (attempt.cachedInputTokens ?? 0) / inputTokens : undefined
  const firstTokenMs = mixedKnown(measured.firstTokenMs, attempt.firstTokenMs)
  const tokensPerSecond = mixedKnown(measured.tokensPerSecond, attempt.tokensPerSecond)
  const outputTokens = mixedKnown(measured.outputTokens, attempt.outputTokens)
  return {
    attempts: measured.attempts + 1,
    ...(firstTokenMs !== undefined && { firstTokenMs }),
    ...(tokensPerSecond !== undefined && { tokensPerSecond }),
    failedRatio: mixed(measured.failedRatio, outcome === 'failed' ? 1 : 0),
    rateLimitedRatio: mixed(measured.rateLimitedRatio, outcome === 'rate-limited' ? 1 : 0),
    cachedRatio: mixedKnown(measured.cachedRatio, cachedRatio) ?? 0,
    ...(outputTokens !== undefined && { outputTokens }),
  }
}
