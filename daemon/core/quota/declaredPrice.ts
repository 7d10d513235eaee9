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

/** From the decimal digits, not through a float: 0.07 dollars are exactly 70,000,000 nanodollars. Digits may have an exponent. */
export function nanodollarsOf(dollars: number | string): number {
  const [whole = '0', fraction = ''] = decimalText(dollars).split('.')
  const digits = fraction.padEnd(9, '0')
  const rest = /[1-9]/.test(digits.slice(9)) ? 1 : 0
  return Number(whole) * 1_000_000_000 + Number(digits.slice(0, 9)) + rest
}

/** Very small and very large numbers print as 1.5e-7. The point is moved among the digits. */
function decimalText(dollars: number | string): string {
  const [mantissa = '', exponent] = String(dollars).toLowerCase().split('e')
  if (exponent === undefined) return mantissa
  const [whole = '', fraction = ''] = mantissa.split('.')
  const digits = whole + fraction
  const at = whole.length + Number(exponent)
  if (at <= 0) return `0.${'0'.repeat(Math.min(-at, mostZeros))}${digits}`
  const padded = digits.padEnd(Math.min(at, mostZeros), '0')
  return `${padded.slice(0, at)}.${padded.slice(at)}`
}

/** Behind more of them there is nothing that counts, whatever the exponent. */
const mostZeros = 400
