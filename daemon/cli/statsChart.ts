/** The bar charts of `waybill stats`: one bar for each stretch of the range, also for those without requests. Times are UTC. */
import {
  formatCount,
  formatMoneySum,
  formatRatio,
  formatSeconds,
  formatTokensShort,
} from '../../shared/domain/format.ts'
import type { StatsRow } from '../../shared/domain/stats.ts'
import { type Bar, renderBars } from './barChart.ts'
import { inkOf } from './ink.ts'
import type { Stats } from './statsText.ts'
import type { Terminal } from './terminal.ts'

export const chartMeasures = ['cost', 'requests', 'tokens', 'latency', 'errors'] as const
export type ChartMeasure = (typeof chartMeasures)[number]

type ChartTerminal = Pick<Terminal, 'isColored' | 'isOutTty' | 'widthColumns'>

const mostColumns = 80
const dayMs = 86_400_000
/** The latency scale is logarithmic from here to there, further if something took longer; milliseconds. */
const quickMs = 200
const slowMs = 12_000

const titles: Readonly<Record<ChartMeasure, string>> = {
  cost: 'Cost (solid measured, shaded estimated, ? unknown)',
  requests: 'Requests',
  tokens: 'Tokens (in and out)',
  latency: 'Time to first text (solid p50, shaded to p99; logarithmic)',
  errors: 'Requests that failed for good',
}

/** Empty when the answer has no series. Practice is drawn only where there is nothing else. */
export function renderStatsChart(stats: Stats, measure: ChartMeasure, terminal: ChartTerminal): string {
  const { series, bucketMs } = stats
  if (series === undefined || bucketMs === undefined || series.length === 0) return ''
  const isPractice = stats.total.requests + stats.total.attempts === 0
  const rows = stretchesOf(stats, bucketMs).map(({ atMs, point }) => {
    return { atMs, row: isPractice ? point?.practiceTotal : point?.total }
  })
  const scale = scaleOf(
    rows.flatMap(({ row }) => (row === undefined ? [] : [row])),
    measure,
  )
  const bars = rows.map(({ atMs, row }): Bar => ({ label: labelOf(atMs, bucketMs), ...scale(row) }))
  const drawn = renderBars(bars, {
    widthColumns: Math.min(mostColumns, terminal.widthColumns),
    hasBlocks: terminal.isOutTty,
  })
  return `${inkOf(terminal).bold(`${titles[measure]}${isPractice ? ', practice' : ''}`)}\n${drawn}`
}

type Stretch = { readonly atMs: number; readonly point: NonNullable<Stats['series']>[number] | undefined }

function stretchesOf({ series = [], fromMs, toMs }: Stats, bucketMs: number): readonly Stretch[] {
  const points = new Map(series.map((point) => [point.atMs, point]))
  const first = fromMs ?? series[0]?.atMs ?? 0
  const end = Math.max(toMs ?? 0, (series.at(-1)?.atMs ?? 0) + 1)
  return Array.from({ length: Math.ceil((end - first) / bucketMs) }, (_, place) => {
    const atMs = first + place * bucketMs
    return { atMs, point: points.get(atMs) }
  })
}

type Drawn = Omit<Bar, 'label'>

const nothing: Drawn = { solidRatio: 0, shadedRatio: 0, mark: '', value: '' }

function scaleOf(rows: readonly StatsRow[], measure: ChartMeasure): (row: StatsRow | undefined) => Drawn {
  if (measure === 'latency') return latencyScale(rows)
  const solidOf = (row: StatsRow) => amountOf(row, measure)
  const shadedOf = ({ cost }: StatsRow) => (measure === 'cost' ? cost.estimatedNanodollars : 0)
  const most = Math.max(1, ...rows.map((row) => solidOf(row) + shadedOf(row)))
  return (row) =>
    row === undefined
      ? nothing
      : {
          solidRatio: solidOf(row) / most,
          shadedRatio: shadedOf(row) / most,
          mark: measure === 'cost' && row.cost.unknownCount > 0 ? '?' : '',
          value: valueText(row, measure),
        }
}

function amountOf(row: StatsRow, measure: Exclude<ChartMeasure, 'latency'>): number {
  switch (measure) {
    case 'cost':
      return row.isPractice ? row.cost.practiceNanodollars : row.cost.measuredNanodollars
    case 'requests':
      return row.requests
    case 'tokens':
      return row.inputTokens + row.outputTokens
    case 'errors':
      return row.failed
  }
}

function valueText(row: StatsRow, measure: Exclude<ChartMeasure, 'latency'>): string {
  switch (measure) {
    case 'cost':
      return row.isPractice ? 'pretend' : formatMoneySum(row.cost, 'card')
    case 'requests':
      return formatCount(row.requests)
    case 'tokens':
      return formatTokensShort(row.inputTokens + row.outputTokens)
    case 'errors':
      return row.requests === 0 ? '–' : `${formatCount(row.failed)}, ${formatRatio(row.failed / row.requests)}`
  }
}

function latencyScale(rows: readonly StatsRow[]): (row: StatsRow | undefined) => Drawn {
  const mostMs = Math.max(slowMs, ...rows.map(({ firstTextMs }) => firstTextMs?.p99 ?? 0))
  const ratioOf = (ms: number) => Math.max(0.01, Math.log(ms / quickMs) / Math.log(mostMs / quickMs))
  return (row) => {
    if (row?.firstTextMs === undefined) return nothing
    const { p50, p99 } = row.firstTextMs
    const value = `${formatSeconds(p50, 'hundredths')} / ${formatSeconds(p99, 'hundredths')}`
    return { solidRatio: ratioOf(p50), shadedRatio: ratioOf(p99) - ratioOf(p50), mark: '', value }
  }
}

function labelOf(atMs: number, bucketMs: number): string {
  const text = new Date(atMs).toISOString()
  return bucketMs % dayMs === 0 ? text.slice(0, 10) : text.slice(5, 16).replace('T', ' ')
}
