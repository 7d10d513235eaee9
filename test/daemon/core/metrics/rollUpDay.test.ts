import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addToSums, costOf } from '../../../../daemon/core/metrics/measures.ts'
import { cellAt, createRollUps, type RollUpKey, rollUpsSnapshot } from '../../../../daemon/core/metrics/rollUp.ts'
import {
  coarsenedDay,
  dayMs,
  hourMs,
  quarterHourMs,
  slotMsOfAge,
  wholeDay,
} from '../../../../daemon/core/metrics/rollUpDay.ts'

const key: RollUpKey = {
  endpoint: 'a/x@one',
  provider: 'one',
  model: 'a/x',
  isPractice: false,
  profile: '',
  workspace: '',
  user: 'anna',
  prompt: '',
  client: 't',
}

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

test('a whole day has the sums of each series, and what was spent in each hour without practice', () => {
  const rollUps = createRollUps('2026-11-22')
  const startMs = Date.parse('2026-11-22')
  const spend = (hour: number, nanodollars: number, more: Partial<RollUpKey> = {}) =>
    addToSums(cellAt(rollUps, { ...key, ...more }, startMs + hour * hourMs).sums, 'measuredNanodollars', nanodollars)
  spend(3, 5)
  spend(3, 7, { user: 'ben' })
  spend(9, 11)
  spend(9, 100, { isPractice: true })
  const whole = wholeDay(rollUpsSnapshot(rollUps))
  assert.deepEqual([whole.hourNanodollars?.[3], whole.hourNanodollars?.[9]], [12, 11])
  const seriesSums = whole.slots[0]?.seriesSums ?? []
  // All and eight dimensions, one more user, and as much again for practice.
  assert.equal(seriesSums.length, 9 + 1 + 9)
  assert.equal(costOf(seriesSums[0]?.slice(1) ?? []).measuredNanodollars, 23)
  assert.deepEqual(wholeDay(whole), whole)
})
