/** `waybill stats`: latency, tokens, cost and errors of a range of days as a table. */
import * as z from 'zod'
import { formatMoneySum, formatSeconds, formatTokens } from '../../../shared/domain/format.ts'
import { type Quantiles, type StatsRow, statsDimensions } from '../../../shared/domain/stats.ts'
import { statsRanges, stats as statsType } from '../../../shared/protocol/stats.ts'
import { exitCodes } from '../exitCodes.ts'
import { inkOf } from '../ink.ts'
import { renderTable } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usageError.ts'
import type { Verb } from '../verb.ts'
import { resultOf, withClient } from '../withClient.ts'

export const stats: Verb = {
  name: 'stats',
  summary: 'Show latency, tokens, cost and errors',
  options: {
    range: { type: 'string', short: 'r' },
    by: { type: 'string', short: 'b' },
    workspace: { type: 'string', short: 'w' },
    json: { type: 'boolean' },
  },
  maxPositionals: 0,
  help: `Usage: waybill stats [options]

  -r, --range RANGE      ${statsRanges.join(', ')} (UTC days; default today)
  -b, --by DIMENSION     default model, or ${statsDimensions.slice(1, 4).join(', ')},
                         ${statsDimensions.slice(4).join(', ')}
  -w, --workspace PATH   only requests of this workspace
      --json             the answer of waybill/stats

FIRST is the time to the first text, TOTAL to the end, of requests that were
answered. ERRORS counts requests that failed for good, FALLBACKS those that
another than the first candidate answered, FAILED TRIES single calls to a
provider. Practice stands apart: its cost is pretend and is in no sum. A narrow
terminal shows fewer columns.

Examples:
  waybill stats
  waybill stats --range 7d --by provider`,
  run: async (context, given) => {
    const { terminal } = context
    const workspace = given.text('workspace')
    const params = {
      range: choiceOf('range', statsRanges, given.text('range') ?? 'today'),
      groupBy: choiceOf('by', statsDimensions, given.text('by') ?? 'model'),
      ...(workspace === undefined ? {} : { workspace }),
    }
    const result = await withClient(context, async (client) => resultOf(await client.request(statsType, params)))
    terminal.out(given.has('json') ? `${JSON.stringify(result)}\n` : renderStats(result, terminal))
    return exitCodes.ok
  },
}

type Stats = z.infer<(typeof statsType)['result']>

export function renderStats(stats: Stats, terminal: Pick<Terminal, 'isColored' | 'widthColumns'>): string {
  const ink = inkOf(terminal)
  if (stats.rows.length === 0) return `No requests in this range (${stats.range}).\n`
  const isPracticeOnly = stats.rows.every((row) => row.isPractice)
  const rows = [
    ...stats.rows.map((row) => cellsOf(row, nameOf(row))),
    ...(isPracticeOnly ? [] : [cellsOf(stats.total, 'all')]),
    ...(stats.practiceTotal.requests === 0 ? [] : [cellsOf(stats.practiceTotal, 'all practice')]),
  ]
  const columns = [
    { title: stats.groupBy.toUpperCase(), shrinks: true },
    { title: 'REQUESTS', align: 'right' },
    { title: 'ERRORS', align: 'right' },
    { title: 'FALLBACKS', align: 'right', optional: true },
    { title: 'FAILED TRIES', align: 'right', optional: true },
    { title: 'FIRST p50 / p99', align: 'right' },
    { title: 'TOTAL p50 / p99', align: 'right' },
    { title: 'TOKENS IN', align: 'right', optional: true },
    { title: 'OUT', align: 'right', optional: true },
    { title: 'COST', align: 'right' },
  ] as const
  return renderTable(columns, rows, { widthColumns: terminal.widthColumns, ofTitle: ink.dim })
}

function cellsOf(row: StatsRow, name: string): readonly string[] {
  return [
    name,
    formatTokens(row.requests),
    formatTokens(row.failed),
    formatTokens(row.fallbacks),
    formatTokens(row.failedAttempts),
    quantilesText(row.firstTextMs),
    quantilesText(row.totalMs),
    formatTokens(row.inputTokens),
    formatTokens(row.outputTokens),
    row.isPractice ? 'pretend' : formatMoneySum(row.cost, 'card'),
  ]
}

function nameOf(row: StatsRow): string {
  const group = row.group === '' ? 'none reached' : row.group
  return row.isPractice ? `${group} (practice)` : group
}

function quantilesText(quantiles: Quantiles | undefined): string {
  if (quantiles === undefined) return '–'
  return `${formatSeconds(quantiles.p50, 'hundredths')} / ${formatSeconds(quantiles.p99, 'hundredths')}`
}

function choiceOf<Choice extends string>(option: string, choices: readonly Choice[], given: string): Choice {
  const choice = z.enum(choices).safeParse(given)
  if (choice.success) return choice.data
  throw new UsageError(`expected --${option} to be one of ${choices.join(', ')}, found \`${given}\``)
}
