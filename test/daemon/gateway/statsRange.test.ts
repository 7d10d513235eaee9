import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bucketMsOf, monthStart, rangeOf } from '../../../daemon/gateway/statsRange.ts'

const nowMs = Date.UTC(2026, 10, 28, 18, 5)
const endless = Number.MAX_SAFE_INTEGER

test('named ranges are whole UTC days', () => {
  const of = (name: Parameters<typeof rangeOf>[0]) => {
    const { fromMs, toMs } = rangeOf(name, nowMs, '2026-01-05')
    return [
      new Date(fromMs).toISOString().slice(0, 13),
      toMs === endless ? 'now' : new Date(toMs).toISOString().slice(0, 13),
    ]
  }
  assert.deepEqual(of('today'), ['2026-11-28T00', 'now'])
  assert.deepEqual(of('yesterday'), ['2026-11-27T00', '2026-11-28T00'])
  assert.deepEqual(of('7d'), ['2026-11-22T00', 'now'])
  assert.deepEqual(of('30d'), ['2026-10-30T00', 'now'])
  assert.deepEqual(of('90d'), ['2026-08-31T00', 'now'])
  assert.deepEqual(of('month'), ['2026-11-01T00', 'now'])
  assert.deepEqual(of('all'), ['2026-01-05T00', 'now'])
  assert.equal(rangeOf('all', nowMs, undefined).fromMs, Date.UTC(2026, 10, 28))
})

test('months follow each other over a year', () => {
  assert.equal(monthStart(Date.UTC(2026, 11, 31, 23), 1), Date.UTC(2027, 0, 1))
})

test('a chart has as many points as can be read', () => {
  const hours = (count: number) => count * 3_600_000
  for (const [length, bucket] of [
    [hours(2), hours(0.25)],
    [hours(24), hours(1)],
    [hours(7 * 24), hours(6)],
    [hours(30 * 24), hours(24)],
  ] as const) {
    assert.equal(bucketMsOf('auto', length), bucket)
  }
  assert.equal(bucketMsOf('15m', hours(24)), hours(0.25))
})
