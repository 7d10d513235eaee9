/**
 * The balancing that OpenRouter documents (provider routing, 2026-08): the first is drawn with weight 1 / price^2, the
 * rest follow in the order of price. What costs nothing goes first, drawn evenly; what has no known price goes last, as
 * declared.
 */
import type { IntegerRandom } from './integerRandom.ts'
import type { PlannedEndpoint } from './planInput.ts'

/** An endpoint with the price of this request, in nanodollars; undefined when unknown. */
export type Priced = { readonly endpoint: PlannedEndpoint; readonly priceNanodollars: number | undefined }

export function priceWeighted(endpoints: readonly Priced[], random: IntegerRandom): readonly PlannedEndpoint[] {
  const known = sortedByPrice(endpoints.filter(isKnown))
  const free = known.filter(({ priceNanodollars }) => priceNanodollars === 0)
  const priced = known.slice(free.length)
  const firstOfFree = free.length === 0 ? 0 : Math.floor(random.ratio() * free.length)
  const firstOfPriced = drawnIndex(priced.map(weightOf), random)
  const unknown = endpoints.filter((one) => !isKnown(one))
  const ordered: readonly Priced[] = toFront(free, firstOfFree)
  return ordered.concat(toFront(priced, firstOfPriced), unknown).map(({ endpoint }) => endpoint)
}

/** Cheapest first; of the same price by id. */
export function sortedByPrice(endpoints: readonly KnownPrice[]): readonly KnownPrice[] {
  const prices = new Float64Array(endpoints.length)
  const ids: string[] = []
  for (const { endpoint, priceNanodollars } of endpoints) {
    prices[ids.length] = priceNanodollars
    ids.push(endpoint.facts.id)
  }
  return sortedByNumber(endpoints, prices, ids)
}

/**
 * The smallest number first; of the same number by id. The numbers stand apart from their endpoints: hundreds of objects
 * would be fetched again and again.
 */
export function sortedByNumber<Item>(
  items: readonly Item[],
  numbers: Float64Array,
  ids: readonly string[],
): readonly Item[] {
  const order = new Uint32Array(items.length)
  for (let index = 0; index < order.length; index++) order[index] = index
  order.sort((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0) || ((ids[a] ?? '') < (ids[b] ?? '') ? -1 : 1))
  const sorted: Item[] = []
  for (let place = 0; place < order.length; place++) {
    const item = items[order[place] ?? 0]
    if (item !== undefined) sorted.push(item)
  }
  return sorted
}

export type KnownPrice = Priced & { readonly priceNanodollars: number }

export function isKnown(one: Priced): one is KnownPrice {
  return one.priceNanodollars !== undefined
}

/** In dollars: a square of nanodollars would leave the integers that are exact, and its inverse be no number. */
export function weightOf({ priceNanodollars }: KnownPrice): number {
  const dollars = priceNanodollars / 1_000_000_000
  return 1 / (dollars * dollars)
}

/** An index, drawn by weights; 0 for none. */
export function drawnIndex(weights: readonly number[], random: IntegerRandom): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let rest = random.ratio() * total
  for (const [index, weight] of weights.entries()) {
    rest -= weight
    if (rest < 0) return index
  }
  return 0
}

export function toFront<Item>(items: readonly Item[], index: number): readonly Item[] {
  if (index === 0 || index >= items.length) return items
  return items.slice(index, index + 1).concat(items.slice(0, index), items.slice(index + 1))
}
