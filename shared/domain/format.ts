/**
 * How every client writes money, time, tokens and shares. Pure; the same words in the panel, the status item and the
 * command line. A non-breaking space stands before each unit. Unknown is a word or a count, never an amount, and
 * pretend money of the practice providers is never written as an amount among real ones.
 */
import type { Money, MoneySum } from './money.ts'

/** Decimals by where an amount stands: cards and days 2, one request 4, a price line 5. */
export type MoneyPlace = 'card' | 'request' | 'price'

/** `$2.56`, `~$0.08`, `unknown`, `pretend`; an amount too small for its place is `<$0.0001`, nothing is `$0`. */
export function formatMoney(money: Money, place: MoneyPlace): string {
  switch (money.kind) {
    case 'measured':
      return formatDollars(money.nanodollars, place)
    case 'estimated':
      return about(formatDollars(money.nanodollars, place))
    case 'unknown':
      return 'unknown'
    case 'practice':
      return 'pretend'
  }
}

/**
 * `$2.56`, `~$2.64` with any estimate in it, `~$2.64, 3 unknown`; only unknown amounts are `unknown` or `3 unknown`.
 * Practice is left out of real amounts; a sum of nothing else is `pretend`.
 */
export function formatMoneySum(sum: MoneySum, place: MoneyPlace): string {
  const nanodollars = sum.measuredNanodollars + sum.estimatedNanodollars
  // An estimate may be 0 with a bound above it, and is an estimate all the same.
  const isEstimated = sum.estimatedHighNanodollars > 0
  const isKnown = nanodollars > 0 || isEstimated
  const dollars = formatDollars(nanodollars, place)
  const amount = isEstimated ? about(dollars) : dollars
  if (sum.unknownCount > 0 && isKnown) return `${amount}, ${formatCount(sum.unknownCount)}${nbsp}unknown`
  if (sum.unknownCount > 1) return `${formatCount(sum.unknownCount)}${nbsp}unknown`
  if (sum.unknownCount === 1) return 'unknown'
  return !isKnown && sum.practiceNanodollars > 0 ? 'pretend' : amount
}

/** The bare amount, without its kind: use it only beside a word that says the kind, as in `pretend cost $0.31`. */
export function formatDollars(nanodollars: number, place: MoneyPlace): string {
  if (nanodollars === 0) return '$0'
  const decimals = decimalsOf(place)
  // $1 = 1e9 nanodollars, so the last decimal shown stands for 10^(9 - decimals) of them.
  const units = Math.round(nanodollars / 10 ** (9 - decimals))
  if (units === 0) return `<$${(10 ** -decimals).toFixed(decimals)}`
  const scale = 10 ** decimals
  const fraction = String(units % scale).padStart(decimals, '0')
  return `$${formatCount(Math.floor(units / scale))}.${fraction}`
}

/**
 * `0.42 s`, `21.4 s`, `3 min 5 s`, `2 h 4 min`. Two decimals under a second, else one; with `hundredths` always two
 * under a minute, so that a column of times to first token lines up.
 */
export function formatSeconds(ms: number, precision: 'short' | 'hundredths' = 'short'): string {
  if (ms <= 0) return `0${nbsp}s`
  const hundredths = Math.round(ms / 10)
  if (hundredths === 0) return `<0.01${nbsp}s`
  if (hundredths < 100 || (precision === 'hundredths' && hundredths < 6000)) {
    return `${(hundredths / 100).toFixed(2)}${nbsp}s`
  }
  const tenths = Math.round(ms / 100)
  if (tenths < 600) return `${(tenths / 10).toFixed(1)}${nbsp}s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return twoUnits(Math.floor(seconds / 60), 'min', seconds % 60, 's')
  const minutes = Math.round(ms / 60_000)
  return twoUnits(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
}

/** What is left of a wait, in whole seconds begun: `0 s`, `12 s`, `3 min 5 s`. */
export function formatTimeLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return seconds < 60 ? `${seconds}${nbsp}s` : formatSeconds(seconds * 1000)
}

/** `2,184`; a missing count is `unknown`. */
export function formatTokens(tokens: number | undefined): string {
  return tokens === undefined ? 'unknown' : formatCount(tokens)
}

/** `981`, `2.2 k`, `412 k`, `4.1 M`; a missing count is `unknown`. */
export function formatTokensShort(tokens: number | undefined): string {
  if (tokens === undefined) return 'unknown'
  if (tokens < 1000) return formatCount(tokens)
  // 999.5 thousands and more would be written as 1,000 k.
  if (tokens < 999_500) return `${twoFigures(tokens / 1000)}${nbsp}k`
  return `${twoFigures(tokens / 1_000_000)}${nbsp}M`
}

/** A share between 0 and 1 as percent: `0.8 %`, `12 %`; above nothing but under 0.1 it is `<0.1 %`. */
export function formatRatio(ratio: number): string {
  if (ratio <= 0) return `0${nbsp}%`
  const tenths = Math.round(ratio * 1000)
  if (tenths === 0) return `<0.1${nbsp}%`
  return tenths < 100 ? `${(tenths / 10).toFixed(1)}${nbsp}%` : `${formatCount(Math.round(ratio * 100))}${nbsp}%`
}

/** An integer with a comma before each three digits. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

const nbsp = '\u00a0'

/** `<$0.01` is about already. */
function about(dollars: string): string {
  return dollars.startsWith('<') ? dollars : `~${dollars}`
}

function decimalsOf(place: MoneyPlace): number {
  switch (place) {
    case 'card':
      return 2
    case 'request':
      return 4
    case 'price':
      return 5
  }
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${nbsp}${largeUnit}` : `${large}${nbsp}${largeUnit} ${small}${nbsp}${smallUnit}`
}

/** One decimal under 10, none above. */
function twoFigures(value: number): string {
  const tenths = Math.round(value * 10)
  return tenths < 100 ? (tenths / 10).toFixed(1) : formatCount(Math.round(value))
}
