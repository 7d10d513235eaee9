/**
 * What a provider's own list of models says: the list of OpenAI's shape (`data` with `id`), Anthropic's (`data` with
 * `display_name`), Gemini's (`models` with `name` and limits), OpenRouter's and GitHub's richer ones. What is not said stays
 * unknown. Sources: those providers' API references, "List models" (2026-10).
 */
import * as z from 'zod'
import { type ParameterName, parameterNames } from '../../../shared/domain/parameterName.ts'
import { canonicalModelOf, type ModelNames } from './canonicalModel.ts'
import { type CatalogModel, modalitiesOf, type Takes } from './catalogDocument.ts'
import { isChatModel } from './chatModel.ts'
import { listPriceOf } from './listPrice.ts'

const tokensSchema = z.number().int().positive().max(1_000_000_000).optional().catch(undefined)
const wordsSchema = z.array(z.string()).optional().catch(undefined)
const wordSchema = z.string().optional().catch(undefined)
const entrySchema = z.looseObject({
  id: z.string().min(1).optional().catch(undefined),
  name: wordSchema,
  /** OpenRouter, Together; Groq; Mistral; vLLM; Gemini; Anthropic. */
  context_length: tokensSchema,
  context_window: tokensSchema,
  max_context_length: tokensSchema,
  max_model_len: tokensSchema,
  inputTokenLimit: tokensSchema,
  max_input_tokens: tokensSchema,
  outputTokenLimit: tokensSchema,
  max_completion_tokens: tokensSchema,
  max_output_tokens: tokensSchema,
  top_provider: z.looseObject({ max_completion_tokens: tokensSchema }).optional().catch(undefined),
  /** GitHub Models. */
  limits: z
    .looseObject({ max_input_tokens: tokensSchema, max_output_tokens: tokensSchema })
    .optional()
    .catch(undefined),
  supported_input_modalities: wordsSchema,
  supported_output_modalities: wordsSchema,
  supportedGenerationMethods: wordsSchema,
  architecture: z
    .looseObject({ input_modalities: wordsSchema, output_modalities: wordsSchema })
    .optional()
    .catch(undefined),
  /** Together's word for what a model does. */
  type: wordSchema,
  /** A list in Ollama; Mistral says yes or no by name. */
  capabilities: z
    .union([z.array(z.string()), z.record(z.string(), z.unknown()).transform(namesOfTrue)])
    .optional()
    .catch(undefined),
  details: z.looseObject({ family: wordSchema }).optional().catch(undefined),
  pricing: z.unknown().optional(),
  supported_parameters: wordsSchema,
})
type Entry = z.infer<typeof entrySchema>
const entriesSchema = z.array(z.unknown())
const listSchema = z.union([
  entriesSchema,
  z.looseObject({ data: entriesSchema }).transform(({ data }) => data),
  z.looseObject({ models: entriesSchema }).transform(({ models }) => models),
])

export type ListReader = {
  /** Of the provider. */
  readonly kind: string
  /** UTC, YYYY-MM-DD. */
  readonly day: string
  readonly names?: () => ModelNames
}

/** Undefined: it is no list of models. Entries that do not fit, and models that do not chat, are left out. */
export function decodeModelList(value: unknown, reader: ListReader): readonly CatalogModel[] | undefined {
  const list = listSchema.safeParse(value)
  if (!list.success) return undefined
  return list.data.flatMap((one) => {
    const entry = entrySchema.safeParse(one)
    return entry.success ? modelOf(entry.data, reader) : []
  })
}

function modelOf(entry: Entry, { kind, day, names }: ListReader): readonly CatalogModel[] {
  const { supportedGenerationMethods: methods } = entry
  const upstreamModel = (entry.id ?? entry.name ?? '').replace(/^models\//, '')
  if (upstreamModel === '' || (methods !== undefined && !methods.includes('generateContent'))) return []
  const inputs = entry.architecture?.input_modalities ?? entry.supported_input_modalities
  const outputs = entry.architecture?.output_modalities ?? entry.supported_output_modalities
  const { type, capabilities, details } = entry
  if (!isChatModel({ name: upstreamModel, inputs, outputs, type, capabilities, family: details?.family })) return []
  const contextTokens = contextTokensOf(entry)
  const outputTokens = outputTokensOf(entry)
  // Only of OpenRouter's fields it is written what they mean and that they are whole.
  const isRich = kind === 'openrouter'
  const cost = isRich ? listPriceOf(upstreamModel, entry.pricing) : undefined
  return [
    {
      model: canonicalModelOf(kind, upstreamModel, names),
      upstreamModel,
      prices: cost === undefined ? [] : [{ cost }],
      ...(cost !== undefined && { priced: { by: 'provider', on: day } }),
      takes: isRich ? takesOf(entry.supported_parameters ?? []) : {},
      ...(inputs !== undefined && { inputModalities: modalitiesOf(inputs) }),
      ...(contextTokens !== undefined && { contextTokens }),
      ...(outputTokens !== undefined && { outputTokens }),
    },
  ]
}

function contextTokensOf(entry: Entry): number | undefined {
  const { context_length, context_window, max_context_length, max_model_len, inputTokenLimit, max_input_tokens } = entry
  const said = [context_length, context_window, max_context_length, max_model_len, inputTokenLimit, max_input_tokens]
  return [...said, entry.limits?.max_input_tokens].find((tokens) => tokens !== undefined)
}

function outputTokensOf(entry: Entry): number | undefined {
  const { outputTokenLimit, max_completion_tokens, max_output_tokens, top_provider, limits } = entry
  const said = [outputTokenLimit, max_completion_tokens, max_output_tokens]
  return [...said, top_provider?.max_completion_tokens, limits?.max_output_tokens].find((one) => one !== undefined)
}

/** An empty list says nothing. Every model takes a limit of its answer, whether it is listed or not. */
function takesOf(listed: readonly string[]): Takes {
  if (listed.length === 0) return {}
  const names: readonly ParameterName[] = parameterNames.filter((name) => name !== 'max_tokens')
  return Object.fromEntries(names.map((name) => [name, listed.includes(name)]))
}

function namesOfTrue(flags: Readonly<Record<string, unknown>>): string[] | undefined {
  const known = Object.entries(flags).filter(([, value]) => typeof value === 'boolean')
  return known.length === 0 ? undefined : known.filter(([, value]) => value === true).map(([name]) => name)
}
