/** `waybill log`: the most recent waybills as a table, or one of them in full. */
import { formatMoneySum, formatSeconds, formatTokens } from '../../../shared/domain/format.ts'
import { type RequestId, requestIdSchema } from '../../../shared/domain/ids.ts'
import type { Waybill } from '../../../shared/domain/waybill.ts'
import { journal } from '../../../shared/protocol/journal.ts'
import type { DaemonClient } from '../daemonClient.ts'
import { exitCodes } from '../exitCodes.ts'
import { inkOf } from '../ink.ts'
import { renderTable } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usageError.ts'
import type { Verb, VerbArguments } from '../verb.ts'
import { renderFullWaybill } from '../waybillText.ts'
import { resultOf, withClient } from '../withClient.ts'

const defaultCount = 20
const maxCount = 500

export const log: Verb = {
  name: 'log',
  summary: 'Show recent waybills, or one in full',
  options: { number: { type: 'string', short: 'n' }, json: { type: 'boolean' } },
  maxPositionals: 1,
  help: `Usage: waybill log [-n COUNT] [--json]
       waybill log ID [--json]

  -n, --number COUNT   how many, newest first (default ${defaultCount}, at most ${maxCount})
      --json           a list of waybills

With the ID of a request, as the table shows it: its waybill in full, with the
route, what was rejected and why, every attempt, its timings, tokens and cost.

Examples:
  waybill log -n 5
  waybill log 3f2a8c1e`,
  run: async (context, given) => {
    const { terminal } = context
    const params = paramsOf(given)
    const waybills = await withClient(context, (client) => find(client, params))
    const [only] = waybills
    if (given.has('json')) terminal.out(`${JSON.stringify(waybills)}\n`)
    if ('requestId' in params && (only === undefined || waybills.length > 1)) {
      const found = only === undefined ? 'none such' : `${waybills.length} that begin so`
      terminal.error(`waybill log: expected the ID of one request, found ${found}; \`waybill log\` lists them\n`)
      return exitCodes.failed
    }
    if (given.has('json')) return exitCodes.ok
    if ('requestId' in params && only !== undefined) terminal.out(renderFullWaybill(only, terminal))
    else terminal.out(renderWaybillTable(waybills, terminal))
    return exitCodes.ok
  },
}

/** An ID may be cut short, as the table shows it: then the recent requests that begin so. */
async function find(client: DaemonClient, params: LogParams): Promise<readonly Waybill[]> {
  const { waybills } = resultOf(await client.request(journal, params))
  if (waybills.length > 0 || !('requestId' in params)) return waybills
  const recent = resultOf(await client.request(journal, { limit: maxCount })).waybills
  return recent.filter(({ requestId }) => requestId.startsWith(params.requestId))
}

type LogParams = { readonly requestId: RequestId } | { readonly limit: number }

function paramsOf(given: VerbArguments): LogParams {
  const [id] = given.positionals
  if (id !== undefined) {
    const requestId = requestIdSchema.safeParse(id)
    if (requestId.success) return { requestId: requestId.data }
    throw new UsageError(`expected the ID of a request, 8 to 64 of A-Z a-z 0-9 _ -, found \`${id}\``)
  }
  const count = given.text('number') ?? String(defaultCount)
  const limit = Number(count)
  if (!/^\d+$/.test(count) || limit < 1 || limit > maxCount) {
    throw new UsageError(`expected -n to be a count from 1 to ${maxCount}, found \`${count}\``)
  }
  return { limit }
}

export function renderWaybillTable(
  waybills: readonly Waybill[],
  terminal: Pick<Terminal, 'isColored' | 'widthColumns'>,
): string {
  if (waybills.length === 0) return 'No requests yet.\n'
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
