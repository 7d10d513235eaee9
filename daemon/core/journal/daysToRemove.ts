/**
 * Retention: which days' files go. All that are older than `keepDays`, and the oldest ones while all together have more
 * than `maxBytes`. The newest never goes: the journal goes on in it.
 *
 * A clock that is wrong once must not make all days old. So a day behind a gap of more than 31 days counts only when there is
 * an entry of one more day behind the gap too: until then ages are counted from the last day before it.
 */
export type DaySize = { readonly day: string; readonly bytes: number }

export type RetentionLimits = { readonly keepDays: number; readonly maxBytes: number }

/** `days` oldest first, `today` as YYYY-MM-DD in UTC. Oldest first. */
export function daysToRemove(days: readonly DaySize[], limits: RetentionLimits, today: string): readonly string[] {
  const sure = sureDay(
    days.map(({ day }) => day),
    today,
  )
  const oldestKept = new Date(timeOf(sure) - (limits.keepDays - 1) * dayMs).toISOString().slice(0, 10)
  const removed: string[] = []
  let bytes = days.reduce((sum, one) => sum + one.bytes, 0)
  for (const one of days.slice(0, -1)) {
    if (one.day >= oldestKept && bytes <= limits.maxBytes) break
    removed.push(one.day)
    bytes -= one.bytes
  }
  return removed
}

/** The newest day up to today that does not stand alone behind a gap. */
function sureDay(days: readonly string[], today: string): string {
  const upToToday = [...new Set([...days.filter((day) => day <= today), today])]
  const before = upToToday.at(-2)
  return before !== undefined && timeOf(today) - timeOf(before) > maxGapDays * dayMs ? before : today
}

function timeOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`)
}

const maxGapDays = 31
const dayMs = 86_400_000
