/**
 * Several lists of one provider's models as one. A later layer says more of a model than an earlier one; what it does not
 * say stays, down to the details of a price.
 */
import { costWithDetailsOf } from './catalogCost.ts'
import type { CatalogModel, DatedCost } from './catalogDocument.ts'
import { costOn } from './catalogRates.ts'

export function mergedModels(layers: readonly (readonly CatalogModel[])[]): readonly CatalogModel[] {
  const byName = new Map<string, CatalogModel>()
  for (const model of layers.flat()) {
    const earlier = byName.get(model.upstreamModel)
    byName.set(model.upstreamModel, earlier === undefined ? model : laidOver(earlier, model))
  }
  return [...byName.values()]
}

/** The catalogue's models in their order, each with what only the provider's own list says of it; then the list's others. */
export function filledModels(listed: readonly CatalogModel[], own: readonly CatalogModel[]): readonly CatalogModel[] {
  const byName = new Map(own.map((model) => [model.upstreamModel, model]))
  const names = new Set(listed.map(({ upstreamModel }) => upstreamModel))
  const filled = listed.map((model) => {
    const found = byName.get(model.upstreamModel)
    return found === undefined ? model : { ...laidOver(found, model), model: model.model }
  })
  return [...filled, ...own.filter(({ upstreamModel }) => !names.has(upstreamModel))]
}

function laidOver(earlier: CatalogModel, later: CatalogModel): CatalogModel {
  return {
    ...earlier,
    ...later,
    // A list that knows only names gives the canonical id by rule: the earlier one was looked up.
    model: earlier.model,
    prices: later.prices.length > 0 ? pricesLaidOver(earlier, later) : earlier.prices,
    takes: { ...earlier.takes, ...later.takes },
  }
}

function pricesLaidOver(earlier: CatalogModel, { prices, priced }: CatalogModel): readonly DatedCost[] {
  const saidOn = priced?.on ?? ''
  const detailed = prices.map((one) => {
    const older = costOn(earlier.prices, one.from ?? saidOn)
    return older === undefined ? one : { ...one, cost: costWithDetailsOf(one.cost, older) }
  })
  const isDated = prices.length > 1 || prices.some(({ from, until }) => from !== undefined || until !== undefined)
  // Who says only the price of the day does not take back one that was announced for later.
  const announced = isDated ? [] : earlier.prices.filter(({ from }) => from !== undefined && from > saidOn)
  return [...detailed, ...announced]
}
