/** `waybill models`: which models can be asked, with their providers and the cheapest price. */
import { formatTokensShort } from '../../../shared/domain/format.ts'
import { type ProviderId, providerIdSchema } from '../../../shared/domain/ids.ts'
import { type CatalogModelRow, catalogModels, catalogRefresh } from '../../../shared/protocol/catalog.ts'
import { status } from '../../../shared/protocol/status.ts'
import type { DaemonClient } from '../daemonClient.ts'
import { exitCodes } from '../exitCodes.ts'
import { inkOf } from '../ink.ts'
import { nearestWord } from '../nearestWord.ts'
import { priceText } from '../priceText.ts'
import { renderTable } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usageError.ts'
import type { Verb } from '../verb.ts'
import { resultOf, withClient } from '../withClient.ts'
import { wrapped } from '../wrapped.ts'

export const models: Verb = {
  name: 'models',
  summary: 'List the models that can be asked',
  options: {
    provider: { type: 'string', short: 'p' },
    refresh: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  maxPositionals: 5,
  help: `Usage: waybill models [WORD...] [options]

Lists the models of the configured providers whose ids hold every WORD. The
price is that of the cheapest endpoint: US dollars for a million tokens, in and
out. Exit code 1 if there is none.

  -p, --provider ID  only what this provider offers
      --refresh      first fetch the catalogue (if config.json names a URL) and
                     the list of models of every provider
      --json         the answer of waybill/catalog/models

Examples:
  waybill models claude sonnet
  waybill models --provider ollama`,
  run: async (context, given) => {
    const { terminal } = context
    const provider = providerIdSchema.safeParse(given.text('provider'))
    if (given.text('provider') !== undefined && !provider.success) {
      throw new UsageError('expected --provider to be the name of a provider, as `waybill providers` lists them')
    }
    const words = given.positionals.join(' ')
    const params = { filter: words, ...(provider.success && { provider: provider.data }) }
    const { result, problem } = await withClient(context, async (client) => {
      const refreshed = given.has('refresh') ? resultOf(await client.request(catalogRefresh, {})) : undefined
      for (const problem of refreshed?.problems ?? []) terminal.error(`waybill models: ${problem}\n`)
      const answer = resultOf(await client.request(catalogModels, params))
      const nothing = answer.models.length === 0
      return { result: answer, problem: nothing ? await whyNone(client, words, params.provider) : undefined }
    })
    if (given.has('json')) terminal.out(`${JSON.stringify(result)}\n`)
    if (problem !== undefined) {
      terminal.error(wrapped(`waybill models: ${problem}`, '  ', terminal.widthColumns))
      return exitCodes.failed
    }
    if (!given.has('json')) terminal.out(textOf(result, terminal))
    return exitCodes.ok
  },
}

/** What was meant instead, where something is near. */
async function whyNone(client: DaemonClient, words: string, provider: ProviderId | undefined): Promise<string> {
  if (provider !== undefined) {
    const { providers } = resultOf(await client.request(status, {}))
    const ids = providers.map(({ id }) => id)
    if (!ids.includes(provider)) {
      const nearest = nearestWord(provider, ids)
      return `there is no provider \`${provider}\`;${didYouMean(nearest)} \`waybill providers\` lists them`
    }
    if (words === '') {
      return `the provider \`${provider}\` offers no model now; \`waybill models --refresh\` asks it, \`waybill doctor\` says what is wrong`
    }
  }
  const params = provider === undefined ? {} : { provider }
  const ids = resultOf(await client.request(catalogModels, params)).models.map(({ model }) => model)
  if (ids.every((id) => id.startsWith('practice/')))
    return 'no model yet, only practice; `waybill help providers` says how to add a provider'
  const whose = provider === undefined ? 'the configured providers' : `the provider \`${provider}\``
  return `no model of ${whose} has “${words}” in its id;${didYouMean(nearestModel(words, ids))} \`waybill models\` lists them`
}

/** By the whole id, by its name without the author, or by one of the words in it. */
function nearestModel(words: string, ids: readonly string[]): string | undefined {
  const word = words.split(' ').find((one) => !ids.some((id) => id.includes(one))) ?? words
  const partsOf = (id: string) => [id, id.slice(id.indexOf('/') + 1), ...id.split(/[/:-]/)]
  const nearest = nearestWord(word, [...new Set(ids.flatMap(partsOf))])
  return nearest === undefined ? undefined : ids.find((id) => partsOf(id).includes(nearest))
}

function didYouMean(nearest: string | undefined): string {
  return nearest === undefined ? '' : ` did you mean ${nearest}?`
}

type Result = { readonly models: readonly CatalogModelRow[]; readonly catalogDate?: string }

function textOf({ models: rows, catalogDate }: Result, terminal: Terminal): string {
  const ink = inkOf(terminal)
  const columns = [
    { title: 'MODEL', shrinks: true },
    { title: 'PRICE', align: 'right' },
    { title: 'CONTEXT', align: 'right' },
    { title: 'ENDPOINTS', align: 'right' },
    { title: 'PROVIDERS', optional: true },
  ] as const
  const cells = rows.map(({ model, cheapest, contextTokens, providers }) => [
    model,
    priceText(cheapest),
    contextTokens === undefined ? '–' : formatTokensShort(contextTokens),
    String(providers.length),
    providers.join(', '),
  ])
  const date = catalogDate === undefined ? '' : ink.dim(`Catalogue of ${catalogDate}.\n`)
  return renderTable(columns, cells, { widthColumns: terminal.widthColumns, ofTitle: ink.dim }) + date
}
