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
  const kept = window.filter(({ atMs }) => atMs > sample.atMs - windowMs && atMs <= sample.atMs)
  return [...kept.slice(-(maxSamples - 1)), sample]
}

/** Undefined: no sample of the last five minutes has this measure. */
export function percentilesOf(
  window: RecentWindow,
  measure: 'firstTokenMs' | 'tokensPerSecond',
  nowMs: number,
): Percentiles | undefined {
  const values = window
    .filter(({ atMs }) => atMs > nowMs - windowMs)
    .map((sample) => sample[measure])
    .filter((value) => value !== undefined)
    .sort((a, b) => a - b)
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
