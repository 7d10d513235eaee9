/**
 * How long a provider asks to be left alone, in milliseconds from now, out of its response headers; undefined if it
 * does not say. The first of these that is readable counts:
 *
 * - `retry-after-ms`: milliseconds (Azure OpenAI, 2026-09)
 * - `retry-after`: seconds or an HTTP date (RFC 9110, 10.2.3; the obsolete forms of 5.6.7, too)
 * - `x-ratelimit-reset-requests` and `-tokens`: durations such as `6m0s`, `20ms` or seconds (OpenAI, "Rate limits",
 *   2026-10). Of the limits that are used up the one that ends last; if none is, all are looked at.
 * - `x-ratelimit-reset`: seconds, or a moment in Unix seconds or milliseconds (OpenRouter, "Limits", 2026-10)
 *
 * A number too large for a wait is a moment, and a date of RFC 3339 is read, wherever they stand.
 */
export type RetryHeaders = Readonly<Record<string, string>>

/** Header names are lower case. A moment in the past is 0. */
export function retryAfterMsOf(headers: RetryHeaders, nowMs: number): number | undefined {
  return (
    numberOf(headers['retry-after-ms']) ??
    secondsOrDateOf(headers['retry-after'], nowMs) ??
    resetMsOf(headers, nowMs) ??
    secondsOrDateOf(headers['x-ratelimit-reset'], nowMs)
  )
}

/** `1h2m3.5s`, `20ms` or plain seconds, in milliseconds. */
export function durationMsOf(text: string | undefined): number | undefined {
  const plainSeconds = numberOf(text)
  if (plainSeconds !== undefined) return plainSeconds * 1000
  const match = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/.exec(
    text?.trim() ?? '',
  )
  if (match === null || match[0] === '') return undefined
  const [days, hours, minutes, seconds, milliseconds] = match.slice(1).map((part) => Number(part ?? 0))
  const wholeMinutes = ((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)
  return Math.ceil((wholeMinutes * 60 + (seconds ?? 0)) * 1000 + (milliseconds ?? 0))
}

const resetKinds = ['requests', 'tokens'] as const

function resetMsOf(headers: RetryHeaders, nowMs: number): number | undefined {
  const limits = resetKinds.flatMap((kind) => {
    const text = headers[`x-ratelimit-reset-${kind}`]
    const resetMs = secondsOrDateOf(text, nowMs) ?? durationMsOf(text)
    return resetMs === undefined
      ? []
      : [{ resetMs, isUsedUp: numberOf(headers[`x-ratelimit-remaining-${kind}`]) === 0 }]
  })
  const usedUp = limits.filter((limit) => limit.isUsedUp)
  const counted = usedUp.length > 0 ? usedUp : limits
  return counted.length === 0 ? undefined : Math.max(...counted.map((limit) => limit.resetMs))
}

function secondsOrDateOf(text: string | undefined, nowMs: number): number | undefined {
  const moment = secondsOrMomentOf(text, nowMs)
  if (moment !== undefined || text === undefined) return moment
  // Date.parse alone would also take `-5` for a year.
  if (!/^[A-Za-z]{3,9},? |^\d{4}-\d\d-\d\dT/.test(text.trim())) return undefined
  // The form of asctime names no zone, and means UTC.
  const atMs = Date.parse(/(GMT|UTC|Z|[+-]\d\d:?\d\d)$/i.test(text.trim()) ? text : `${text} GMT`)
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs)
}

/** Nobody asks for thirty years: larger numbers are moments. */
const unixSecondsFrom = 1e9
const unixMillisecondsFrom = 1e12

function secondsOrMomentOf(text: string | undefined, nowMs: number): number | undefined {
  const value = numberOf(text)
  if (value === undefined) return undefined
  if (value >= unixMillisecondsFrom) return Math.max(0, value - nowMs)
  if (value >= unixSecondsFrom) return Math.max(0, value * 1000 - nowMs)
  return Math.ceil(value * 1000)
}

function numberOf(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? ''
  return /^\d{1,16}(\.\d+)?$/.test(trimmed) ? Number(trimmed) : undefined
}
