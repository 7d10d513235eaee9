/** The price of a catalogue's model on a day, as an integer row; undefined when none is known. */
import type { RateRow } from '../../../shared/domain/money.ts'
import { nanodollarsOf } from '../quota/declaredPrice.ts'
import type { CatalogCost, CatalogModel } from './catalogDocument.ts'

/** `day`: YYYY-MM-DD, UTC. Before the first of dated prices the first one counts. */
export function catalogRatesOf(
  { prices }: Pick<CatalogModel, 'prices'>,
  day: string,
  source: string,
): RateRow | undefined {
  const begun = prices.filter(({ from }) => from === undefined || from <= day)
  const cost = (begun.at(-1) ?? prices[0])?.cost
  return cost === undefined ? undefined : { ...rowOf(cost), source }
}

function rowOf(cost: CatalogCost): Omit<RateRow, 'source'> {
  const {
    request,
    image,
    context_over_200k: long,
    tiers = long === undefined ? [] : [{ above: 200_000, ...long }],
  } = cost
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

type TokenCost = Pick<CatalogCost, 'input' | 'output' | 'cache_read' | 'cache_write' | 'cache_write_1h' | 'reasoning'>

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
