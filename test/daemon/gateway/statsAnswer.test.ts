import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs, hourMs } from '../../../daemon/core/metrics/rollUpDay.ts'
import { createIntegerRandom } from '../../../daemon/core/routing/integerRandom.ts'
import { createLedger } from '../../../daemon/gateway/ledger.ts'
import { answerStats } from '../../../daemon/gateway/statsAnswer.ts'
import { stats } from '../../../shared/protocol/stats.ts'
import { silentLog } from '../../support/gatewayRig.ts'
import { createManualClock } from '../../support/manualClock.ts'
import { createMemoryJournal } from '../../support/memoryJournal.ts'
import { pastRequest } from '../../support/pastRequests.ts'
import { memoryArchive } from '../../support/statsOfDays.ts'

const nowMs = Date.UTC(2026, 10, 28, 18)

/** One request an hour over so many days up to now. */
function historyOf(days: number) {
  const clock = createManualClock(nowMs - days * dayMs)
  const journal = createMemoryJournal(clock)
  const ledger = createLedger({ journal, archive: memoryArchive(new Map()), clock, log: silentLog })
  const random = createIntegerRandom(5)
  for (let hour = 0; hour < days * 24; hour += 1) {
    ledger.settle(pastRequest(random, hour, clock.wallMs()))
    clock.jump(hourMs)
  }
  return ledger.rollUps
}

function answered(history: ReturnType<typeof historyOf>, params: Parameters<typeof answerStats>[1]) {
  const answer = answerStats(history, params, nowMs)
  assert.ok(!('kind' in answer), JSON.stringify(answer))
  // As on the wire.
  assert.deepEqual(stats.result.parse(JSON.parse(JSON.stringify(answer))), answer)
  return answer
}

const history = historyOf(20)
const counted = ({ total, practiceTotal }: ReturnType<typeof answered>) => total.requests + practiceTotal.requests

test('named ranges, moments, and everything', () => {
  const today = answered(history, {})
  assert.deepEqual([today.range, today.groupBy, counted(today)], ['today', 'model', 18])
  assert.deepEqual([today.fromMs, today.toMs], [nowMs - 18 * hourMs, nowMs])
  assert.equal(counted(answered(history, { range: 'yesterday' })), 24)
  assert.equal(counted(answered(history, { range: '7d' })), 6 * 24 + 18)
  assert.equal(counted(answered(history, { range: 'all' })), 20 * 24)
  const hours = answered(history, { fromMs: nowMs - 3 * hourMs })
  assert.deepEqual([hours.range, counted(hours)], ['custom', 3])
  assert.equal(counted(answered(history, { toMs: nowMs - 19 * dayMs })), 24)
})

test('filters of several dimensions must all fit, also beside the older `workspace`', () => {
  const all = answered(history, { range: 'all', groupBy: 'user' })
  const anns = answered(history, { range: 'all', groupBy: 'none', where: { user: ['ann'] } })
  assert.deepEqual(anns.rows, [])
  assert.deepEqual(anns.total.requests, all.rows.find((row) => row.group === 'ann' && !row.isPractice)?.requests)
  const shop = answered(history, { range: 'all', workspace: '/home/ann/shop' })
  const same = answered(history, { range: 'all', where: { workspace: ['/home/ann/shop'] } })
  assert.deepEqual(shop, same)
  assert.ok(counted(shop) > 0 && counted(shop) < counted(all))
})

test('a series adds up to its range', () => {
  for (const series of ['auto', 'hour', '6h', 'day'] as const) {
    const answer = answered(history, { range: '7d', series })
    const sum = answer.series?.reduce((requests, point) => requests + point.total.requests, 0)
    assert.equal(sum, answer.total.requests, series)
  }
  // The days of another zone: they begin half an hour past noon, UTC.
  const fromMs = nowMs - 5 * dayMs - 5.5 * hourMs
  const zoned = answered(history, { fromMs, toMs: fromMs + 5 * dayMs, series: 'day' })
  assert.deepEqual(
    zoned.series?.map((point) => [(point.atMs - fromMs) / dayMs, point.total.requests + point.practiceTotal.requests]),
    [0, 1, 2, 3, 4].map((day) => [day, 24]),
  )
})

test('what makes no sense is refused with what was expected', () => {
  const refused = (params: Parameters<typeof answerStats>[1]) => {
    const answer = answerStats(history, params, nowMs)
    return 'kind' in answer ? answer.message : undefined
  }
  assert.match(refused({ range: 'today', fromMs: 1 }) ?? '', /expected `range` or `fromMs`/)
  assert.match(refused({ fromMs: 5, toMs: 5 }) ?? '', /expected `fromMs` before `toMs`, found 5 and 5/)
  assert.match(refused({ range: '30d', series: '15m' }) ?? '', /at most 1000 points/)
})

test('the forecast is of this day, week and month, and comes only when it is asked for', () => {
  assert.equal(answered(history, {}).forecast, undefined)
  const { forecast } = answered(history, { forecast: true })
  assert.ok(forecast?.month.total.state === 'forecast' && forecast.day.total.state === 'forecast')
  assert.deepEqual(
    [forecast.day.endsAtMs, forecast.week.endsAtMs, forecast.month.endsAtMs],
    [Date.UTC(2026, 10, 29), Date.UTC(2026, 10, 30), Date.UTC(2026, 11, 1)],
  )
  const { cost } = answered(history, { range: 'today' }).total
  assert.equal(forecast.day.spentNanodollars, cost.measuredNanodollars + cost.estimatedNanodollars)
  assert.ok(forecast.month.total.lowNanodollars >= forecast.month.spentNanodollars)
  const young = answered(historyOf(5), { forecast: true }).forecast
  assert.deepEqual(young?.month.total, { state: 'not-enough-yet', knownDays: 5, neededDays: 14 })
})
