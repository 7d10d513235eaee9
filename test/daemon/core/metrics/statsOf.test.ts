import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JournalEntry } from '../../../../daemon/core/journal/entry.ts'
import { applyEntry, checkpointOf, createJournalState } from '../../../../daemon/core/journal/journalState.ts'
import { rollUpsSnapshot } from '../../../../daemon/core/metrics/rollUp.ts'
import {
  coarsenedDay,
  dayMs,
  hourMs,
  quarterHourMs,
  type RollUpDay,
  wholeDay,
} from '../../../../daemon/core/metrics/rollUpDay.ts'
import { statsOf, statsSeriesOf } from '../../../../daemon/core/metrics/statsOf.ts'
import type { StatsFilter } from '../../../../daemon/core/metrics/statsSelection.ts'
import { createIntegerRandom } from '../../../../daemon/core/routing/integerRandom.ts'
import { type StatsDimension, type StatsRow, statsDimensions } from '../../../../shared/domain/stats.ts'
import { pastRequest } from '../../../support/pastRequests.ts'
import { type ReferenceRow, referenceStats } from '../../../support/statsReference.ts'

const firstDayMs = Date.UTC(2026, 10, 20)
const always = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }

/** Requests spread over three days, and each day's roll-ups as the journal's reducer makes them. */
function history(seed: number, requests: number, slotMs: number) {
  const random = createIntegerRandom(seed)
  const state = createJournalState()
  const entries: JournalEntry[] = []
  const days: RollUpDay[] = []
  for (let day = 0; day < 3; day += 1) {
    const startMs = firstDayMs + day * dayMs
    applyEntry(state, checkpointOf(state, new Date(startMs).toISOString().slice(0, 10), startMs))
    for (let number = 0; number < requests; number += 1) {
      const atMs = startMs + Math.floor((number / requests) * dayMs)
      const lines = pastRequest(random, day * requests + number, atMs)
      for (const line of lines) applyEntry(state, line)
      entries.push(...lines)
    }
    const snapshot = rollUpsSnapshot(state.rollUps)
    days.push(slotMs === dayMs ? wholeDay(snapshot) : coarsenedDay(snapshot, slotMs))
  }
  return { entries, days }
}

const cases = fc.record({
  seed: fc.nat(),
  requests: fc.integer({ min: 1, max: 60 }),
  slotMs: fc.constantFrom(quarterHourMs, hourMs, dayMs),
  where: fc.constantFrom<StatsFilter>(
    {},
    { user: ['ann'] },
    { model: ['acme/large', 'other/fast'], prompt: ['fix'] },
    { workspace: [''], client: ['vscode'] },
    { endpoint: ['acme/large@two'] },
  ),
})

test('statistics equal totals read from the journal, for every grouping, filter and length of slots', () => {
  fc.assert(
    fc.property(cases, ({ seed, requests, slotMs, where }) => {
      const { entries, days } = history(seed, requests, slotMs)
      for (const groupBy of statsDimensions) {
        const stats = statsOf(days, { groupBy, where }, always)
        const expected = referenceStats(entries, groupBy, where, () => true)
        assert.equal(stats.rows.length, expected.size, groupBy)
        for (const row of stats.rows) {
          const found = expected.get(row.group + (row.isPractice ? ' (practice)' : ''))
          assertSame(row, found, { areTimesKnown: Object.keys(where).length === 0 })
        }
      }
    }),
    { numRuns: 40 },
  )
})

function assertSame(
  { firstTextMs: _first, totalMs, tokensPerSecond: _speed, ...row }: StatsRow,
  found: ReferenceRow | undefined,
  { areTimesKnown }: { readonly areTimesKnown: boolean },
): void {
  assert.ok(found !== undefined, row.group)
  const { totalMsValues, ...counts } = found
  assert.deepEqual(row, counts)
  if (totalMs !== undefined) assertQuantiles(totalMs, totalMsValues)
  if (areTimesKnown) assert.equal(totalMs?.count ?? 0, totalMsValues.length)
}

test('rows add up to the totals, practice apart, also without a grouping', () => {
  const { days } = history(7, 200, quarterHourMs)
  const { rows, total, practiceTotal } = statsOf(days, { groupBy: 'model', where: {} }, always)
  const sum = (isPractice: boolean) =>
    rows.filter((row) => row.isPractice === isPractice).reduce((requests, row) => requests + row.requests, 0)
  assert.deepEqual([sum(false), sum(true)], [total.requests, practiceTotal.requests])
  assert.ok(practiceTotal.requests > 0)
  assert.equal(total.cost.practiceNanodollars, 0)
  assert.equal(practiceTotal.cost.measuredNanodollars, 0)
  const ungrouped = statsOf(days, { where: {} }, always)
  assert.deepEqual(ungrouped, { rows: [], total, practiceTotal })
})

test('ranges that meet add up, and so do the stretches of a series', () => {
  const { days } = history(11, 300, quarterHourMs)
  fc.assert(
    fc.property(fc.nat(3 * dayMs), fc.constantFrom(quarterHourMs, hourMs, 6 * hourMs, dayMs), (cut, stretchMs) => {
      const question = { groupBy: 'user' as StatsDimension, where: {} }
      const range = { fromMs: firstDayMs, toMs: firstDayMs + 3 * dayMs }
      const whole = statsOf(days, question, range)
      const before = statsOf(days, question, { ...range, toMs: range.fromMs + cut })
      const after = statsOf(days, question, { ...range, fromMs: range.fromMs + cut })
      assert.equal(before.total.requests + after.total.requests, whole.total.requests)
      const { series, ...sameWhole } = statsSeriesOf(days, question, range, stretchMs)
      assert.deepEqual(sameWhole, whole)
      assert.equal(
        series.reduce((sum, { total }) => sum + total.inputTokens, 0),
        whole.total.inputTokens,
      )
      for (const point of series) {
        const alone = statsOf(days, question, { fromMs: point.atMs, toMs: point.atMs + stretchMs })
        const rows = alone.rows.map(({ firstTextMs, totalMs, tokensPerSecond, ...row }) => row)
        assert.deepEqual({ ...alone, rows, atMs: point.atMs, lengthMs: stretchMs }, point)
      }
    }),
    { numRuns: 20 },
  )
})

test('nothing measured has no rows and no quantiles', () => {
  const { rows, total } = statsOf([], { groupBy: 'model', where: {} }, always)
  assert.deepEqual(rows, [])
  assert.equal('totalMs' in total, false)
  assert.deepEqual(statsSeriesOf([], { where: {} }, always, dayMs).series, [])
})

function assertQuantiles(found: { readonly p50: number; readonly p99: number }, values: readonly number[]): void {
  const sorted = [...values].sort((a, b) => a - b)
  for (const [share, quantile] of [
    [0.5, found.p50],
    [0.99, found.p99],
  ] as const) {
    const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0
    assert.ok(Math.abs(quantile - exact) <= exact * 0.0101, `${quantile} against ${exact}`)
  }
}
