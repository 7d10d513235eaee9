/** `waybill log`: past requests as a table, one of them in full, as they come, or exported. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type * as z from 'zod'
import { requestIdSchema } from '../../../shared/domain/ids.ts'
import type { Waybill } from '../../../shared/domain/waybill.ts'
import { journal, journalLimits } from '../../../shared/protocol/journal.ts'
import { renderCaptured } from '../capturedText.ts'
import type { DaemonClient } from '../daemonClient.ts'
import { type ExitCode, exitCodes } from '../exitCodes.ts'
import { filterHelp, filterOf, filterOptions, matches } from '../logFilter.ts'
import { UsageError } from '../usageError.ts'
import type { Verb, VerbArguments, VerbContext } from '../verb.ts'
import { csvHeader, csvRow } from '../waybillCsv.ts'
import { waybillPages } from '../waybillPages.ts'
import { renderWaybillLine, renderWaybillTable } from '../waybillTable.ts'
import { renderFullWaybill } from '../waybillText.ts'
import { resultOf, withClient } from '../withClient.ts'

const { usual, most } = journalLimits

export const log: Verb = {
  name: 'log',
  summary: 'Show past requests, one in full, or export them',
  options: {
    number: { type: 'string', short: 'n' },
    follow: { type: 'boolean', short: 'f' },
    export: { type: 'string' },
    json: { type: 'boolean' },
    ...filterOptions,
  },
  maxPositionals: 2,
  endsGently: true,
  help: `Usage: waybill log [filters] [-n COUNT] [--follow] [--json]
       waybill log [filters] [-n COUNT] --export csv|jsonl
       waybill log show ID [--json]

  -n, --number COUNT    how many, newest first (default ${usual}; all for an export)
  -f, --follow          then each request as it ends, until Ctrl+C
      --export FORMAT   csv or jsonl, on standard output, newest first
      --json            a list of waybills; one a line with --follow
${filterHelp}

With the ID of a request, as the table shows it: its waybill in full, with the
route, what was rejected and why, every attempt, its timings, tokens and cost,
and its text if its workspace is captured (\`capture\` in config.json).

In CSV amounts are in billionths of a dollar, and a text that begins with
= + - or @ has an apostrophe before it, so that no spreadsheet computes it.

Examples:
  waybill log -n 5
  waybill log show 3f2a8c1e
  waybill log --provider openai --outcome failed --from 2026-11-01
  waybill log --workspace ~/project --export csv > requests.csv`,
  run: (context, given) => {
    const id = idOf(given)
    const subscribe = given.has('follow') ? (['requests'] as const) : []
    const work = (client: DaemonClient) => {
      if (id !== undefined) return show(context, given, { client, id })
      if (given.text('export') !== undefined) return exportAll(context, given, client)
      return given.has('follow') ? follow(context, given, client) : list(context, given, client)
    }
    checkOptions(given, id)
    return withClient(context, work, { subscribe })
  },
}

function checkOptions(given: VerbArguments, id: string | undefined): void {
  const format = given.text('export')
  if (format !== undefined && format !== 'csv' && format !== 'jsonl') {
    throw new UsageError(`expected --export to be csv or jsonl, found \`${format}\``)
  }
  const modes = [id !== undefined && 'an ID', format !== undefined && '--export', given.has('follow') && '--follow']
  const chosen = modes.filter((mode) => mode !== false)
  if (chosen.length > 1) throw new UsageError(`expected one of them, found ${chosen.join(' and ')}`)
  filterOf(given)
  countOf(given)
}

async function list(context: VerbContext, given: VerbArguments, client: DaemonClient): Promise<ExitCode> {
  const { terminal, signal } = context
  const waybills: Waybill[] = []
  const wish = { filter: filterOf(given), count: countOf(given) ?? usual }
  for await (const page of waybillPages(client, wish, signal)) waybills.push(...page)
  const whenEmpty = wish.filter === undefined ? undefined : 'No request matches.'
  terminal.out(given.has('json') ? `${JSON.stringify(waybills)}\n` : renderWaybillTable(waybills, terminal, whenEmpty))
  return signal.aborted ? exitCodes.cancelled : exitCodes.ok
}

async function exportAll(context: VerbContext, given: VerbArguments, client: DaemonClient): Promise<ExitCode> {
  const { terminal, signal } = context
  const isCsv = given.text('export') === 'csv'
  if (isCsv) terminal.out(csvHeader)
  const lineOf = isCsv ? csvRow : (waybill: Waybill) => `${JSON.stringify(waybill)}\n`
  const wish = { filter: filterOf(given), count: countOf(given) ?? Number.POSITIVE_INFINITY }
  for await (const page of waybillPages(client, wish, signal)) {
    terminal.out(page.map(lineOf).join(''))
    await nextTurn()
  }
  return signal.aborted ? exitCodes.cancelled : exitCodes.ok
}

async function follow(context: VerbContext, given: VerbArguments, client: DaemonClient): Promise<ExitCode> {
  const { terminal, signal } = context
  const filter = filterOf(given)
  const lineOf = (waybill: Waybill) =>
    given.has('json') ? `${JSON.stringify(waybill)}\n` : renderWaybillLine(waybill, terminal)
  const shown = new Set<string>()
  const tell = (waybill: Waybill) => {
    if (shown.has(waybill.requestId) || !matches(filter, waybill)) return
    shown.add(waybill.requestId)
    terminal.out(lineOf(waybill))
  }
  // What ends while the last ones are asked for comes twice; what comes later can be none of them.
  const early: Waybill[] = []
  let onEnded = (waybill: Waybill): void => {
    early.push(waybill)
  }
  client.onRequestEnded((waybill) => onEnded(waybill))
  const before: Waybill[] = []
  const wish = { filter, count: countOf(given) ?? usual }
  for await (const page of waybillPages(client, wish, signal)) before.push(...page)
  for (const waybill of [...before.toReversed(), ...early]) tell(waybill)
  shown.clear()
  onEnded = tell
  await client.untilLost(signal)
  return exitCodes.ok
}

type Shown = { readonly client: DaemonClient; readonly id: string }

async function show(context: VerbContext, given: VerbArguments, { client, id }: Shown): Promise<ExitCode> {
  const { terminal } = context
  const { waybills, captured } = await find(client, id)
  const [only] = waybills
  if (given.has('json')) terminal.out(`${JSON.stringify(waybills)}\n`)
  if (only === undefined || waybills.length > 1) {
    const found = only === undefined ? 'none such' : `${waybills.length} that begin so`
    terminal.error(`waybill log: expected the ID of one request, found ${found}; \`waybill log\` lists them\n`)
    return exitCodes.failed
  }
  if (given.has('json')) return exitCodes.ok
  terminal.out(renderFullWaybill(only, terminal))
  if (captured !== undefined) terminal.out(renderCaptured(captured, terminal))
  return exitCodes.ok
}

/** An ID may be cut short, as the table shows it: then the recent requests that begin so. */
async function find(client: DaemonClient, id: string): Promise<z.infer<typeof journal.result>> {
  const requestId = requestIdSchema.safeParse(id).data
  if (requestId === undefined) return { waybills: [] }
  const exact = resultOf(await client.request(journal, { requestId, withContent: true }))
  if (exact.waybills.length > 0) return exact
  const recent = resultOf(await client.request(journal, { limit: most })).waybills
  const waybills = recent.filter((waybill) => waybill.requestId.startsWith(id))
  const [only] = waybills
  if (only === undefined || waybills.length > 1) return { waybills }
  return resultOf(await client.request(journal, { requestId: only.requestId, withContent: true }))
}

function idOf({ positionals }: VerbArguments): string | undefined {
  const [first, second] = positionals
  const id = first === 'show' ? (second ?? '') : first
  if (first !== 'show' && second !== undefined) {
    throw new UsageError(`expected \`waybill log show ID\`, found \`${first} ${second}\``)
  }
  if (id !== undefined && !requestIdSchema.safeParse(id).success) {
    throw new UsageError(`expected the ID of a request, 8 to 64 of A-Z a-z 0-9 _ -, found \`${id}\``)
  }
  return id
}

function countOf(given: VerbArguments): number | undefined {
  const count = given.text('number')
  if (count === undefined) return undefined
  const isExport = given.text('export') !== undefined
  const limit = isExport ? Number.MAX_SAFE_INTEGER : most
  if (/^\d{1,15}$/.test(count) && Number(count) >= 1 && Number(count) <= limit) return Number(count)
  throw new UsageError(`expected -n to be a count from 1${isExport ? ' on' : ` to ${most}`}, found \`${count}\``)
}
