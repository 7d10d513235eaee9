/**
 * How long to wait when the user set no limit and somebody else could answer: waiting for a dead endpoint is then a waste.
 *
 * - To the first token: 4 times what the endpoint itself took in 99 of 100 answers, at least 3 s; while fewer than 20
 *   answers are known, 15 s.
 * - Between two reads of an answer: 15 s.
 * - Never longer than the default. A local endpoint may be loading its model: it keeps its patience to the first token
 *   unless it answered in the last 5 minutes.
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
const unlearnedMs = 15_000
const idleMs = 15_000

export function learnedFirstTokenMs(input: LimitInput): number {
  const { defaultMs, firstTokens, lastSuccessAtMs, nowMs } = input
  if (input.isSet || !input.hasOthers) return defaultMs
  const isLoaded = lastSuccessAtMs !== undefined && nowMs - lastSuccessAtMs <= loadedMs
  if (input.isLocal && !isLoaded) return defaultMs
  const learnedMs = firstTokens.count < leastSamples ? unlearnedMs : Math.max(shortestMs, 4 * firstTokens.p99Ms)
  return Math.min(defaultMs, learnedMs)
}

export function idleLimitMs({
  defaultMs,
  isSet,
  hasOthers,
}: Pick<LimitInput, 'defaultMs' | 'isSet' | 'hasOthers'>): number {
  return isSet || !hasOthers ? defaultMs : Math.min(defaultMs, idleMs)
}
