/**
 * Turns what the daemon answered into what the page draws: the half of the panel that decides. Pure. Practice stays in rows of
 * its own and in the footnote, never in a total; figures stay when the connection goes.
 */
import {
  formatCount,
  formatDollars,
  formatMoneySum,
  formatRatio,
  formatSeconds,
  formatTokensShort,
} from '../../shared/domain/format.ts'
import type { MoneySum } from '../../shared/domain/money.ts'
import type { StatsDimension, StatsRow } from '../../shared/domain/stats.ts'
import type { ConnectionState, ResultOf } from '../daemon/connection.ts'
import type { LocalTime } from './localTime.ts'
import { dimensionLabels } from './messages.ts'
import {
  type CardView,
  type ConnectionView,
  type ContentView,
  type PanelView,
  type Selection,
  type TableRowView,
  type TableView,
  viewVersion,
} from './viewModel.ts'
import { requestViewOf } from './waybillView.ts'
import { noGroupWords, profileSourceWords } from './words.ts'

/** One answer of the daemon: statistics and the last waybills, and when they came. */
export type Figures = {
  readonly stats: ResultOf<'stats'>
  readonly journal: ResultOf<'journal'>
  readonly takenAtMs: number
}

export type ViewInput = {
  readonly connection: ConnectionState
  readonly selection: Selection
  /** The last ones that came. */
  readonly figures: Figures | undefined
  /** Why the last try to get figures over a connection failed. */
  readonly problem: string | undefined
  /** Of the workspace in front of the user, the last that was known. */
  readonly profile: ResultOf<'profiles'>['current'] | undefined
  readonly time: LocalTime
  readonly nowMs: number
}

export function viewOf(input: ViewInput): PanelView {
  const { figures, profile } = input
  return {
    viewVersion,
    ...(profile === undefined
      ? {}
      : { profile: { name: profile.profile, source: profileSourceWords[profile.source] } }),
    selection: shownSelection(input),
    connection: connectionOf(input),
    content: figures === undefined ? { kind: 'waiting' } : contentOf(figures, input),
  }
}

/** Of the figures that are shown. */
function shownSelection({ figures, selection }: ViewInput): Selection {
  if (figures === undefined) return selection
  const { range } = figures.stats
  const isOwn = range === 'today' || range === '7d' || range === '30d'
  return { range: isOwn ? range : selection.range, groupBy: groupingOf(figures.stats) }
}

/** The page always asks for one. */
function groupingOf({ groupBy }: Figures['stats']): StatsDimension {
  return groupBy === 'none' ? 'model' : groupBy
}

function connectionOf(input: ViewInput): ConnectionView {
  const { connection, figures, time, nowMs } = input
  switch (connection.kind) {
    case 'connected':
      return input.problem === undefined
        ? { kind: 'live' }
        : { kind: 'problem', lead: 'The daemon could not answer with figures.', rest: input.problem }
    case 'connecting':
      return { kind: 'connecting' }
    case 'none': {
      const since = figures === undefined ? '' : ` What you see is from ${time.secondOf(figures.takenAtMs)}.`
      return { kind: 'not-running', lead: 'Waybill is not running.', rest: `It starts with your next prompt.${since}` }
    }
    case 'lost':
      return {
        kind: 'lost',
        lead: `The connection to the Waybill daemon was lost at ${time.secondOf(connection.lostAtMs)}.`,
        rest: `${figures === undefined ? '' : 'What you see is from then. '}Answers under way are kept for 2 minutes and go on when the connection is back.`,
        nextTryInMs: Math.max(0, connection.nextTryAtMs - nowMs),
      }
  }
}

function contentOf({ stats, journal }: Figures, input: ViewInput): ContentView {
  const isFirstRun = journal.waybills.length === 0 && stats.total.requests === 0 && stats.practiceTotal.requests === 0
  if (isFirstRun) return { kind: 'first-run' }
  return {
    kind: 'figures',
    cards: cardsOf(stats.total),
    table: tableOf(stats),
    requests: journal.waybills.map((waybill) => requestViewOf(waybill, input.time, input.nowMs)),
    footnotes: footnotesOf(stats, input.time),
  }
}

function cardsOf(total: StatsRow): readonly CardView[] {
  const tokens = total.inputTokens + total.outputTokens
  return [
    card('cost', 'Cost', [{ text: formatMoneySum(knownOf(total.cost), 'card') }], costNote(total.cost)),
    card('requests', 'Requests', [{ text: formatCount(total.requests) }], requestsNote(total)),
    card('first-text', 'Time to first token', quantileFigures(total.firstTextMs), undefined),
    card('total', 'Total time', quantileFigures(total.totalMs), undefined),
    card('tokens', 'Tokens', [{ text: formatTokensShort(tokens) }], tokensNote(total)),
    card('errors', 'Error rate', [{ text: errorRateOf(total) }], errorsNote(total)),
  ]
}

function card(id: string, label: string, figures: CardView['figures'], note: string | undefined): CardView {
  return { id, label, figures, ...(note === undefined ? {} : { note }) }
}

/** The amount alone: the card says in its note what is unknown. With nothing known the word stays. */
function knownOf(cost: MoneySum): MoneySum {
  return cost.measuredNanodollars > 0 || cost.estimatedHighNanodollars > 0 ? { ...cost, unknownCount: 0 } : cost
}

