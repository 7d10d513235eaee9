/**
 * A cost as a catalogue writes it: US dollars for a million tokens, as models.dev does (api.json, 2026-10), with
 * `cache_write_1h`, `request` and `image` of our own. Long inputs stand in `tiers`, as `above` or as models.dev's
 * `tier: {type: "context", size}`, or in its older `context_over_200k`.
 */
import * as z from 'zod'

const dollarsSchema = z.number().nonnegative().max(1_000_000)
const tokensSchema = z.number().int().positive().max(1_000_000_000)
const rates = {
  input: dollarsSchema,
  output: dollarsSchema,
  cache_read: dollarsSchema.exactOptional(),
  cache_write: dollarsSchema.exactOptional(),
  cache_write_1h: dollarsSchema.exactOptional(),
  reasoning: dollarsSchema.exactOptional(),
} as const
const ratesSchema = z.object(rates)
export type TokenCost = z.infer<typeof ratesSchema>

const tierSchema = z
  .object({ above: tokensSchema.exactOptional(), tier: z.object({ size: tokensSchema }).exactOptional(), ...rates })
  .transform(({ above, tier, ...cost }, context) => {
    const from = above ?? tier?.size
    if (from !== undefined) return { above: from, ...cost }
    context.addIssue({ code: 'custom', message: 'expected from how many tokens on' })
    return z.NEVER
  })

export const costSchema = z
  .object({
    ...rates,
    tiers: z.array(tierSchema).exactOptional(),
    context_over_200k: ratesSchema.exactOptional(),
    request: dollarsSchema.exactOptional(),
    image: dollarsSchema.exactOptional(),
  })
  .transform(({ context_over_200k: long, tiers, ...cost }) => ({
    ...cost,
    ...(tiers !== undefined || long !== undefined ? { tiers: tiers ?? tiersOf(long) } : {}),
  }))
  .readonly()
export type CatalogCost = {
  readonly [Name in keyof TokenCost]: TokenCost[Name]
} & {
  readonly tiers?: readonly CostTier[]
  readonly request?: number
  readonly image?: number
}
/** For the whole request, once its input has more tokens than `above`. */
export type CostTier = TokenCost & { readonly above: number }

function tiersOf(long: TokenCost | undefined): CostTier[] {
  return long === undefined ? [] : [{ above: 200_000, ...long }]
}

/**
 * A newer cost, with what the older one said in more detail and the newer does not say. Where the newer price is higher the
 * details rise with it, where it is lower they stay: what is kept may be too high, never too low.
 */
export function costWithDetailsOf(newer: CatalogCost, older: CatalogCost): CatalogCost {
  const inputRatio = ratioOf(newer.input, older.input)
  const outputRatio = ratioOf(newer.output, older.output)
  const scaled = scaledBy(older, inputRatio, outputRatio)
  const { tiers: olderTiers = [] } = older
  const tiers = (
    newer.tiers ?? olderTiers.map((tier) => ({ above: tier.above, ...scaledBy(tier, inputRatio, outputRatio) }))
  ).map((tier) => {
    const same = olderTiers.find(({ above }) => above === tier.above)
    const details = same && scaledBy(same, ratioOf(tier.input, same.input), ratioOf(tier.output, same.output))
    return { ...details, ...tier }
  })
  return {
    ...scaled,
    ...(older.request !== undefined && { request: older.request }),
    ...(older.image !== undefined && { image: older.image }),
    ...newer,
    ...(tiers.length > 0 && { tiers }),
  }
}

const inputNames = ['input', 'cache_read', 'cache_write', 'cache_write_1h'] as const
const outputNames = ['output', 'reasoning'] as const

function scaledBy(cost: TokenCost, inputRatio: number, outputRatio: number): TokenCost {
  const rate = (name: keyof TokenCost, ratio: number) => {
    const value = cost[name]
    return value === undefined ? [] : [[name, value * ratio] as const]
  }
  const all = [
    ...inputNames.flatMap((name) => rate(name, inputRatio)),
    ...outputNames.flatMap((name) => rate(name, outputRatio)),
  ]
  return { input: cost.input * inputRatio, output: cost.output * outputRatio, ...Object.fromEntries(all) }
}

function ratioOf(newer: number, older: number): number {
  return older > 0 ? Math.max(1, newer / older) : 1
}
