/** Past requests as a table, one line each; and as lines that come one by one, for `waybill log --follow`. */
import { formatMoneySum, formatSeconds, formatTokens } from '../../shared/domain/format.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import { inkOf } from './ink.ts'
import { renderTable } from './table.ts'
import type { Terminal } from './terminal.ts'

export function renderWaybillTable(
  waybills: readonly Waybill[],
  terminal: Pick<Terminal, 'isColored' | 'widthColumns'>,
  whenEmpty = 'No requests yet.',
): string {
  if (waybills.length === 0) return `${whenEmpty}\n`
  const columns = [
    { title: 'STARTED (UTC)' },
    { title: 'OUTCOME' },
    { title: 'ANSWERED BY', shrinks: true },
    { title: 'TRIES', align: 'right', optional: true },
    { title: 'FIRST TEXT', align: 'right', optional: true },
    { title: 'TOTAL', align: 'right', optional: true },
    { title: 'TOKENS OUT', align: 'right', optional: true },
    { title: 'COST', align: 'right' },
    { title: 'PROMPT', optional: true },
    { title: 'ID' },
  ] as const
  const style = { widthColumns: terminal.widthColumns, ofTitle: inkOf(terminal).dim }
  const idLength = leastIdLength(waybills)
  const rows = waybills.map((waybill) => [...cellsOf(waybill), waybill.requestId.slice(0, idLength)])
  return renderTable(columns, rows, style)
}

/** Long enough to tell what somebody follows apart, short enough to leave room. */
const followedIdLength = 12

/** One line, cut at the width, with what matters most first: lines that come one by one have no common columns. */
export function renderWaybillLine(waybill: Waybill, { widthColumns }: Pick<Terminal, 'widthColumns'>): string {
  const [started = '', outcome = '', by = '', , , total = '', , cost = '', prompt = ''] = cellsOf(waybill)
  const id = waybill.requestId.slice(0, followedIdLength)
  const line = [started, id, outcome, total, cost, by, prompt].filter((cell) => cell !== '').join('  ')
  return `${line.length <= widthColumns ? line : `${line.slice(0, widthColumns - 1)}…`}\n`
}

/** As short as tells all of them apart, and at least 8 characters, which is the shortest ID. */
function leastIdLength(waybills: readonly Waybill[]): number {
  const isUnique = (length: number): boolean =>
    new Set(waybills.map(({ requestId }) => requestId.slice(0, length))).size === waybills.length
  let length = 8
  while (length < 64 && !isUnique(length)) length += 1
  return length
}

function cellsOf(waybill: Waybill): readonly string[] {
  const answered = waybill.attempts.find((attempt) => attempt.outcome === 'succeeded')
  const by = answered === undefined ? '–' : `${answered.endpoint}${answered.isPractice ? ' (practice)' : ''}`
  return [
    new Date(waybill.startedAtMs).toISOString().slice(0, 19).replace('T', ' '),
    waybill.failure === undefined ? waybill.outcome : `${waybill.outcome}: ${waybill.failure.kind}`,
    by,
    String(waybill.attempts.length),
    waybill.firstTextMs === undefined ? '–' : formatSeconds(waybill.firstTextMs, 'hundredths'),
    formatSeconds(waybill.totalMs),
    answered?.usage === undefined ? '–' : formatTokens(answered.usage.outputTokens),
    formatMoneySum(waybill.cost, 'request'),
    waybill.prompt ?? '',
  ]
}
