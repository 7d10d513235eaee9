/**
 * Prices usage with a rate row: integer nanodollars, rounded up. Products of tokens and rates can pass 2^53, so they are
 * summed as BigInt and divided once.
 */
import type { Endpoint } from '../../../shared/domain/endpoint.ts'
import type { Money, RateRow, RateTier } from '../../../shared/domain/money.ts'
import type { Usage } from '../../../shared/domain/usage.ts'

const tokensPerRate = 1_000_000n
/** A million dollars. No single call costs more: a count or a price is wrong, and the amount is not known. */
const maxNanodollars = 1e15

/**
 * What a provider bills for usage that it reported itself. Unknown without a price or without both counts. `imageCount`: of
 * the input, for prices by the image.
 */
export function priceUsage(
  usage: Usage | undefined,
  endpoint: Pick<Endpoint, 'rates' | 'isPractice'>,
  imageCount = 0,
): Money {
  const { rates } = endpoint
  if (rates === undefined || usage?.inputTokens === undefined || usage.outputTokens === undefined) {
    return { kind: 'unknown' }
  }
  const counted = { ...usage, inputTokens: usage.inputTokens, outputTokens: usage.outputTokens }
  const extra = (rates.nanodollarsPerRequest ?? 0) + imageCount * (rates.nanodollarsPerImage ?? 0)
  const nanodollars = nanodollarsOf(counted, tokenRatesFor(rates, usage.inputTokens)) + extra
  if (nanodollars > maxNanodollars) return { kind: 'unknown' }
  return { kind: endpoint.isPractice ? 'practice' : 'measured', nanodollars }
}

/** What is known of an attempt that ended without the provider's own count of all of it. */
export type EstimatedUsage = {
  readonly likely: Usage
  /** What was used for certain. Missing: perhaps nothing. */
  readonly certain?: Usage
}

/** From what was used for certain to the attempt's bound. */
export function estimateMoney(
  { likely, certain }: EstimatedUsage,
  bound: Money,
  endpoint: Pick<Endpoint, 'rates' | 'isPractice'>,
  imageCount = 0,
): Money {
  const money = priceUsage(likely, endpoint, imageCount)
  if (money.kind !== 'measured') return money
  if (bound.kind !== 'measured') return { kind: 'unknown' }
  const least = certain === undefined ? undefined : priceUsage(certain, endpoint, imageCount)
  const lowNanodollars = least?.kind === 'measured' ? least.nanodollars : 0
  // A provider that breaks its limit has counted more than the bound.
  const highNanodollars = Math.max(lowNanodollars, bound.nanodollars)
  const nanodollars = Math.min(Math.max(money.nanodollars, lowNanodollars), highNanodollars)
  return { kind: 'estimated', nanodollars, lowNanodollars, highNanodollars }
}

type TokenRates = Omit<RateTier, 'aboveInputTokens'>
type CountedUsage = Usage & { readonly inputTokens: number; readonly outputTokens: number }

/** The last tier that the input passes counts for all of it. */
export function tokenRatesFor(rates: RateRow, inputTokens: number): TokenRates {
  return rates.tiers?.findLast((tier) => inputTokens > tier.aboveInputTokens) ?? rates
}

function nanodollarsOf(usage: CountedUsage, rates: TokenRates): number {
  const cached = Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens)
  const written = Math.min(usage.cacheWriteTokens ?? 0, usage.inputTokens - cached)
  const writtenForHour = Math.min(usage.cacheWrite1hTokens ?? 0, written)
  const reasoning = Math.min(usage.reasoningTokens ?? 0, usage.outputTokens)
  const input = rates.inputNanodollarsPerMillionTokens
  const output = rates.outputNanodollarsPerMillionTokens
  const write = rates.cacheWriteNanodollarsPerMillionTokens ?? input
  const total =
    product(usage.inputTokens - cached - written, input) +
    product(cached, rates.cachedInputNanodollarsPerMillionTokens ?? input) +
    product(written - writtenForHour, write) +
    product(writtenForHour, rates.cacheWrite1hNanodollarsPerMillionTokens ?? write) +
    product(usage.outputTokens - reasoning, output) +
    product(reasoning, rates.reasoningNanodollarsPerMillionTokens ?? output)
  return Number((total + tokensPerRate - 1n) / tokensPerRate)
}

function product(tokens: number, nanodollarsPerMillionTokens: number): bigint {
  return BigInt(tokens) * BigInt(nanodollarsPerMillionTokens)
}
