import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coarsenedDay, dayMs, hourMs, quarterHourMs, slotMsOfAge } from '../../../../daemon/core/metrics/rollUpDay.ts'

test('quarter hours are kept for seven days, then hours, then days', () => {
  for (const [ageDays, slotMs] of [
    [0, quarterHourMs],
    [7, quarterHourMs],
    [8, hourMs],
    [35, hourMs],
    [36, dayMs],
    [4_000, dayMs],
  ] as const) {
    assert.equal(slotMsOfAge(ageDays), slotMs, `${ageDays} days`)
  }
})

test('a day becomes coarser and never finer', () => {
  const slots = [0, quarterHourMs, hourMs].map((atMs) => ({ atMs, rows: [], histograms: [] }))
  const day = { day: '1970-01-01', slotMs: quarterHourMs, texts: [], keys: [], series: [], slots }
  const hours = coarsenedDay(day, hourMs)
  assert.deepEqual([hours.slotMs, hours.slots.map(({ atMs }) => atMs)], [hourMs, [0, hourMs]])
  assert.equal(coarsenedDay(hours, quarterHourMs), hours)
})
