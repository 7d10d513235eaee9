/** A model of a provider as the user declares it in config.json. */
import * as z from 'zod'
import { modelIdSchema } from './ids.ts'

/** US dollars per million tokens, as a decimal number or numeric string. */
const dollarsSchema = z.union([
  z.number().nonnegative(),
  z.string().regex(/^\d+(\.\d+)?$/, 'expected a decimal number'),
])

const declaredPriceSchema = z
  .object({
    input: dollarsSchema,
    output: dollarsSchema,
    cachedInput: dollarsSchema.exactOptional(),
    cacheWrite: dollarsSchema.exactOptional(),
    reasoning: dollarsSchema.exactOptional(),
  })
  .readonly()
export type DeclaredPrice = z.infer<typeof declaredPriceSchema>

export const declaredModelSchema = z
  .object({
    /** What the rest of Waybill calls it. */
    model: modelIdSchema,
    /** Its name in the provider's API; default: the model's slug, or the whole id where the provider wants it. */
    name: z.string().min(1).exactOptional(),
    /** Missing: the price is unknown. */
    price: declaredPriceSchema.exactOptional(),
    /** Input and output together. */
    contextTokens: z.number().int().positive().exactOptional(),
    outputTokens: z.number().int().positive().exactOptional(),
  })
  .readonly()
export type DeclaredModel = z.infer<typeof declaredModelSchema>
