/**
 * Clock times as the reader has them. The zone is the page's, because the extension may run on another machine than the one
 * the person sits at. An unknown zone becomes UTC, and `zone` says so.
 */
export type LocalTime = {
  readonly zone: string
  /** `14:03` on the day of `nowMs`, else `20 Nov`. */
  readonly timeOf: (atMs: number, nowMs: number) => string
  /** `14:03:07`. */
  readonly secondOf: (atMs: number) => string
  /** `20 Nov 2026, 14:03:07`. */
  readonly momentOf: (atMs: number) => string
}

export function localTimeOf(timeZone: string): LocalTime {
  const zone = isZone(timeZone) ? timeZone : 'UTC'
  const day = formatter(zone, { day: 'numeric', month: 'short', year: 'numeric' })
  const shortDay = formatter(zone, { day: 'numeric', month: 'short' })
  const minute = formatter(zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const second = formatter(zone, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
  return {
    zone,
    timeOf: (atMs, nowMs) => (day.format(atMs) === day.format(nowMs) ? minute.format(atMs) : shortDay.format(atMs)),
    secondOf: (atMs) => second.format(atMs),
    momentOf: (atMs) => `${day.format(atMs)}, ${second.format(atMs)}`,
  }
}

function formatter(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', { ...options, timeZone })
}

function isZone(timeZone: string): boolean {
  try {
    formatter(timeZone, {})
    return true
  } catch {
    return false
  }
}
