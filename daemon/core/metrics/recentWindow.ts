/**
 * How quick the answers of an endpoint were in the last five minutes, bounded in number, and the percentiles that planning
 * reads. Worked out when something is added or has grown old, not for each plan.
 */
import * as z from 'zod'
import type { Percentiles } from '../routing/planInput.ts'

const windowSampleSchema = z
  .object({
    /** Unix milliseconds. */
    atMs: z.number(),
    firstTokenMs: z.number().nonnegative().exactOptional(),
    tokensPerSecond: z.number().nonnegative().exactOptional(),
  })
  .readonly()
export type WindowSample = z.infer<typeof windowSampleSchema>
export const recentWindowSchema = z.array(windowSampleSchema).readonly()

/** Newest last. */
export type RecentWindow = readonly WindowSample[]

export const windowMs = 5 * 60_000
/** More say nothing new, and sorting them would cost. */
const maxSamples = 200

export function addedToWindow(window: RecentWindow, sample: WindowSample): RecentWindow {
  // Those of later than now are of a clock that was put back: they would never grow old.
  const end = window.findLastIndex(({ atMs }) => atMs <= sample.atMs) + 1
  const start = window.findIndex(({ atMs }) => atMs > sample.atMs - windowMs)
  // A window is sorted by time, so that what is kept lies together: this runs for each attempt.
  const kept = start === -1 ? [] : window.slice(Math.max(start, end - (maxSamples - 1)), end)
  kept.push(sample)
  return kept
}

/** Undefined: no sample of the last five minutes has this measure. */
export function percentilesOf(
  window: RecentWindow,
  measure: 'firstTokenMs' | 'tokensPerSecond',
  nowMs: number,
): Percentiles | undefined {
  const samples = window.filter((sample) => sample.atMs > nowMs - windowMs && sample[measure] !== undefined)
  // Typed numbers are sorted without a call for each comparison.
  const values = Float64Array.from(samples, (sample) => sample[measure] ?? 0).sort()
  const count = values.length
  if (count === 0) return undefined
  // A throughput is the better the higher it is: its p99 is what 99 % of the answers reach at least.
  const at = (share: number) => {
    const rank = Math.max(1, Math.ceil(share * count))
    return values[measure === 'tokensPerSecond' ? count - rank : rank - 1] ?? 0
  }
  return { count, p50: at(0.5), p75: at(0.75), p90: at(0.9), p99: at(0.99) }
}

/** When the oldest sample that counts now stops counting; undefined when none does. */
export function windowChangesAtMs(window: RecentWindow, nowMs: number): number | undefined {
  const oldest = window.find(({ atMs }) => atMs > nowMs - windowMs)
  return oldest === undefined ? undefined : oldest.atMs + windowMs
}
