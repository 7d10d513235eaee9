/**
 * A catalogue as a document: which provider sells which model, at what price, with what limits. The shape is that of
 * models.dev (api.json, 2026-10), bare or under `providers`, with fields of our own that may be missing: `model` (the
 * canonical id), `cost.cache_write_1h`, `prices` (dated costs), `quantization`, `data_collection`, `zdr`.
 *
 * Only what is read is asked for. A model that does not fit is left out; a document without providers is none. Models are
 * decoded for one kind of provider at a time, because a user has few and a catalogue holds thousands.
 */
import * as z from 'zod'
import { type Modality, modalities } from '../../../shared/domain/endpoint.ts'
import { type ModelId, modelIdSchema } from '../../../shared/domain/ids.ts'
import type { ParameterName } from '../../../shared/domain/parameterName.ts'
import { canonicalModelOf, type ModelNames } from './canonicalModel.ts'
import { type CatalogCost, costSchema } from './catalogCost.ts'
import { isChatModel } from './chatModel.ts'

export type CatalogDocument = {
  /** YYYY-MM-DD. */
  readonly date: string
  readonly providers: Readonly<Record<string, unknown>>
}

/** `from` and `until` (YYYY-MM-DD, UTC) are its first and its last day; missing: since ever, for ever. */
export type DatedCost = { readonly from?: string; readonly until?: string; readonly cost: CatalogCost }

export type CatalogModel = {
  readonly model: ModelId
  /** Its name in the provider's API. */
  readonly upstreamModel: string
  /** Oldest first; of those that hold on a day the last one counts. Empty: the price is unknown. */
  readonly prices: readonly DatedCost[]
  /** Who said the prices, and when (YYYY-MM-DD). */
  readonly priced?: { readonly by: 'snapshot' | 'fetched' | 'provider'; readonly on: string }
  readonly contextTokens?: number
  readonly outputTokens?: number
  readonly inputModalities?: readonly Modality[]
  /** What the model is known to take, or not to take; of what is missing nothing is known. */
  readonly takes: Takes
  readonly quantization?: string
  readonly dataCollection?: 'allow' | 'deny'
  readonly isZdr?: boolean
}
export type Takes = Readonly<Partial<Record<ParameterName, boolean>>>

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
export function catalogModelsOf(document: CatalogDocument, kind: string, names?: () => ModelNames): DecodedModels {
  const decoded = Object.entries(entriesOf(document, kind)).map(([name, value]) => ({
    name,
    entry: modelSchema.safeParse(value).data,
  }))
  const models = decoded.flatMap(({ name, entry }) => {
    if (entry === undefined) return []
    const { input: inputs, output: outputs } = entry.modalities ?? {}
    if (!isChatModel({ name, inputs, outputs })) return []
    return [modelOf(name, entry.model ?? canonicalModelOf(kind, name, names), entry)]
  })
  return { models, skippedCount: decoded.filter(({ entry }) => entry === undefined).length }
}

/** The ids that the document has from OpenRouter, by which the models of others are named. */
export function openrouterIdsOf(document: CatalogDocument): readonly string[] {
  return Object.keys(entriesOf(document, 'openrouter'))
}

function entriesOf(document: CatalogDocument, kind: string): Readonly<Record<string, unknown>> {
  const provider = [kind, ...(otherNames[kind] ?? [])].map((name) => document.providers[name]).find(isPresent)
  return providerSchema.safeParse(provider).data?.models ?? {}
}

/**
 * How models.dev calls those that are called otherwise here. Its `amazon-bedrock` is left out: most of those models answer
 * through Bedrock's Converse API only, and not as the OpenAI-compatible one that is called here.
 */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  together: ['togetherai'],
  fireworks: ['fireworks-ai'],
  moonshot: ['moonshotai'],
}

const dateSchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const tokensSchema = z.number().int().positive().max(1_000_000_000)
const datedCostSchema = z
  .object({ from: dateSchema.exactOptional(), until: dateSchema.exactOptional(), cost: costSchema })
  .readonly()

const modelSchema = z.object({
  model: modelIdSchema.exactOptional(),
  cost: costSchema.exactOptional(),
  prices: z.array(datedCostSchema).exactOptional(),
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

function modelOf(upstreamModel: string, model: ModelId, entry: z.infer<typeof modelSchema>): CatalogModel {
  const { cost, limit, quantization, data_collection, zdr } = entry
  const input = entry.modalities?.input
  return {
    model,
    upstreamModel,
    prices: entry.prices ?? (cost === undefined ? [] : [{ cost }]),
    ...(limit?.context !== undefined && { contextTokens: limit.context }),
    ...(limit?.output !== undefined && { outputTokens: limit.output }),
    ...(input !== undefined && { inputModalities: modalitiesOf(input) }),
    takes: takesOf(entry),
    ...(quantization !== undefined && { quantization }),
    ...(data_collection !== undefined && { dataCollection: data_collection }),
    ...(zdr !== undefined && { isZdr: zdr }),
  }
}

/** In our words; models.dev says `pdf` for what OpenRouter and we call a file. */
export function modalitiesOf(words: readonly string[]): readonly Modality[] {
  return modalities.filter((one) => words.includes(one) || (one === 'file' && words.includes('pdf')))
}

const abilities = [
  ['tool_call', ['tools', 'tool_choice', 'parallel_tool_calls']],
  ['reasoning', ['reasoning']],
  ['temperature', ['temperature', 'top_p', 'top_k']],
  ['structured_output', ['structured_outputs']],
] as const satisfies readonly (readonly [string, readonly ParameterName[]])[]

function takesOf(entry: z.infer<typeof modelSchema>): Takes {
  const said = abilities.flatMap(([flag, names]) => {
    const value = entry[flag]
    return value === undefined ? [] : names.map((name) => [name, value] as const)
  })
  return Object.fromEntries(said)
}

function isPresent(value: unknown): boolean {
  return value !== undefined
}
