/** `waybill models`: which models can be asked, with their providers and the cheapest price. */
import { formatTokensShort } from '../../../shared/domain/format.ts'
import { providerIdSchema } from '../../../shared/domain/ids.ts'
import { type CatalogModelRow, catalogModels, catalogRefresh } from '../../../shared/protocol/catalog.ts'
import { exitCodes } from '../exitCodes.ts'
import { inkOf } from '../ink.ts'
import { priceText } from '../priceText.ts'
import { renderTable } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usageError.ts'
import type { Verb } from '../verb.ts'
import { resultOf, withClient } from '../withClient.ts'

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
out.

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
    const params = { filter: given.positionals.join(' '), ...(provider.success && { provider: provider.data }) }
    const result = await withClient(context, async (client) => {
      const refreshed = given.has('refresh') ? resultOf(await client.request(catalogRefresh, {})) : undefined
      for (const problem of refreshed?.problems ?? []) terminal.error(`waybill models: ${problem}\n`)
      return resultOf(await client.request(catalogModels, params))
    })
    terminal.out(given.has('json') ? `${JSON.stringify(result)}\n` : textOf(result, params.filter, terminal))
    return exitCodes.ok
  },
}

type Result = { readonly models: readonly CatalogModelRow[]; readonly catalogDate?: string }

function textOf({ models: rows, catalogDate }: Result, filter: string, terminal: Terminal): string {
  if (rows.length === 0) {
    const what = filter === '' ? 'No model yet' : `No model of the configured providers has “${filter}” in its id`
    return `${what}. Add a provider with \`waybill providers add\`.\n`
  }
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
