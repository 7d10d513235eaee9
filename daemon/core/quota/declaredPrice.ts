/** A price as people write it, US dollars per million tokens, to integer nanodollars; more digits are rounded up. */

import type { DeclaredPrice } from '../../../shared/domain/declaredModel.ts'
import type { RateRow } from '../../../shared/domain/money.ts'

export function rateRowOf(price: DeclaredPrice, source: string): RateRow {
  const { tiers = [], request, image } = price
  return {
    ...tokenRatesOf(price),
    ...(tiers.length > 0 && {
      tiers: [...tiers]
        .sort((a, b) => a.aboveInputTokens - b.aboveInputTokens)
        .map((tier) => ({ aboveInputTokens: tier.aboveInputTokens, ...tokenRatesOf(tier) })),
    }),
    ...(request !== undefined && { nanodollarsPerRequest: nanodollarsOf(request) }),
    ...(image !== undefined && { nanodollarsPerImage: nanodollarsOf(image) }),
    source,
  }
}

function tokenRatesOf(price: Omit<DeclaredPrice, 'tiers' | 'request' | 'image'>) {
  const { cachedInput, cacheWrite, cacheWrite1h, reasoning } = price
  return {
    inputNanodollarsPerMillionTokens: nanodollarsOf(price.input),
    outputNanodollarsPerMillionTokens: nanodollarsOf(price.output),
    ...(cachedInput !== undefined && { cachedInputNanodollarsPerMillionTokens: nanodollarsOf(cachedInput) }),
    ...(cacheWrite !== undefined && { cacheWriteNanodollarsPerMillionTokens: nanodollarsOf(cacheWrite) }),
    ...(cacheWrite1h !== undefined && { cacheWrite1hNanodollarsPerMillionTokens: nanodollarsOf(cacheWrite1h) }),
    ...(reasoning !== undefined && { reasoningNanodollarsPerMillionTokens: nanodollarsOf(reasoning) }),
  }
}

/** From the decimal digits, not through a float: 0.07 dollars are exactly 70,000,000 nanodollars. */
export function nanodollarsOf(dollars: number | string): number {
  const [whole = '0', fraction = ''] = decimalText(dollars).split('.')
  const digits = fraction.padEnd(9, '0')
  const rest = /[1-9]/.test(digits.slice(9)) ? 1 : 0
  return Number(whole) * 1_000_000_000 + Number(digits.slice(0, 9)) + rest
}

function decimalText(dollars: number | string): string {
  if (typeof dollars === 'string') return dollars
  const text = String(dollars)
  // Very small numbers print as 1e-7.
  return text.includes('e') ? dollars.toFixed(20) : text
}
