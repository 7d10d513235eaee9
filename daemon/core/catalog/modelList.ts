/**
 * What a provider's own list of models says: the list of OpenAI's shape (`data` with `id`), Anthropic's (`data` with
 * `display_name`), Gemini's (`models` with `name` and limits), OpenRouter's and GitHub's richer ones. What is not said stays
 * unknown. Sources: those providers' API references, "List models" (2026-10).
 */
import * as z from 'zod'
import { canonicalModelOf } from './canonicalModel.ts'
import type { CatalogModel } from './catalogDocument.ts'
import { isChatModel } from './chatModel.ts'

const tokensSchema = z.number().int().positive().max(1_000_000_000).optional().catch(undefined)
const wordsSchema = z.array(z.string()).optional().catch(undefined)
const entrySchema = z.looseObject({
  id: z.string().min(1).optional().catch(undefined),
  name: z.string().optional().catch(undefined),
  context_length: tokensSchema,
  inputTokenLimit: tokensSchema,
  outputTokenLimit: tokensSchema,
  supportedGenerationMethods: wordsSchema,
  architecture: z
    .looseObject({ input_modalities: wordsSchema, output_modalities: wordsSchema })
    .optional()
    .catch(undefined),
  /** Together's word for what a model does. */
  type: z.string().optional().catch(undefined),
  /** A list in Ollama; Mistral says yes or no by name. */
  capabilities: z
    .union([z.array(z.string()), z.record(z.string(), z.unknown()).transform(namesOfTrue)])
    .optional()
    .catch(undefined),
  details: z
    .looseObject({ family: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
})
const entriesSchema = z.array(z.unknown())
const listSchema = z.union([
  entriesSchema,
  z.looseObject({ data: entriesSchema }).transform(({ data }) => data),
  z.looseObject({ models: entriesSchema }).transform(({ models }) => models),
])

/** Undefined: it is no list of models. Entries that do not fit, and models that do not chat, are left out. */
export function decodeModelList(value: unknown, kind: string): readonly CatalogModel[] | undefined {
  const list = listSchema.safeParse(value)
  if (!list.success) return undefined
  return list.data.flatMap((one) => {
    const entry = entrySchema.safeParse(one)
    return entry.success ? modelOf(entry.data, kind) : []
  })
}

function modelOf(entry: z.infer<typeof entrySchema>, kind: string): readonly CatalogModel[] {
  const { supportedGenerationMethods: methods } = entry
  const upstreamModel = (entry.id ?? entry.name ?? '').replace(/^models\//, '')
  if (upstreamModel === '' || (methods !== undefined && !methods.includes('generateContent'))) return []
  const { input_modalities: inputs, output_modalities: outputs } = entry.architecture ?? {}
  const { type, capabilities, details } = entry
  if (!isChatModel({ name: upstreamModel, inputs, outputs, type, capabilities, family: details?.family })) return []
  const contextTokens = entry.context_length ?? entry.inputTokenLimit
  return [
    {
      model: canonicalModelOf(kind, upstreamModel),
      upstreamModel,
      prices: [],
      lacks: [],
      ...(contextTokens !== undefined && { contextTokens }),
      ...(entry.outputTokenLimit !== undefined && { outputTokens: entry.outputTokenLimit }),
    },
  ]
}

function namesOfTrue(flags: Readonly<Record<string, unknown>>): string[] | undefined {
  const known = Object.entries(flags).filter(([, value]) => typeof value === 'boolean')
  return known.length === 0 ? undefined : known.filter(([, value]) => value === true).map(([name]) => name)
}
