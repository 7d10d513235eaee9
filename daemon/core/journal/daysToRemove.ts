/**
 * Retention: which days' files go. All that are older than `keepDays`, and the oldest ones while all together have more
 * than `maxBytes`. The newest never goes: the journal goes on in it.
 */
export type DaySize = { readonly day: string; readonly bytes: number }

export type RetentionLimits = { readonly keepDays: number; readonly maxBytes: number }

/** `days` oldest first, `today` as YYYY-MM-DD in UTC. Oldest first. */
export function daysToRemove(days: readonly DaySize[], limits: RetentionLimits, today: string): readonly string[] {
  const oldestKept = new Date(Date.parse(`${today}T00:00:00Z`) - (limits.keepDays - 1) * dayMs)
    .toISOString()
    .slice(0, 10)
  const removed: string[] = []
  let bytes = days.reduce((sum, one) => sum + one.bytes, 0)
  for (const one of days.slice(0, -1)) {
    if (one.day >= oldestKept && bytes <= limits.maxBytes) break
    removed.push(one.day)
    bytes -= one.bytes
  }
  return removed
}

const dayMs = 86_400_000
