import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationMsOf, retryAfterMsOf } from '../../../../daemon/core/wire/retryAfter.ts'

const nowMs = Date.UTC(2026, 10, 23, 6, 0, 0)

type Row = { readonly headers: Readonly<Record<string, string>>; readonly waitMs: number | undefined }

const rows: readonly Row[] = [
  { headers: {}, waitMs: undefined },
  { headers: { 'retry-after': '20' }, waitMs: 20_000 },
  { headers: { 'retry-after': ' 0.5 ' }, waitMs: 500 },
  { headers: { 'retry-after': '0' }, waitMs: 0 },
  { headers: { 'retry-after': '-5' }, waitMs: undefined },
  { headers: { 'retry-after': 'soon' }, waitMs: undefined },
  { headers: { 'retry-after': 'Mon, 23 Nov 2026 06:01:00 GMT' }, waitMs: 60_000 },
  { headers: { 'retry-after': 'Mon, 23 Nov 2026 05:59:00 GMT' }, waitMs: 0 },
  { headers: { 'retry-after-ms': '1500', 'retry-after': '2' }, waitMs: 1_500 },
  { headers: { 'x-ratelimit-reset-requests': '1s', 'x-ratelimit-reset-tokens': '6m0s' }, waitMs: 360_000 },
  {
    headers: {
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '20ms',
      'x-ratelimit-remaining-tokens': '149984',
      'x-ratelimit-reset-tokens': '6m0s',
    },
    waitMs: 20,
  },
  { headers: { 'retry-after': '3', 'x-ratelimit-reset-tokens': '6m0s' }, waitMs: 3_000 },
  { headers: { 'x-ratelimit-reset': String(nowMs + 4_000) }, waitMs: 4_000 },
  { headers: { 'x-ratelimit-reset': String(nowMs / 1000 + 5) }, waitMs: 5_000 },
  { headers: { 'x-ratelimit-reset': '30' }, waitMs: 30_000 },
  { headers: { 'x-ratelimit-reset': '2026-11-23T06:00:07.5Z' }, waitMs: 7_500 },
  { headers: { 'x-ratelimit-reset-tokens': '2026-11-23T06:00:07Z' }, waitMs: 7_000 },
  { headers: { 'x-ratelimit-reset-requests': String(nowMs / 1000 + 8) }, waitMs: 8_000 },
  { headers: { 'x-ratelimit-reset-requests': String(nowMs + 9) }, waitMs: 9 },
  { headers: { 'retry-after': 'Monday, 23-Nov-26 06:01:00 GMT' }, waitMs: 60_000 },
  { headers: { 'retry-after': 'Mon Nov 23 06:01:00 2026' }, waitMs: 60_000 },
  { headers: { 'retry-after': '2026-11-23T07:01:00+01:00' }, waitMs: 60_000 },
  { headers: { 'retry-after': '2026-11-23' }, waitMs: undefined },
]

for (const row of rows) {
  test(`waits ${row.waitMs} ms for ${JSON.stringify(row.headers)}`, () => {
    assert.equal(retryAfterMsOf(row.headers, nowMs), row.waitMs)
  })
}

test('durations are read in every form that providers write them', () => {
  const durations = {
    '1s': 1_000,
    '34.4s': 34_400,
    '20ms': 20,
    '1m30s': 90_000,
    '1h2m3s': 3_723_000,
    '2d': 172_800_000,
    '7': 7_000,
  }
  for (const [text, ms] of Object.entries(durations)) assert.equal(durationMsOf(text), ms, text)
  for (const text of ['', 's', '1x', 'ms', undefined]) assert.equal(durationMsOf(text), undefined, text)
})
