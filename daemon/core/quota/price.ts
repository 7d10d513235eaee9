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

/** What an attempt probably cost that ended without the provider's own count: between nothing and its bound. */
export function estimateMoney(
  likely: Usage,
  bound: Money,
  endpoint: Pick<Endpoint, 'rates' | 'isPractice'>,
  imageCount = 0,
): Money {
  const money = priceUsage(likely, endpoint, imageCount)
  if (money.kind !== 'measured' || bound.kind !== 'measured') return money
  return {
    kind: 'estimated',
    nanodollars: Math.min(money.nanodollars, bound.nanodollars),
    lowNanodollars: 0,
    highNanodollars: bound.nanodollars,
  }
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
