/**
 * Where the demo's text may go, by what was found on this machine: the user's own configured providers, a key in the
 * environment, a local model server, else practice. Pure. Every destination says in words where the text goes and what
 * it can cost, and what is written to the configuration if the user says yes.
 */
import type * as z from 'zod'
import { formatDollars, formatTokens } from '../../../shared/domain/format.ts'
import {
  type ModelId,
  modelIdSchema,
  type ProviderId,
  profileNameSchema,
  providerIdSchema,
} from '../../../shared/domain/ids.ts'
import type { providersAdd } from '../../../shared/protocol/providers.ts'
import type { ProviderStatus } from '../../../shared/protocol/status.ts'
import type { ChatWish } from '../askModel.ts'

export type LocalServer = {
  readonly kind: 'ollama' | 'lmstudio'
  /** With `/v1`, as the provider's row wants it. */
  readonly baseUrl: string
  /** As the server itself calls it. */
  readonly model: string
}

export type Surroundings = {
  readonly providers: readonly ProviderStatus[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly localServer?: LocalServer
  /** Upper bound of the text that is sent: a token is at least one byte. */
  readonly textBytes: number
}

export type Destination = {
  readonly isPractice: boolean
  /** Goes after "The text goes to". */
  readonly where: string
  readonly cost: string
  /** Written to the configuration first. */
  readonly add?: z.input<(typeof providersAdd)['params']>
  readonly wish: Pick<ChatWish, 'profile' | 'models' | 'provider' | 'parameters'>
}

export const practiceDestination: Destination = {
  isPractice: true,
  where: 'a practice provider on this machine, which pretends; nothing leaves it',
  cost: 'It costs nothing.',
  wish: { profile: profileNameSchema.parse('practice-failover') },
}

/** The best destination that is not practice; undefined when nothing was found. */
export function realDestination(surroundings: Surroundings): Destination | undefined {
  return configured(surroundings) ?? byKey(surroundings) ?? local(surroundings)
}

function configured({ providers, textBytes }: Surroundings): Destination | undefined {
  const ready = providers.filter(
    ({ isPractice, state, modelCount }) => !isPractice && state === 'ready' && modelCount > 0,
  )
  if (ready.length === 0) return undefined
  const names = ready.map(({ id, baseUrl }) => `${id} (${hostOf(baseUrl)})`).join(' or ')
  return {
    isPractice: false,
    where: `${names}, which you configured`,
    // Their prices stand in the configuration, which only the daemon reads.
    cost: `It costs what they bill: at most ${formatTokens(textBytes + promptBytes)} tokens in and ${formatTokens(maxOutputTokens)} out for each attempt.`,
    wish: { profile: profileNameSchema.parse('default'), parameters: { maxOutputTokens } },
  }
}

const maxOutputTokens = 1500
/** One endpoint is asked, and asked once more if it fails; a provider may bill both. */
const maxAttempts = 2
/** What the prompt of the library adds to the code. */
const promptBytes = 2000

type KeyRow = {
  readonly variable: string
  readonly id: 'openai' | 'openrouter'
  readonly host: string
  readonly model: ModelId
  /** US dollars for a million tokens, as OpenAI published them for this model (2025-08); OpenRouter adds nothing. */
  readonly inputPrice: number
  readonly outputPrice: number
}

const keyRows: readonly KeyRow[] = [
  keyRow('OPENAI_API_KEY', 'openai', 'api.openai.com'),
  keyRow('OPENROUTER_API_KEY', 'openrouter', 'openrouter.ai'),
]

function keyRow(variable: string, id: KeyRow['id'], host: string): KeyRow {
  return { variable, id, host, model: modelIdSchema.parse('openai/gpt-5-mini'), inputPrice: 0.25, outputPrice: 2 }
}

function byKey({ environment, textBytes, providers }: Surroundings): Destination | undefined {
  const row = keyRows.find(({ variable, id }) => isSet(environment[variable]) && !isKnown(providers, id))
  if (row === undefined) return undefined
  // Dollars for a million tokens are thousands of nanodollars for one.
  const attemptNanodollars =
    Math.ceil((textBytes + promptBytes) * row.inputPrice * 1000) + maxOutputTokens * row.outputPrice * 1000
  const mostNanodollars = maxAttempts * attemptNanodollars
  return {
    isPractice: false,
    where: `${row.model} at ${row.host}, with the key in ${row.variable}`,
    cost: `It can cost at most ${formatDollars(mostNanodollars, 'request')}, a second attempt included.`,
    add: {
      id: providerIdSchema.parse(row.id),
      kind: row.id,
      keyEnvironmentName: row.variable,
      models: [{ model: row.model, price: { input: row.inputPrice, output: row.outputPrice } }],
    },
    wish: wishFor(providerIdSchema.parse(row.id), row.model),
  }
}

function local({ localServer, providers }: Surroundings): Destination | undefined {
  if (localServer === undefined || isKnown(providers, 'local')) return undefined
  const id = providerIdSchema.parse('local')
  const model = modelIdSchema.safeParse(`local/${localServer.model}`)
  if (!model.success) return undefined
  return {
    isPractice: false,
    where: `${localServer.model} in the model server on this machine (${hostOf(localServer.baseUrl)})`,
    cost: 'It costs nothing.',
    add: {
      id,
      kind: localServer.kind,
      baseUrl: localServer.baseUrl,
      models: [{ model: model.data, name: localServer.model, price: { input: 0, output: 0 } }],
    },
    wish: wishFor(id, model.data),
  }
}

function wishFor(provider: ProviderId, model: ModelId): Destination['wish'] {
  return { models: [model], provider: { only: [provider] }, parameters: { maxOutputTokens } }
}

function isKnown(providers: readonly ProviderStatus[], id: string): boolean {
  return providers.some((provider) => provider.id === id)
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}

function hostOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl
}
