/**
 * A catalogue as a document: which provider sells which model, at what price, with what limits. The shape is that of
 * models.dev (api.json, 2026-10), bare or under `providers`, with fields of our own that may be missing: `model` (the
 * canonical id), `cost.cache_write_1h`, `cost.tiers`, `prices` (dated costs), `quantization`, `data_collection`, `zdr`.
 *
 * Only what is read is asked for. A model that does not fit is left out; a document without providers is none. Models are
 * decoded for one kind of provider at a time, because a user has few and a catalogue holds thousands.
 */
import * as z from 'zod'
import { type Modality, modalities } from '../../../shared/domain/endpoint.ts'
import { type ModelId, modelIdSchema } from '../../../shared/domain/ids.ts'
import type { ParameterName } from '../../../shared/domain/parameterName.ts'
import { canonicalModelOf } from './canonicalModel.ts'
import { isChatModel } from './chatModel.ts'

export type CatalogDocument = {
  /** YYYY-MM-DD. */
  readonly date: string
  readonly providers: Readonly<Record<string, unknown>>
}

/** US dollars for a million tokens. */
export type CatalogCost = z.infer<typeof costSchema>

export type CatalogModel = {
  readonly model: ModelId
  /** Its name in the provider's API. */
  readonly upstreamModel: string
  readonly name?: string
  /** Oldest first; the last one whose `from` (YYYY-MM-DD) has come counts. Empty: the price is unknown. */
  readonly prices: readonly { readonly from?: string; readonly cost: CatalogCost }[]
  readonly contextTokens?: number
  readonly outputTokens?: number
  readonly inputModalities?: readonly Modality[]
  /** What the model is known not to take. */
  readonly lacks: readonly ParameterName[]
  readonly quantization?: string
  readonly dataCollection?: 'allow' | 'deny'
  readonly isZdr?: boolean
}

/** `fetchedOn` (YYYY-MM-DD) dates a document that does not say its own date. Undefined: it is no catalogue. */
export function decodeCatalogDocument(value: unknown, fetchedOn: string): CatalogDocument | undefined {
  const document = documentSchema.safeParse(value)
  if (!document.success) return undefined
  const { date = fetchedOn, providers = document.data } = document.data
  const known = Object.entries(providers).filter(([, provider]) => providerSchema.safeParse(provider).success)
  return known.length === 0 ? undefined : { date, providers: Object.fromEntries(known) }
}

/** `skippedCount`: of entries that do not fit. */
export type DecodedModels = { readonly models: readonly CatalogModel[]; readonly skippedCount: number }

/** All models of one kind of provider that chat; none where the document does not know the kind. */
export function catalogModelsOf(document: CatalogDocument, kind: string): DecodedModels {
  const provider = [kind, ...(otherNames[kind] ?? [])].map((name) => document.providers[name]).find(isPresent)
  const entries = Object.entries(providerSchema.safeParse(provider).data?.models ?? {})
  const decoded = entries.map(([name, value]) => ({ name, entry: modelSchema.safeParse(value).data }))
  const models = decoded.flatMap(({ name, entry }) => {
    if (entry === undefined) return []
    const { input: inputs, output: outputs } = entry.modalities ?? {}
    return isChatModel({ name, inputs, outputs }) ? [modelOf(kind, name, entry)] : []
  })
  return { models, skippedCount: decoded.filter(({ entry }) => entry === undefined).length }
}

/** How models.dev calls those that are called otherwise here. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  bedrock: ['amazon-bedrock'],
  together: ['togetherai'],
  fireworks: ['fireworks-ai'],
  moonshot: ['moonshotai'],
}

const dateSchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const dollarsSchema = z.number().nonnegative().max(1_000_000)
const rates = {
  input: dollarsSchema,
  output: dollarsSchema,
  cache_read: dollarsSchema.exactOptional(),
  cache_write: dollarsSchema.exactOptional(),
  cache_write_1h: dollarsSchema.exactOptional(),
  reasoning: dollarsSchema.exactOptional(),
} as const
const tokensSchema = z.number().int().positive().max(1_000_000_000)
const longContextSchema = z.object(rates)
const costSchema = z
  .object({
    ...rates,
    tiers: z.array(z.object({ above: tokensSchema, ...rates })).exactOptional(),
    /** As models.dev writes the one tier that there mostly is. */
    context_over_200k: longContextSchema.exactOptional(),
    request: dollarsSchema.exactOptional(),
    image: dollarsSchema.exactOptional(),
  })
  .readonly()

const modelSchema = z.object({
  model: modelIdSchema.exactOptional(),
  name: z.string().exactOptional(),
  cost: costSchema.exactOptional(),
  prices: z.array(z.object({ from: dateSchema.exactOptional(), cost: costSchema }).readonly()).exactOptional(),
  limit: z.object({ context: tokensSchema.exactOptional(), output: tokensSchema.exactOptional() }).exactOptional(),
  modalities: z
    .object({ input: z.array(z.string()).exactOptional(), output: z.array(z.string()).exactOptional() })
    .exactOptional(),
  reasoning: z.boolean().exactOptional(),
  tool_call: z.boolean().exactOptional(),
  temperature: z.boolean().exactOptional(),
  structured_output: z.boolean().exactOptional(),
  quantization: z.string().exactOptional(),
  data_collection: z.enum(['allow', 'deny']).exactOptional(),
  zdr: z.boolean().exactOptional(),
})

const providerSchema = z.object({ models: z.record(z.string(), z.unknown()) })
const documentSchema = z.looseObject({
  date: dateSchema.exactOptional(),
  providers: z.record(z.string(), z.unknown()).exactOptional(),
})

function modelOf(kind: string, upstreamModel: string, entry: z.infer<typeof modelSchema>): CatalogModel {
  const { name, cost, limit, quantization, data_collection, zdr } = entry
  const input = entry.modalities?.input
  return {
    model: entry.model ?? canonicalModelOf(kind, upstreamModel),
    upstreamModel,
    ...(name !== undefined && { name }),
    prices: entry.prices ?? (cost === undefined ? [] : [{ cost }]),
    ...(limit?.context !== undefined && { contextTokens: limit.context }),
    ...(limit?.output !== undefined && { outputTokens: limit.output }),
    ...(input !== undefined && { inputModalities: modalities.filter((one) => input.includes(modalityNames[one])) }),
    lacks: lacksOf(entry),
    ...(quantization !== undefined && { quantization }),
    ...(data_collection !== undefined && { dataCollection: data_collection }),
    ...(zdr !== undefined && { isZdr: zdr }),
  }
}

const modalityNames: Readonly<Record<Modality, string>> = {
  text: 'text',
  image: 'image',
  file: 'pdf',
  audio: 'audio',
  video: 'video',
}

const abilities = [
  ['tool_call', ['tools', 'tool_choice', 'parallel_tool_calls']],
  ['reasoning', ['reasoning']],
  ['temperature', ['temperature', 'top_p', 'top_k']],
  ['structured_output', ['structured_outputs']],
] as const satisfies readonly (readonly [string, readonly ParameterName[]])[]

function lacksOf(entry: z.infer<typeof modelSchema>): readonly ParameterName[] {
  return abilities.flatMap(([flag, names]) => (entry[flag] === false ? names : []))
}

function isPresent(value: unknown): boolean {
  return value !== undefined
}
