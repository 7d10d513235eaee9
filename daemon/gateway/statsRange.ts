/** The stretches of time that statistics are asked for: named ones of whole UTC days, or between two moments. */
import type { namedRanges, statsBuckets } from '../../shared/protocol/stats.ts'
import { dayMs, hourMs, quarterHourMs } from '../core/metrics/rollUpDay.ts'
import type { TimeRange } from '../core/metrics/statsOf.ts'

export type NamedRange = (typeof namedRanges)[number]
export type Bucket = (typeof statsBuckets)[number]

/**
 * `today` and those that reach to it have no end: a clock that was put back does not hide what is counted. `firstDay` is the oldest
 * day of which anything is known.
 */
export function rangeOf(name: NamedRange, nowMs: number, firstDay: string | undefined): TimeRange {
  const todayMs = dayStart(nowMs)
  const since = (fromMs: number) => ({ fromMs, toMs: Number.MAX_SAFE_INTEGER })
  switch (name) {
    case 'today':
      return since(todayMs)
    case 'yesterday':
      return { fromMs: todayMs - dayMs, toMs: todayMs }
    case '7d':
      return since(todayMs - 6 * dayMs)
    case '30d':
      return since(todayMs - 29 * dayMs)
    case '90d':
      return since(todayMs - 89 * dayMs)
    case 'month':
      return since(monthStart(nowMs))
    case 'all':
      return since(firstDay === undefined ? todayMs : Date.parse(firstDay))
  }
}

export function dayStart(atMs: number): number {
  return Math.floor(atMs / dayMs) * dayMs
}

/** Of the month of `atMs`, or so many months later; UTC. */
export function monthStart(atMs: number, monthsLater = 0): number {
  const date = new Date(atMs)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsLater)
}

/** As DESIGN.md draws them: a day by hours, a week by six hours, more by days. */
export function bucketMsOf(bucket: Bucket, lengthMs: number): number {
  switch (bucket) {
    case '15m':
      return quarterHourMs
    case 'hour':
      return hourMs
    case '6h':
      return 6 * hourMs
    case 'day':
      return dayMs
    case 'auto':
      if (lengthMs <= 2 * hourMs) return quarterHourMs
      if (lengthMs <= 2 * dayMs) return hourMs
      return lengthMs <= 8 * dayMs ? 6 * hourMs : dayMs
  }
}
