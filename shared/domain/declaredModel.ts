/** A model of a provider as the user declares it in config.json. */
import * as z from 'zod'
import { modalities } from './endpoint.ts'
import { modelIdSchema } from './ids.ts'
import { parameterNameSchema } from './parameterName.ts'
import { timeoutsSchema } from './profile.ts'

/** Beyond any price there is, and small enough that its nanodollars are exact. */
const mostDollars = 1_000_000
const dollarsWords = 'expected a number of dollars from 0 to 1,000,000, such as 0.25 or "0.25"'

/** US dollars per million tokens, as a decimal number or numeric string. */
const dollarsSchema = z.union([
  z.number().nonnegative(dollarsWords).max(mostDollars, dollarsWords),
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, dollarsWords)
    .refine((text) => Number(text) <= mostDollars, dollarsWords),
])

/** Beyond any model there is. */
const mostTokens = 1_000_000_000
const tokensWords = 'expected a whole number from 1 to 1,000,000,000'
const tokensSchema = z.number().int(tokensWords).positive(tokensWords).max(mostTokens, tokensWords)

const tokenPrices = {
  input: dollarsSchema,
  output: dollarsSchema,
  cachedInput: dollarsSchema.exactOptional(),
  /** Kept for 5 minutes, and for an hour. */
  cacheWrite: dollarsSchema.exactOptional(),
  cacheWrite1h: dollarsSchema.exactOptional(),
  reasoning: dollarsSchema.exactOptional(),
} as const

const declaredPriceSchema = z
  .object({
    ...tokenPrices,
    /** For the whole request once its input has more tokens than this. */
    tiers: z
      .array(z.object({ aboveInputTokens: tokensSchema, ...tokenPrices }).readonly())
      .readonly()
      .exactOptional(),
    /** US dollars for each request, and for each image in it. */
    request: dollarsSchema.exactOptional(),
    image: dollarsSchema.exactOptional(),
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
    contextTokens: tokensSchema.exactOptional(),
    outputTokens: tokensSchema.exactOptional(),
    inputModalities: z.array(z.enum(modalities)).readonly().exactOptional(),
    /** All that it takes, in OpenRouter's names; missing: what the catalogue and the kind of provider say. */
    supportedParameters: z.array(parameterNameSchema).readonly().exactOptional(),
    /** Such as `fp8`. */
    quantization: z.string().exactOptional(),
    dataCollection: z.enum(['allow', 'deny']).exactOptional(),
    isZdr: z.boolean().exactOptional(),
    /** Over those of its provider. */
    timeouts: timeoutsSchema.exactOptional(),
  })
  .readonly()
export type DeclaredModel = z.infer<typeof declaredModelSchema>
