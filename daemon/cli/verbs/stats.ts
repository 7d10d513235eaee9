/** `waybill stats`: latency, tokens, cost and errors of a range of time, as a table and as bar charts. */
import * as z from 'zod'
import { type StatsDimension, statsDimensions } from '../../../shared/domain/stats.ts'
import { namedRanges, statsGroupings, stats as statsType } from '../../../shared/protocol/stats.ts'
import { exitCodes } from '../exitCodes.ts'
import { checkOrder } from '../logFilter.ts'
import { chartMeasures, renderStatsChart } from '../statsChart.ts'
import { renderStats } from '../statsText.ts'
import { UsageError } from '../usageError.ts'
import type { Verb, VerbArguments } from '../verb.ts'
import { resultOf, withClient } from '../withClient.ts'

type Params = z.infer<(typeof statsType)['params']>

export const stats: Verb = {
  name: 'stats',
  summary: 'Show latency, tokens, cost and errors',
  options: {
    range: { type: 'string', short: 'r' },
    from: { type: 'string' },
    to: { type: 'string' },
    by: { type: 'string', short: 'b' },
    where: { type: 'string', multiple: true },
    workspace: { type: 'string', short: 'w' },
    chart: { type: 'string', short: 'c' },
    json: { type: 'boolean' },
  },
  maxPositionals: 0,
  help: `Usage: waybill stats [options]

  -r, --range RANGE      ${namedRanges.join(', ')}
                         (whole days, UTC; default today)
      --from TIME        instead of a range: 2026-11-20 or 2026-11-20T14:30,
                         UTC unless it names a zone
      --to TIME          up to this time, without it; default now
  -b, --by DIMENSION     default model, or ${statsDimensions.slice(1, 4).join(', ')},
                         ${statsDimensions.slice(4).join(', ')}, none
      --where DIM=VALUE  only these; again for more: values of one dimension
                         add up, several dimensions must all fit
  -w, --workspace PATH   only requests of this workspace
  -c, --chart MEASURE    also bars over time, in UTC:
                         ${chartMeasures.join(', ')}
      --json             the answer of waybill/stats

FIRST is the time to the first text, TOTAL to the end, of requests that were
answered. ERRORS counts requests that failed for good, FALLBACKS those that
another than the first candidate answered, FAILED TRIES single calls to a
provider; PER SECOND are tokens. Practice stands apart: its cost is pretend and
is in no sum. A narrow terminal shows fewer columns. Times are known for single
dimensions, so some combinations of --by and --where show none. Of old days only
hours (after a week) or whole days (after five weeks) are known. The forecast
holds in 8 of 10 cases.

Examples:
  waybill stats
  waybill stats --range 7d --by provider --chart cost
  waybill stats --from 2026-11-01 --where model=openai/gpt-5-mini --by user`,
  run: async (context, given) => {
    const { terminal } = context
    const chart = given.text('chart')
    const measure = chart === undefined ? undefined : choiceOf('chart', chartMeasures, chart)
    const params = { ...paramsOf(given), ...(measure !== undefined && { series: 'auto' as const }) }
    const result = await withClient(context, async (client) => resultOf(await client.request(statsType, params)))
    if (given.has('json')) {
      terminal.out(`${JSON.stringify(result)}\n`)
      return exitCodes.ok
    }
    const drawn = measure === undefined ? '' : renderStatsChart(result, measure, terminal)
    terminal.out(drawn === '' ? renderStats(result, terminal) : `${drawn}\n${renderStats(result, terminal)}`)
    return exitCodes.ok
  },
}

function paramsOf(given: VerbArguments): Params {
  const [range, from, to] = [given.text('range'), given.text('from'), given.text('to')]
  const isBetween = from !== undefined || to !== undefined
  if (isBetween && range !== undefined) {
    throw new UsageError('expected --range or --from and --to, found both; leave one of them out')
  }
  const workspace = given.text('workspace')
  const wheres = given.all('where')
  const name = choiceOf('range', namedRanges, range ?? 'today')
  const between = {
    ...(from !== undefined && { fromMs: timeOf('from', from) }),
    ...(to !== undefined && { toMs: timeOf('to', to) }),
  }
  checkOrder(between)
  return {
    ...between,
    ...(isBetween ? {} : { range: name }),
    // What has an end already needs no forecast.
    ...(!isBetween && name !== 'yesterday' && { forecast: true }),
    groupBy: choiceOf('by', statsGroupings, given.text('by') ?? 'model'),
    ...(wheres.length > 0 && { where: whereOf(wheres) }),
    ...(workspace !== undefined && { workspace }),
  }
}

function whereOf(texts: readonly string[]): NonNullable<Params['where']> {
  const where: Partial<Record<StatsDimension, readonly string[]>> = {}
  for (const text of texts) {
    const end = text.indexOf('=')
    if (end === -1) throw new UsageError(`expected --where to be like model=openai/gpt-5-mini, found \`${text}\``)
    const dimension = choiceOf('where', statsDimensions, text.slice(0, end))
    where[dimension] = [...(where[dimension] ?? []), text.slice(end + 1)]
  }
  return where
}

function timeOf(option: string, given: string): number {
  const isTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?$/.test(given)
  const hasZone = /Z|T.*[+-]/.test(given)
  const atMs = isTime ? Date.parse(given.includes('T') && !hasZone ? `${given}Z` : given) : Number.NaN
  if (!Number.isNaN(atMs) && atMs >= 0) return atMs
  throw new UsageError(`expected --${option} to be like 2026-11-20 or 2026-11-20T14:30, found \`${given}\``)
}

function choiceOf<Choice extends string>(option: string, choices: readonly Choice[], given: string): Choice {
  const choice = z.enum(choices).safeParse(given)
  if (choice.success) return choice.data
  throw new UsageError(`expected --${option} to be one of ${choices.join(', ')}, found \`${given}\``)
}
