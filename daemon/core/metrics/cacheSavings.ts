/**
 * What a prompt cache saved: the price of its tokens as ordinary input, less what they cost, in nanodollars rounded down. A
 * provider that takes no less for them saves nothing. Undefined: tokens were read from a cache, but their price is not known.
 */
import type { RateRow } from '../../../shared/domain/money.ts'
import type { Usage } from '../../../shared/domain/usage.ts'
import { tokenRatesFor } from '../quota/price.ts'

const tokensPerRate = 1_000_000n

export function cacheSavingsNanodollars(usage: Usage | undefined, rates: RateRow | undefined): number | undefined {
  const cachedTokens = usage?.cachedInputTokens ?? 0
  if (cachedTokens === 0) return 0
  if (rates === undefined) return undefined
  const row = tokenRatesFor(rates, usage?.inputTokens ?? cachedTokens)
  const input = row.inputNanodollarsPerMillionTokens
  const cached = row.cachedInputNanodollarsPerMillionTokens ?? input
  return cached >= input ? 0 : Number((BigInt(cachedTokens) * BigInt(input - cached)) / tokensPerRate)
}
