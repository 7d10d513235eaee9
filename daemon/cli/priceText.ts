/** A price as a person reads it: US dollars for a million tokens, in and out. Pure. */
import type { RateRow } from '../../shared/domain/money.ts'

/** `$3 / $15`, `no cost`, or `unknown`. */
export function priceText(rates: RateRow | undefined): string {
  if (rates === undefined) return 'unknown'
  const { inputNanodollarsPerMillionTokens: input, outputNanodollarsPerMillionTokens: output } = rates
  return input === 0 && output === 0 ? 'no cost' : `${dollarsText(input)} / ${dollarsText(output)}`
}

/** All of a row, one part a line. */
export function priceLines(rates: RateRow): readonly string[] {
  const row = (name: string, nanodollars: number | undefined) =>
    nanodollars === undefined ? [] : [`${name} ${dollarsText(nanodollars)}`]
  return [
    [
      ...row('in', rates.inputNanodollarsPerMillionTokens),
      ...row('out', rates.outputNanodollarsPerMillionTokens),
      ...row('cached', rates.cachedInputNanodollarsPerMillionTokens),
      ...row('cache write', rates.cacheWriteNanodollarsPerMillionTokens),
      ...row('for an hour', rates.cacheWrite1hNanodollarsPerMillionTokens),
      ...row('reasoning', rates.reasoningNanodollarsPerMillionTokens),
      ...row('each request', rates.nanodollarsPerRequest),
      ...row('each image', rates.nanodollarsPerImage),
    ].join(', '),
    ...(rates.tiers ?? []).map((tier) => {
      const tokens = tier.aboveInputTokens.toLocaleString('en-US')
      return `above ${tokens} tokens of input: ${priceText({ ...tier, source: '' })}`
    }),
  ]
}

/** As many digits as the price has, at least what cents need. */
export function dollarsText(nanodollars: number): string {
  const dollars = nanodollars / 1e9
  if (dollars === 0) return '$0'
  const digits = String(dollars).includes('e') ? dollars.toFixed(9) : String(dollars)
  const [whole = '0', fraction = ''] = digits.split('.')
  return fraction === '' ? `$${whole}` : `$${whole}.${fraction.padEnd(2, '0').slice(0, 6)}`
}
