/**
 * How long to wait for the first token when the user set no limit: 4 times what the endpoint itself took in 99 of 100
 * answers, at least 3 s and at most the default. Only when somebody else could answer, and only from 20 answers on.
 * A local endpoint may be loading its model: it keeps its patience unless it answered in the last 5 minutes.
 */

export type LimitInput = {
  readonly defaultMs: number
  /** The limit was set by the user: nothing is learnt. */
  readonly isSet: boolean
  readonly hasOthers: boolean
  readonly isLocal: boolean
  readonly lastSuccessAtMs?: number
  readonly firstTokens: { readonly count: number; readonly p99Ms: number }
  readonly nowMs: number
}

const shortestMs = 3_000
const leastSamples = 20
const loadedMs = 300_000

export function learnedFirstTokenMs(input: LimitInput): number {
  const { defaultMs, firstTokens, lastSuccessAtMs, nowMs } = input
  if (input.isSet || !input.hasOthers || firstTokens.count < leastSamples) return defaultMs
  const isLoaded = lastSuccessAtMs !== undefined && nowMs - lastSuccessAtMs <= loadedMs
  if (input.isLocal && !isLoaded) return defaultMs
  return Math.min(defaultMs, Math.max(shortestMs, 4 * firstTokens.p99Ms))
}
