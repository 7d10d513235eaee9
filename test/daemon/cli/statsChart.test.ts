import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chartMeasures, renderStatsChart } from '../../../daemon/cli/statsChart.ts'
import { renderStats, type Stats } from '../../../daemon/cli/statsText.ts'
import { someStats } from './aSession.ts'

const dayMs = 86_400_000
const fromMs = Date.UTC(2026, 10, 20)
const terminal = { isColored: false, isOutTty: true, widthColumns: 60 }
const plain = (text: string) => text.replaceAll('\u00a0', ' ')

function point(day: number, requests: number, dollars: number, estimated = 0): NonNullable<Stats['series']>[number] {
  const cost = {
    ...someStats.total.cost,
    measuredNanodollars: dollars * 1e9,
    estimatedNanodollars: estimated * 1e9,
    estimatedHighNanodollars: estimated * 2e9,
    unknownCount: 0,
  }
  const total = {
    ...someStats.total,
    requests,
    failed: 1,
    cost,
    firstTextMs: { count: 1, p50: 200, p90: 900, p99: 12_000 },
  }
  return { atMs: fromMs + day * dayMs, lengthMs: dayMs, rows: [], total, practiceTotal: someStats.practiceTotal }
}

const stats: Stats = {
  ...someStats,
  range: 'custom',
  fromMs,
  toMs: fromMs + 3 * dayMs,
  bucketMs: dayMs,
  series: [point(0, 20, 2), point(2, 5, 1, 1)],
}

test('cost is solid where it was measured and shaded where it was estimated; days without requests stand empty', () => {
  const [title, ...bars] = plain(renderStatsChart(stats, 'cost', terminal)).split('\n')
  assert.equal(title, 'Cost (solid measured, shaded estimated, ? unknown)')
  assert.match(bars[0] ?? '', /^2026-11-20 {2}█+ {2} +\$2\.00$/)
  assert.match(bars[1] ?? '', /^2026-11-21 +$/)
  assert.match(bars[2] ?? '', /^2026-11-22 {2}(█+)(▒+) {2}~\$2\.00$/)
  assert.equal(bars.length, 4)
})

test('latency is drawn from p50 to p99 on a logarithmic scale', () => {
  const drawn = plain(renderStatsChart(stats, 'latency', terminal))
  assert.match(drawn, /2026-11-20 {2}▒+ {2}0\.20 s \/ 12\.00 s\n/)
})

test('every chart and the table below it stay within 80 columns, on a terminal and in a pipe', () => {
  for (const measure of chartMeasures) {
    for (const isOutTty of [true, false]) {
      const widthColumns = isOutTty ? 80 : Number.POSITIVE_INFINITY
      for (const line of renderStatsChart(stats, measure, { ...terminal, isOutTty, widthColumns }).split('\n')) {
        assert.ok([...line].length <= 80, line)
        if (!isOutTty) assert.doesNotMatch(line, /[█▒▏]/)
      }
    }
  }
  for (const line of renderStats(stats, { isColored: false, widthColumns: 80 }).split('\n')) {
    assert.ok([...line].length <= 80, line)
  }
})

test('practice is drawn where there is nothing else, and without amounts', () => {
  const none = { ...someStats.total, requests: 0, attempts: 0 }
  const drawn = renderStatsChart({ ...stats, total: none }, 'cost', terminal)
  assert.match(drawn, /^Cost .*, practice\n/)
  assert.doesNotMatch(drawn, /\$/)
})

test('without a series there is no chart', () => {
  assert.equal(renderStatsChart(someStats, 'cost', terminal), '')
})

test('the forecast says its interval, what was spent, or how many days are missing', () => {
  const window = (spentNanodollars: number, low: number, high: number, endsAtMs: number) => {
    const total = { state: 'forecast', likelyNanodollars: low, lowNanodollars: low, highNanodollars: high } as const
    return { spentNanodollars, endsAtMs, total }
  }
  const forecast = {
    day: window(2.1e9, 2.5e9, 4e9, fromMs + dayMs),
    week: window(12e9, 14e9, 20e9, fromMs + 3 * dayMs),
    month: window(42.1e9, 56.4e9, 60.2e9, Date.UTC(2026, 11, 1)),
  }
  const withForecast = renderStats({ ...stats, forecast }, { isColored: false, widthColumns: 80 })
  assert.match(withForecast, /\nForecast: to the end of today \(UTC\) \$2\.50 to \$4\.00, \$2\.10 so far;\n/)
  assert.match(withForecast, /\n {10}to the end of November \$56 to \$61, \$42\.10 so far\.\n$/)
  const total = { state: 'not-enough-yet', knownDays: 3, neededDays: 14 } as const
  const young = {
    day: { ...forecast.day, total },
    week: { ...forecast.week, total },
    month: { ...forecast.month, total },
  }
  const text = renderStats({ ...stats, forecast: young }, { isColored: false, widthColumns: 80 })
  assert.match(text, /\nForecast: not enough yet, 14 days needed\.\n$/)
})
