/** `waybill providers`: lists the providers and adds one to the configuration. */
import { dialects } from '../../../shared/domain/dialect.ts'
import { modelIdSchema, providerIdSchema } from '../../../shared/domain/ids.ts'
import { kindsWithoutBaseUrl, providerKinds, providersAdd } from '../../../shared/protocol/providers.ts'
import { status } from '../../../shared/protocol/status.ts'
import { exitCodes } from '../exitCodes.ts'
import { UsageError } from '../usageError.ts'
import type { Verb, VerbArguments } from '../verb.ts'
import { resultOf, withClient } from '../withClient.ts'
import { renderProviders } from './status.ts'

export const providers: Verb = {
  name: 'providers',
  summary: 'List providers, add one',
  options: {
    kind: { type: 'string', short: 'k' },
    'base-url': { type: 'string', short: 'u' },
    dialect: { type: 'string', short: 'd' },
    'key-env': { type: 'string', short: 'e' },
    model: { type: 'string', short: 'm', multiple: true },
    json: { type: 'boolean' },
  },
  maxPositionals: 2,
  help: `Usage: waybill providers [list] [--json]
       waybill providers add ID --kind KIND [--model MODEL...] [options]

Writes a provider to config.json. Its models are those of the catalogue and of
its own list (\`waybill models\`), and those that are named here.

  -k, --kind KIND     one of these:
${wrapped(providerKinds, 22)}
                      (custom: any server that speaks a dialect below)
  -m, --model MODEL   AUTHOR/SLUG[=NAME][,IN/OUT]; may be repeated. NAME is what
                      the provider calls it; IN and OUT are US dollars for a
                      million tokens. Only needed for what the catalogue and
                      the provider's own list do not know, and to override it
  -u, --base-url URL  required by ${[...kindsWithoutBaseUrl].join(', ')}
  -d, --dialect NAME  what a custom one speaks, if not ${dialects[0]}:
                      ${dialects.slice(1).join(' or ')}
  -e, --key-env NAME  the environment variable that holds the key, unless it is
                      the provider's usual one; \`waybill keys set ID\` keeps
                      a key without any variable

Examples:
  waybill providers add anthropic -k anthropic
  waybill providers add openai -k openai -m openai/gpt-5-mini,0.25/2
  waybill providers add local -k ollama
  waybill providers add work -k azure -e WORK_AZURE_KEY \\
    -u https://RESOURCE.openai.azure.com/openai/v1 -m openai/gpt-5-mini
  waybill providers add lab -k custom -u http://127.0.0.1:8000/v1 \\
    -m lab/coder=coder-v2`,
  run: async (context, given) => {
    const [action = 'list', id] = given.positionals
    const { terminal } = context
    switch (action) {
      case 'list': {
        const current = await withClient(context, async (client) => resultOf(await client.request(status, {})))
        const text = given.has('json')
          ? `${JSON.stringify(current.providers)}\n`
          : renderProviders(current.providers, terminal, Date.now())
        terminal.out(text)
        return exitCodes.ok
      }
      case 'add': {
        const params = paramsOf(id, given)
        return withClient(context, async (client) => {
          const added = resultOf(await client.request(providersAdd, params)).provider
          await client.giveEnvironment(added.keyEnvironmentName === undefined ? [] : [added.keyEnvironmentName])
          const { providers: all } = resultOf(await client.request(status, {}))
          const provider = all.find(({ id: candidate }) => candidate === added.id) ?? added
          terminal.out(
            given.has('json') ? `${JSON.stringify(provider)}\n` : renderProviders([provider], terminal, Date.now()),
          )
          return exitCodes.ok
        })
      }
      default:
        throw new UsageError(`expected list or add, found \`${action}\``)
    }
  },
}

/** Words in lines that end before column 80, each after so many spaces. */
function wrapped(words: readonly string[], indent: number): string {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    const longer = last === undefined ? word : `${last}, ${word}`
    if (last === undefined || indent + longer.length > 78) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines.map((line) => ' '.repeat(indent) + line).join(',\n')
}

function paramsOf(id: string | undefined, given: VerbArguments) {
  const baseUrl = given.text('base-url')
  const dialect = given.text('dialect')
  const keyEnvironmentName = given.text('key-env')
  const models = given.all('model').map(modelOf)
  const value = {
    id,
    kind: given.text('kind'),
    ...(models.length > 0 && { models }),
    ...(dialect === undefined ? {} : { dialect }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(keyEnvironmentName === undefined ? {} : { keyEnvironmentName }),
  }
  const params = providersAdd.params.safeParse(value)
  if (params.success) return params.data
  if (!providerIdSchema.safeParse(id).success) {
    throw new UsageError(`expected a name for the provider, 1 to 40 of a-z 0-9 -, found \`${id ?? 'nothing'}\``)
  }
  const place = params.error.issues[0]?.path[0]
  throw new UsageError(
    expectations.get(String(place)) ?? 'expected a provider as `waybill help providers` describes it',
  )
}

const expectations: ReadonlyMap<string, string> = new Map([
  ['kind', `expected --kind to be one of ${providerKinds.join(', ')}`],
  ['dialect', `expected --dialect to be one of ${dialects.join(', ')}`],
  ['baseUrl', 'expected --base-url to be a URL, such as http://127.0.0.1:8000/v1'],
  ['keyEnvironmentName', 'expected --key-env to be the name of an environment variable, never the key itself'],
])

/** `AUTHOR/SLUG[=NAME][,IN/OUT]`. */
export function modelOf(argument: string) {
  const match = /^([^=,]+)(?:=([^,]+))?(?:,(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?))?$/.exec(argument)
  const model = modelIdSchema.safeParse(match?.[1])
  if (!model.success) {
    throw new UsageError(`expected --model as AUTHOR/SLUG[=NAME][,IN/OUT], found \`${argument}\``)
  }
  const [, , name, input, output] = match ?? []
  return {
    model: model.data,
    ...(name === undefined ? {} : { name }),
    ...(input === undefined || output === undefined ? {} : { price: { input, output } }),
  }
}
