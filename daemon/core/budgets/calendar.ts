/**
 * Windows of the calendar in a time zone. A day begins at the first instant that has its date there: where the clocks
 * skip midnight that is 01:00, where they repeat it the first of the two. So days have 23, 24 or 25 hours, sometimes
 * with a half. Hours and minutes are those of the zone's offset at that moment. Pure: `Intl` only looks things up.
 */
import type { BudgetWindow } from '../../../shared/domain/budget.ts'

/** Unix milliseconds; `endMs` is the next one's start, or missing when it never ends. */
export type CalendarWindow = { readonly startMs: number; readonly endMs?: number }

const minuteMs = 60_000
const hourMs = 3_600_000
const dayMs = 86_400_000

export function windowAt(atMs: number, window: BudgetWindow, zone: string): CalendarWindow {
  switch (window) {
    case 'lifetime':
      return { startMs: 0 }
    case 'minute':
      return fixedWindow(atMs, minuteMs, zone)
    case 'hour':
      return fixedWindow(atMs, hourMs, zone)
    case 'day':
      return daysFrom(atMs, zone, (date) => [date, plusDays(date, 1)])
    case 'week':
      return daysFrom(atMs, zone, (date) => {
        const monday = plusDays(date, -daysSinceMonday(date))
        return [monday, plusDays(monday, 7)]
      })
    case 'month':
      return daysFrom(atMs, zone, ({ year, month }) => [
        { year, month, day: 1 },
        month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 },
      ])
  }
}

/** A date of the calendar; `month` from 1. */
type LocalDate = { readonly year: number; readonly month: number; readonly day: number }

function fixedWindow(atMs: number, lengthMs: number, zone: string): CalendarWindow {
  const startMs = atMs - modulo(atMs + offsetMs(atMs, zone), lengthMs)
  return { startMs, endMs: startMs + lengthMs }
}

function daysFrom(
  atMs: number,
  zone: string,
  bounds: (date: LocalDate) => readonly [LocalDate, LocalDate],
): CalendarWindow {
  const [first, next] = bounds(dateAt(atMs, zone))
  return { startMs: startOfDate(first, zone), endMs: startOfDate(next, zone) }
}

/** The first instant whose date in the zone is this one, or a later one where the zone skipped it. */
function startOfDate(date: LocalDate, zone: string): number {
  const utcMs = utcMidnight(date)
  // Midnight of the date under the offsets that hold around it; two where the clocks are changed.
  const offsets = new Set([offsetMs(utcMs - dayMs, zone), offsetMs(utcMs, zone), offsetMs(utcMs + dayMs, zone)])
  const candidates = [...offsets].map((offset) => utcMs - offset).sort((a, b) => a - b)
  const first = candidates.find((candidateMs) => utcMidnight(dateAt(candidateMs, zone)) >= utcMs)
  return first ?? utcMs
}

function dateAt(atMs: number, zone: string): LocalDate {
  const local = new Date(atMs + offsetMs(atMs, zone))
  return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() }
}

/** How far the zone's clock is ahead of UTC. */
function offsetMs(atMs: number, zone: string): number {
  if (zone === 'UTC') return 0
  const parts = new Map(partsOf(zone, atMs).map(({ type, value }) => [type, Number(value)]))
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
  const localMs = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return localMs - Math.floor(atMs / 1000) * 1000
}

function partsOf(zone: string, atMs: number): Intl.DateTimeFormatPart[] {
  const format = new Intl.DateTimeFormat('en-u-ca-iso8601', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return format.formatToParts(atMs)
}

function utcMidnight({ year, month, day }: LocalDate): number {
  return Date.UTC(year, month - 1, day)
}

function plusDays(date: LocalDate, days: number): LocalDate {
  return dateAt(utcMidnight(date) + days * dayMs, 'UTC')
}

function daysSinceMonday(date: LocalDate): number {
  return modulo(new Date(utcMidnight(date)).getUTCDay() - 1, 7)
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by
}
