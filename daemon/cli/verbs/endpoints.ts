/** `waybill endpoints MODEL`: who offers a model, at what price, with what limits, and how each stands now. */
import { formatSeconds, formatTokensShort } from '../../../shared/domain/format.ts'
import { modelIdSchema } from '../../../shared/domain/ids.ts'
import {
  type CatalogEndpointRow,
  catalogEndpoints,
  catalogModels,
  type EndpointState,
} from '../../../shared/protocol/catalog.ts'
import type { DaemonClient } from '../daemonClient.ts'
import { exitCodes } from '../exitCodes.ts'
import { inkOf } from '../ink.ts'
import { nearestWord } from '../nearestWord.ts'
import { priceLines, priceText } from '../priceText.ts'
import { renderTable } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usageError.ts'
import type { Verb } from '../verb.ts'
import { resultOf, withClient } from '../withClient.ts'

export const endpoints: Verb = {
  name: 'endpoints',
  summary: 'Show who offers a model, and how they stand',
  options: { json: { type: 'boolean' } },
  maxPositionals: 1,
  help: `Usage: waybill endpoints MODEL [--json]

Shows every endpoint of a model: price (US dollars for a million tokens, in and
out), limits, whether it can be called now, and of the last five minutes the
time to the first token and the tokens a second after it. A dash means that
nothing was measured.

      --json  the answer of waybill/catalog/endpoints

Example:
  waybill endpoints anthropic/claude-sonnet-4.6`,
  run: async (context, given) => {
    const { terminal } = context
    const model = modelIdSchema.safeParse(given.positionals[0])
    if (!model.success) throw new UsageError('expected a model as AUTHOR/SLUG; `waybill models` lists them')
    const result = await withClient(context, async (client) => {
      const answer = await client.request(catalogEndpoints, { model: model.data })
      return 'result' in answer ? answer.result : nearestOf(client, model.data)
    })
    if (typeof result === 'string') {
      terminal.error(`waybill endpoints: ${result}\n`)
      return exitCodes.failed
    }
    const { endpoints: rows, catalogDate } = result
    if (given.has('json')) terminal.out(`${JSON.stringify(result)}\n`)
    else terminal.out(textOf(rows, catalogDate, terminal))
    return exitCodes.ok
  },
}

async function nearestOf(client: DaemonClient, model: string): Promise<string> {
  const { models } = resultOf(await client.request(catalogModels, {}))
  const ids = models.map((row) => row.model)
  const near = ids.filter((id) => id.includes(model.slice(model.indexOf('/') + 1)))
  const meant = near[0] ?? nearestWord(model, ids)
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`
  return `no configured provider offers ${model}.${hint} \`waybill models\` lists those that can be asked.`
}

const stateWords: Readonly<Record<EndpointState, string>> = {
  ready: 'ready',
  'no-key': 'no key',
  'keys-refused': 'key refused',
  'keys-cooling': 'cooling',
  'breaker-open': 'open',
  'half-open': 'half-open',
  probing: 'being tried',
}

function textOf(rows: readonly CatalogEndpointRow[], catalogDate: string | undefined, terminal: Terminal): string {
  const ink = inkOf(terminal)
  const columns = [
    { title: 'PROVIDER', shrinks: true },
    { title: 'NOW' },
    { title: 'PRICE', align: 'right' },
    { title: 'CONTEXT', align: 'right', optional: true },
    { title: 'OUTPUT', align: 'right', optional: true },
    { title: 'FIRST p50 / p90 / p99', align: 'right' },
    { title: 'TOKENS/S', align: 'right' },
    { title: 'FAILED', align: 'right', optional: true },
  ] as const
  const table = renderTable(columns, rows.map(cellsOf), { widthColumns: terminal.widthColumns, ofTitle: ink.dim })
  const details = rows.map(
    (row) =>
      `\n${ink.bold(row.endpoint)}\n${detailsOf(row)
        .map((line) => `  ${line}\n`)
        .join('')}`,
  )
  const date = catalogDate === undefined ? '' : ink.dim(`\nCatalogue of ${catalogDate}.\n`)
  return table + details.join('') + date
}

function cellsOf(row: CatalogEndpointRow): readonly string[] {
  const { firstTokenMs: first, tokensPerSecond, failedRatio } = row
  return [
    row.isPractice ? `${row.provider} (practice)` : row.provider,
    row.isUnstable && row.state === 'ready' ? 'unstable' : stateWords[row.state],
    row.isPractice ? 'pretend' : priceText(row.rates),
    row.contextTokens === undefined ? '–' : formatTokensShort(row.contextTokens),
    row.outputTokens === undefined ? '–' : formatTokensShort(row.outputTokens),
    first === undefined
      ? '–'
      : [first.p50, first.p90, first.p99].map((ms) => formatSeconds(ms, 'hundredths')).join(' / '),
    tokensPerSecond === undefined ? '–' : tokensPerSecond.p50.toFixed(0),
    failedRatio === undefined ? '–' : `${(failedRatio * 100).toFixed(0)} %`,
  ]
}

function detailsOf(row: CatalogEndpointRow): readonly string[] {
  const { rates, quantization, dataCollection, isZdr, supportedParameters, inputModalities } = row
  const policy = [
    ...(dataCollection === undefined
      ? []
      : [dataCollection === 'deny' ? 'keeps no prompts to learn from' : 'may collect']),
    ...(isZdr === true ? ['keeps nothing'] : []),
    ...(quantization === undefined ? [] : [quantization]),
  ]
  return [
    `called ${row.upstreamModel}`,
    ...(rates === undefined ? ['price unknown'] : [...priceLines(rates), `price: ${rates.source}`]),
    ...(inputModalities === undefined ? [] : [`reads ${inputModalities.join(', ')}`]),
    ...(supportedParameters === undefined ? [] : wrapped(`takes ${supportedParameters.join(', ')}`)),
    ...(policy.length === 0 ? [] : [policy.join(', ')]),
  ]
}

/** Lines that end before column 80, the later ones under the first. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + word.length > 74) lines.push(last === undefined ? word : `  ${word}`)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
