/**
 * A price as OpenRouter's list of models writes it: decimal strings of US dollars for one token, one request, one image; -1
 * where it depends on the model that its own router chooses. Source: openrouter.ai/docs, "List available models" (2026-10).
 */
import * as z from 'zod'
import type { CatalogCost } from './catalogCost.ts'

const dollarsSchema = z
  .string()
  .regex(/^\d+(?:\.\d+)?(?:e-?\d+)?$/)
  .transform(Number)
  .optional()
  .catch(undefined)
const pricingSchema = z.looseObject({
  prompt: dollarsSchema,
  completion: dollarsSchema,
  input_cache_read: dollarsSchema,
  input_cache_write: dollarsSchema,
  internal_reasoning: dollarsSchema,
  request: dollarsSchema,
  image: dollarsSchema,
})

/** Undefined: the price is unknown. What costs nothing says so in its name; of other models 0 only means that. */
export function listPriceOf(model: string, value: unknown): CatalogCost | undefined {
  const pricing = pricingSchema.safeParse(value).data
  if (pricing?.prompt === undefined || pricing.completion === undefined) return undefined
  if (pricing.prompt === 0 && pricing.completion === 0 && !model.endsWith(':free')) return undefined
  return {
    input: perMillion(pricing.prompt),
    output: perMillion(pricing.completion),
    ...unlessZero('cache_read', pricing.input_cache_read, perMillion),
    ...unlessZero('cache_write', pricing.input_cache_write, perMillion),
    ...unlessZero('reasoning', pricing.internal_reasoning, perMillion),
    ...unlessZero('request', pricing.request, (dollars) => dollars),
    ...unlessZero('image', pricing.image, (dollars) => dollars),
  }
}

/** 0 stands for "not priced by itself". */
function unlessZero(name: string, dollars: number | undefined, of: (dollars: number) => number): object {
  return dollars === undefined || dollars === 0 ? {} : { [name]: of(dollars) }
}

/** Nine decimal places, which is a nanodollar, and no rest of binary fractions. */
function perMillion(dollars: number): number {
  return Number((dollars * 1_000_000).toFixed(9))
}
