/**
 * Money: integer nanodollars (1e-9 US dollars), and always one of four kinds. Measured: counted tokens at a known
 * price. Estimated: a likely figure between two bounds. Unknown: no price or no count; never shown as 0. Practice: the
 * pretend money of the practice providers; it is never added to the other three.
 */
import * as z from 'zod'

const nanodollarsSchema = z.number().int().nonnegative()

export const moneySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('measured'), nanodollars: nanodollarsSchema }).readonly(),
  z
    .object({
      kind: z.literal('estimated'),
      /** The likely amount, between the two bounds. */
      nanodollars: nanodollarsSchema,
      lowNanodollars: nanodollarsSchema,
      highNanodollars: nanodollarsSchema,
    })
    .readonly(),
  z.object({ kind: z.literal('unknown') }).readonly(),
  z.object({ kind: z.literal('practice'), nanodollars: nanodollarsSchema }).readonly(),
])
export type Money = z.infer<typeof moneySchema>

/** A sum that keeps the kinds apart. `unknownCount` is how many amounts were unknown. */
export const moneySumSchema = z
  .object({
    measuredNanodollars: nanodollarsSchema,
    estimatedNanodollars: nanodollarsSchema,
    estimatedLowNanodollars: nanodollarsSchema,
    estimatedHighNanodollars: nanodollarsSchema,
    unknownCount: z.number().int().nonnegative(),
    practiceNanodollars: nanodollarsSchema,
  })
  .readonly()
export type MoneySum = z.infer<typeof moneySumSchema>

const tokenRates = {
  inputNanodollarsPerMillionTokens: nanodollarsSchema,
  outputNanodollarsPerMillionTokens: nanodollarsSchema,
  cachedInputNanodollarsPerMillionTokens: nanodollarsSchema.exactOptional(),
  /** Written to a cache that is kept for 5 minutes, or for whatever the provider's own time is. */
  cacheWriteNanodollarsPerMillionTokens: nanodollarsSchema.exactOptional(),
  /** Written to a cache that is kept for an hour. Missing: as the other cache writes. */
  cacheWrite1hNanodollarsPerMillionTokens: nanodollarsSchema.exactOptional(),
  reasoningNanodollarsPerMillionTokens: nanodollarsSchema.exactOptional(),
} as const

/** Rates that count for the whole request once its input has more tokens than this. */
const rateTierSchema = z.object({ aboveInputTokens: z.number().int().nonnegative(), ...tokenRates }).readonly()
export type RateTier = z.infer<typeof rateTierSchema>

/**
 * Prices of one endpoint, each in nanodollars for one million tokens, so that all published prices are integers:
 * $0.0125 per million tokens is 12,500,000. A missing cached or reasoning price means: priced as input or output.
 */
export const rateRowSchema = z
  .object({
    ...tokenRates,
    /** For long inputs, by rising `aboveInputTokens`; the last one that is passed counts. */
    tiers: z.array(rateTierSchema).readonly().exactOptional(),
    /** On top of the tokens. */
    nanodollarsPerRequest: nanodollarsSchema.exactOptional(),
    /** For each image in the input, where they are not counted as tokens. */
    nanodollarsPerImage: nanodollarsSchema.exactOptional(),
    /**
     * Who named the prices, and when: `declared` by the user, `practice`, `local`, `snapshot 2026-11-27` (brought along),
     * `fetched 2026-11-28`, `provider 2026-11-28` (its own list).
     */
    source: z.string(),
  })
  .readonly()
export type RateRow = z.infer<typeof rateRowSchema>
