/**
 * What a provider's own list of models says: the list of OpenAI's shape (`data` with `id`), Anthropic's (`data` with
 * `display_name`), Gemini's (`models` with `name` and limits), OpenRouter's and GitHub's richer ones. What is not said stays
 * unknown. Sources: those providers' API references, "List models" (2026-10).
 */
import * as z from 'zod'
import { canonicalModelOf } from './canonicalModel.ts'
import type { CatalogModel } from './catalogDocument.ts'

const tokensSchema = z.number().int().positive().max(1_000_000_000).optional().catch(undefined)
const entrySchema = z.looseObject({
  id: z.string().min(1).optional().catch(undefined),
  name: z.string().optional().catch(undefined),
  context_length: tokensSchema,
  inputTokenLimit: tokensSchema,
  outputTokenLimit: tokensSchema,
  supportedGenerationMethods: z.array(z.string()).optional().catch(undefined),
})
const entriesSchema = z.array(z.unknown())
const listSchema = z.union([
  entriesSchema,
  z.looseObject({ data: entriesSchema }).transform(({ data }) => data),
  z.looseObject({ models: entriesSchema }).transform(({ models }) => models),
])

/** Undefined: it is no list of models. Entries that do not fit are left out. */
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
