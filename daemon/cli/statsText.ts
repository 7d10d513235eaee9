/** The words of `waybill stats`: the table, what prompt caches saved, and the forecast. */
import type * as z from 'zod'
import { formatDollars, formatMoneySum, formatSeconds, formatTokens } from '../../shared/domain/format.ts'
import type { SpendForecasts } from '../../shared/domain/spendForecast.ts'
import type { Quantiles, StatsRow } from '../../shared/domain/stats.ts'
import type { stats as statsType } from '../../shared/protocol/stats.ts'
import { inkOf } from './ink.ts'
import { renderTable } from './table.ts'
import type { Terminal } from './terminal.ts'

export type Stats = z.infer<(typeof statsType)['result']>

const nanodollarsPerDollar = 1e9

export function renderStats(stats: Stats, terminal: Pick<Terminal, 'isColored' | 'widthColumns'>): string {
  const ink = inkOf(terminal)
  const { total, practiceTotal } = stats
  if (total.attempts + total.requests + practiceTotal.attempts + practiceTotal.requests === 0) {
    return `No requests in this range (${stats.range}).\n${forecastText(stats.forecast)}`
  }
  const isPracticeOnly = total.attempts + total.requests === 0
  const rows = [
    ...stats.rows.map((row) => cellsOf(row, nameOf(row, stats.groupBy))),
    ...(isPracticeOnly ? [] : [cellsOf(total, 'all')]),
    ...(practiceTotal.requests === 0 ? [] : [cellsOf(practiceTotal, 'all practice')]),
  ]
  const columns = [
    { title: stats.groupBy === 'none' ? '' : stats.groupBy.toUpperCase(), shrinks: true },
    { title: 'REQUESTS', align: 'right' },
    { title: 'ERRORS', align: 'right' },
    { title: 'FIRST p50 / p99', align: 'right' },
    { title: 'TOTAL p50 / p99', align: 'right', optional: true },
    { title: 'FALLBACKS', align: 'right', optional: true },
    { title: 'FAILED TRIES', align: 'right', optional: true },
    { title: 'TOKENS IN', align: 'right', optional: true },
    { title: 'OUT', align: 'right', optional: true },
    { title: 'PER SECOND', align: 'right', optional: true },
    { title: 'COST', align: 'right' },
  ] as const
  const table = renderTable(columns, rows, { widthColumns: terminal.widthColumns, ofTitle: ink.dim })
  return `${table}${savingsText(total)}${forecastText(stats.forecast)}`
}

function cellsOf(row: StatsRow, name: string): readonly string[] {
  return [
    name,
    formatTokens(row.requests),
    formatTokens(row.failed),
    quantilesText(row.firstTextMs),
    quantilesText(row.totalMs),
    formatTokens(row.fallbacks),
    formatTokens(row.failedAttempts),
    formatTokens(row.inputTokens),
    formatTokens(row.outputTokens),
    row.tokensPerSecond === undefined ? '–' : formatTokens(Math.round(row.tokensPerSecond.p50)),
    row.isPractice ? 'pretend' : formatMoneySum(row.cost, 'card'),
  ]
}

/** Of a request that has none of the dimension. */
const unnamed: { readonly [dimension in Stats['groupBy']]: string } = {
  model: 'none reached',
  provider: 'none reached',
  endpoint: 'none reached',
  profile: 'no profile',
  workspace: 'no workspace',
  user: 'no user',
  prompt: 'no prompt',
  client: 'no client',
  none: '',
}

function nameOf(row: StatsRow, dimension: Stats['groupBy']): string {
  const group = row.group === '' ? unnamed[dimension] : row.group
  return row.isPractice ? `${group} (practice)` : group
}

function quantilesText(quantiles: Quantiles | undefined): string {
  if (quantiles === undefined) return '–'
  return `${formatSeconds(quantiles.p50, 'hundredths')} / ${formatSeconds(quantiles.p99, 'hundredths')}`
}

function savingsText({ cacheSavings }: StatsRow): string {
  const isNothing = cacheSavings === undefined || cacheSavings.measuredNanodollars + cacheSavings.unknownCount === 0
  return isNothing ? '' : `\nSaved by prompt caches: ${formatMoneySum(cacheSavings, 'card')}\n`
}

function forecastText(forecast: SpendForecasts | undefined): string {
  if (forecast === undefined) return ''
  const { total } = forecast.month
  if (total.state === 'not-enough-yet') return `\nForecast: not enough yet, ${total.neededDays} days needed.\n`
  const lines = (['day', 'month'] as const).flatMap((name) => {
    const { total: window, spentNanodollars, endsAtMs } = forecast[name]
    if (window.state === 'not-enough-yet') return []
    const range = rangeText(window.lowNanodollars, window.highNanodollars)
    return [`to the end of ${windowText(name, endsAtMs)} ${range}, ${formatDollars(spentNanodollars, 'card')} so far`]
  })
  return `\nForecast: ${lines.join(';\n          ')}.\n`
}

/** Whole dollars, and cents where those would say nothing. */
function rangeText(lowNanodollars: number, highNanodollars: number): string {
  if (highNanodollars < 10 * nanodollarsPerDollar) {
    return `${formatDollars(lowNanodollars, 'card')} to ${formatDollars(highNanodollars, 'card')}`
  }
  const low = Math.floor(lowNanodollars / nanodollarsPerDollar)
  return `$${formatTokens(low)} to $${formatTokens(Math.ceil(highNanodollars / nanodollarsPerDollar))}`
}

function windowText(name: 'day' | 'month', endsAtMs: number): string {
  if (name === 'day') return 'today (UTC)'
  return new Date(endsAtMs - 1).toLocaleString('en-US', { month: 'long', timeZone: 'UTC' })
}
