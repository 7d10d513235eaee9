/**
 * The circuit breaker of one endpoint, as a reducer. Closed: everybody calls. Open: nobody does until `openUntilMs`.
 * From then on it is half-open: the next call is its one probe and holds the token; how the probe ends decides. Who has
 * nobody else left may make that call before, too; if it fails, nothing changes. Moments are Unix milliseconds.
 *
 * Opens after 3 failures in a row, or when at least half of the last 30 s failed (of at least 8 calls): for 10 s, then
 * twice as long after each failed probe, at most 5 minutes. A probe that succeeds closes it and forgets all that.
 */
import * as z from 'zod'
import type { Verdict } from './verdict.ts'

const openingSchema = { openUntilMs: z.number(), openMs: z.number() }

export const breakerSchema = z.discriminatedUnion('state', [
  z
    .object({
      state: z.literal('closed'),
      failuresInARow: z.number().int().nonnegative(),
      recent: z.array(z.object({ atMs: z.number(), isFailure: z.boolean() }).readonly()).readonly(),
    })
    .readonly(),
  z.object({ state: z.literal('open'), ...openingSchema }).readonly(),
  z.object({ state: z.literal('probing'), ...openingSchema, probe: z.string(), probeAtMs: z.number() }).readonly(),
])
export type Breaker = z.infer<typeof breakerSchema>

export const closedBreaker: Breaker = { state: 'closed', failuresInARow: 0, recent: [] }

export const breakerRules = {
  failuresInARow: 3,
  windowMs: 30_000,
  windowCalls: 8,
  failedRatio: 0.5,
  firstOpenMs: 10_000,
  longestOpenMs: 300_000,
  /** More calls than this are not remembered: the newest tell enough. */
  rememberedCalls: 64,
} as const

/** A call begins; `token` tells it from all others. */
export function onCall(breaker: Breaker, token: string, atMs: number): Breaker {
  return breaker.state === 'open' ? { ...breaker, state: 'probing', probe: token, probeAtMs: atMs } : breaker
}

export function onCallEnd(
  breaker: Breaker,
  call: { readonly token: string; readonly verdict: Verdict },
  atMs: number,
): Breaker {
  switch (breaker.state) {
    case 'closed':
      return call.verdict === 'neither' ? breaker : counted(breaker, call.verdict === 'failure', atMs)
    case 'open':
      // A call from before it opened: what it says is older than what opened it.
      return breaker
    case 'probing':
      return breaker.probe === call.token ? afterProbe(breaker, call.verdict, atMs) : breaker
  }
}

function counted(breaker: Breaker & { readonly state: 'closed' }, isFailure: boolean, atMs: number): Breaker {
  const failuresInARow = isFailure ? breaker.failuresInARow + 1 : 0
  const kept = breaker.recent.filter((call) => call.atMs > atMs - breakerRules.windowMs)
  const recent = [...kept, { atMs, isFailure }].slice(-breakerRules.rememberedCalls)
  const failed = recent.filter((call) => call.isFailure).length
  const isMostlyFailing =
    recent.length >= breakerRules.windowCalls && failed >= breakerRules.failedRatio * recent.length
  if (isFailure && (failuresInARow >= breakerRules.failuresInARow || isMostlyFailing)) {
    return opened(breakerRules.firstOpenMs, atMs)
  }
  return { state: 'closed', failuresInARow, recent }
}

function afterProbe(breaker: Breaker & { readonly state: 'probing' }, verdict: Verdict, atMs: number): Breaker {
  const { openUntilMs, openMs, probeAtMs } = breaker
  const isEarly = probeAtMs < openUntilMs
  switch (verdict) {
    case 'success':
      return closedBreaker
    case 'failure':
      return isEarly
        ? { state: 'open', openUntilMs, openMs }
        : opened(Math.min(2 * openMs, breakerRules.longestOpenMs), atMs)
    case 'neither':
      return { state: 'open', openUntilMs, openMs }
  }
}

function opened(openMs: number, atMs: number): Breaker {
  return { state: 'open', openUntilMs: atMs + openMs, openMs }
}
