/** The price of a catalogue's model on a day, as an integer row; undefined when none is known. */
import type { RateRow } from '../../../shared/domain/money.ts'
import { nanodollarsOf } from '../quota/declaredPrice.ts'
import type { CatalogCost, TokenCost } from './catalogCost.ts'
import type { CatalogModel, DatedCost } from './catalogDocument.ts'

/** `day`: YYYY-MM-DD, UTC. The row's source says who named the price and when. */
export function catalogRatesOf(
  { prices, priced }: Pick<CatalogModel, 'prices' | 'priced'>,
  day: string,
): RateRow | undefined {
  const cost = costOn(prices, day)
  const source = priced === undefined ? 'catalogue' : `${priced.by} ${priced.on}`
  return cost === undefined ? undefined : { ...rowOf(cost), source }
}

/**
 * The last of those that hold on the day; before all of them the first. Undefined when there is none, or when the last one
 * that is known has ended: what holds since then is unknown.
 */
export function costOn(prices: readonly DatedCost[], day: string): CatalogCost | undefined {
  const begun = prices.filter(({ from }) => from === undefined || from <= day)
  if (begun.length === 0) return prices[0]?.cost
  return begun.filter(({ until }) => until === undefined || day <= until).at(-1)?.cost
}

function rowOf(cost: CatalogCost): Omit<RateRow, 'source'> {
  const { request, image, tiers = [] } = cost
  return {
    ...tokenRatesOf(cost),
    ...(tiers.length > 0 && {
      tiers: [...tiers]
        .sort((a, b) => a.above - b.above)
        .map((tier) => ({ aboveInputTokens: tier.above, ...tokenRatesOf(tier) })),
    }),
    ...(request !== undefined && { nanodollarsPerRequest: nanodollarsOf(request) }),
    ...(image !== undefined && { nanodollarsPerImage: nanodollarsOf(image) }),
  }
}

function tokenRatesOf({ input, output, cache_read, cache_write, cache_write_1h, reasoning }: TokenCost) {
  return {
    inputNanodollarsPerMillionTokens: nanodollarsOf(input),
    outputNanodollarsPerMillionTokens: nanodollarsOf(output),
    ...(cache_read !== undefined && { cachedInputNanodollarsPerMillionTokens: nanodollarsOf(cache_read) }),
    ...(cache_write !== undefined && { cacheWriteNanodollarsPerMillionTokens: nanodollarsOf(cache_write) }),
    ...(cache_write_1h !== undefined && { cacheWrite1hNanodollarsPerMillionTokens: nanodollarsOf(cache_write_1h) }),
    ...(reasoning !== undefined && { reasoningNanodollarsPerMillionTokens: nanodollarsOf(reasoning) }),
  }
}
