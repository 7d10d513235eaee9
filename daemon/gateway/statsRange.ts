/** Ranges of whole UTC days, as statistics are asked for. */
import type { statsRanges } from '../../shared/protocol/stats.ts'

const dayMs = 86_400_000

/** How many days before today a range begins. */
export const daysBack: Readonly<Record<(typeof statsRanges)[number], number>> = { today: 0, '7d': 6, '30d': 29 }

export function utcDayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}

export function firstDayOf(nowMs: number, days: number): string {
  return utcDayOf(nowMs - days * dayMs)
}