/** A range that is too small to show says nothing that the amount does not. */
function estimatedNote(cost: MoneySum): string {
  const amount = formatMoneySum({ ...cost, measuredNanodollars: 0, unknownCount: 0 }, 'card')
  const high = formatDollars(cost.estimatedHighNanodollars, 'card')
  const range = high.startsWith('<') ? '' : `, ${formatDollars(cost.estimatedLowNanodollars, 'card')} to ${high}`
  return `${amount} estimated${range}`
}

function costNote(cost: MoneySum): string | undefined {
  const estimated = cost.estimatedHighNanodollars > 0 ? estimatedNote(cost) : undefined
  const unknown = cost.unknownCount > 0 ? `${counted(cost.unknownCount, 'attempt')} unknown` : undefined
  if (estimated === undefined && unknown === undefined) {
    return cost.measuredNanodollars > 0 ? 'all measured' : undefined
  }
  const measured = `${formatDollars(cost.measuredNanodollars, 'card')} measured`
  return [cost.measuredNanodollars > 0 ? measured : undefined, estimated, unknown]
    .filter((part) => part !== undefined)
    .join('; ')
}

function requestsNote(total: StatsRow): string | undefined {
  const parts = [
    total.fallbacks > 0 ? `${formatCount(total.fallbacks)} saved by fallback` : undefined,
    total.rewinds > 0 ? counted(total.rewinds, 'rewind') : undefined,
    total.cancelled > 0 ? `${formatCount(total.cancelled)} cancelled` : undefined,
  ].filter((part) => part !== undefined)
  return parts.length === 0 ? undefined : parts.join(', ')
}

function tokensNote(total: StatsRow): string | undefined {
  if (total.inputTokens + total.outputTokens === 0) return undefined
  const split = `${formatTokensShort(total.inputTokens)} in, ${formatTokensShort(total.outputTokens)} out`
  if (total.cachedInputTokens === 0) return split
  return `${split}; ${formatRatio(total.cachedInputTokens / total.inputTokens)} of input cached`
}

function errorsNote(total: StatsRow): string | undefined {
  if (total.requests === 0) return undefined
  const interrupted = total.interrupted > 0 ? `, ${formatCount(total.interrupted)} interrupted` : ''
  return `${formatCount(total.failed)} of ${formatCount(total.requests)} failed for good${interrupted}`
}

function quantileFigures(quantiles: StatsRow['totalMs']): CardView['figures'] {
  if (quantiles === undefined) return [{ text: '–' }]
  return [
    { text: formatSeconds(quantiles.p50), unit: 'p50' },
    { text: formatSeconds(quantiles.p99), unit: 'p99' },
  ]
}

function tableOf(stats: Figures['stats']): TableView {
  const counted = stats.rows.filter((row) => !row.isPractice).length
  const practice = stats.rows.length - counted
  return {
    groupLabel: dimensionLabels[groupingOf(stats)],
    summary: practice > 0 ? `${formatCount(counted)}, and ${formatCount(practice)} practice` : formatCount(counted),
    rows: stats.rows.map((row) => tableRowOf(row, groupingOf(stats), stats.total.requests)),
    ...(stats.rows.length > 0
      ? {}
      : { empty: { text: 'No requests in this range.', offersMonth: stats.range !== '30d' } }),
  }
}

function tableRowOf(row: StatsRow, groupBy: StatsDimension, totalRequests: number): TableRowView {
  return {
    group: groupOf(row.group, groupBy),
    groupTitle: row.group,
    isPractice: row.isPractice,
    requests: formatCount(row.requests),
    firstText: row.firstTextMs === undefined ? '–' : formatSeconds(row.firstTextMs.p50, 'hundredths'),
    p50: row.totalMs === undefined ? '–' : formatSeconds(row.totalMs.p50),
    p99: row.totalMs === undefined ? '–' : formatSeconds(row.totalMs.p99),
    tokens: formatTokensShort(row.inputTokens + row.outputTokens),
    errorRate: errorRateOf(row),
    cost: row.isPractice ? 'pretend' : formatMoneySum(row.cost, 'card'),
    share: row.isPractice || totalRequests === 0 ? 'apart' : formatRatio(row.requests / totalRequests),
  }
}

/** A model without its author, a folder without the way to it: the title has the whole. */
function groupOf(group: string, groupBy: StatsDimension): string {
  if (group === '') return noGroupWords[groupBy]
  if (groupBy === 'model' || groupBy === 'endpoint') return group.slice(group.indexOf('/') + 1)
  if (groupBy !== 'workspace') return group
  return (
    group
      .split(/[/\\]/)
      .filter((part) => part !== '')
      .at(-1) ?? group
  )
}

/** Requests that failed for good, not attempts. */
function errorRateOf(row: StatsRow): string {
  return row.requests === 0 ? '–' : formatRatio(row.failed / row.requests)
}

function footnotesOf(stats: Figures['stats'], time: LocalTime): readonly string[] {
  const { practiceTotal } = stats
  const practice =
    practiceTotal.requests === 0
      ? []
      : [
          `${counted(practiceTotal.requests, 'request')} to the practice provider, pretend cost ${formatDollars(practiceTotal.cost.practiceNanodollars, 'card')}. Kept apart: in no figure above.`,
        ]
  return [...practice, `Days are UTC; times in ${time.zone}. Each waybill keeps the price it was charged with.`]
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}
