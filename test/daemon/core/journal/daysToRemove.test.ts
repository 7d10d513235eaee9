import assert from 'node:assert/strict'
import { test } from 'node:test'
import { daysToRemove } from '../../../../daemon/core/journal/daysToRemove.ts'

const days = ['2026-11-20', '2026-11-21', '2026-11-23', '2026-11-24'].map((day) => ({ day, bytes: 100 }))
const lots = Number.MAX_SAFE_INTEGER

test('what is too old goes, then the oldest until the rest is small enough, and never the newest', () => {
  const removed = (keepDays: number, maxBytes: number, today = '2026-11-24') =>
    daysToRemove(days, { keepDays, maxBytes }, today).map((day) => day.slice(-2))
  assert.deepEqual(removed(30, lots), [])
  assert.deepEqual(removed(5, lots), [])
  assert.deepEqual(removed(4, lots), ['20'])
  assert.deepEqual(removed(1, lots), ['20', '21', '23'])
  assert.deepEqual(removed(30, 400), [])
  assert.deepEqual(removed(30, 399), ['20'])
  assert.deepEqual(removed(4, 250), ['20', '21'])
  assert.deepEqual(removed(1, 0, '2027-11-24'), ['20', '21', '23'])
  assert.deepEqual(daysToRemove([], { keepDays: 1, maxBytes: 0 }, '2026-11-24'), [])
})

test('a clock that jumps ahead once removes nothing by age; a second day behind the gap confirms it', () => {
  const removed = (days: readonly string[], today: string, maxBytes = lots) =>
    daysToRemove(
      days.map((day) => ({ day, bytes: 100 })),
      { keepDays: 30, maxBytes },
      today,
    )
  const past = ['2026-09-01', '2026-11-23', '2026-11-24']
  // A day alone, and today without a file of its own.
  assert.deepEqual(removed([...past, '2028-04-07'], '2028-04-07'), ['2026-09-01'])
  assert.deepEqual(removed(past, '2028-04-07'), ['2026-09-01'])
  // Set right again: the file of the wrong day goes on, and counts for nothing.
  assert.deepEqual(removed([...past, '2028-04-07'], '2026-11-25'), ['2026-09-01'])
  assert.deepEqual(removed([...past, '2028-04-07', '2028-04-08'], '2028-04-08'), past)
  // A gap of a month is none.
  assert.deepEqual(removed([...past, '2026-12-25'], '2026-12-25'), ['2026-09-01', '2026-11-23', '2026-11-24'])
  // Size is no matter of the clock.
  assert.deepEqual(removed([...past, '2028-04-07'], '2028-04-07', 250), ['2026-09-01', '2026-11-23'])
})
