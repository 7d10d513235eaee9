/**
 * How long one endpoint lately took to its first token: the newest successes of the last 5 minutes, and their 99th
 * percentile. Milliseconds; moments are Unix milliseconds.
 */
import * as z from 'zod'

export const firstTokensSchema = z
  .array(z.object({ atMs: z.number(), firstTokenMs: z.number().nonnegative() }).readonly())
  .readonly()
export type FirstTokens = z.infer<typeof firstTokensSchema>

const keptMs = 300_000
const keptCount = 100

export function withFirstToken(tokens: FirstTokens, firstTokenMs: number, atMs: number): FirstTokens {
  return [...recentOf(tokens, atMs), { atMs, firstTokenMs }].slice(-keptCount)
}

export type FirstTokenTimes = { readonly count: number; readonly p99Ms: number }

export function firstTokenTimesOf(tokens: FirstTokens, nowMs: number): FirstTokenTimes {
  const sorted = recentOf(tokens, nowMs)
    .map((token) => token.firstTokenMs)
    .sort((left, right) => left - right)
  const rank = Math.max(0, Math.ceil(0.99 * sorted.length) - 1)
  return { count: sorted.length, p99Ms: sorted[rank] ?? 0 }
}

function recentOf(tokens: FirstTokens, nowMs: number): FirstTokens {
  return tokens.filter((token) => token.atMs > nowMs - keptMs)
}
