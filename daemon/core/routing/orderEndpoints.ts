/**
 * Orders the endpoints that may take a request. As OpenRouter documents it (provider routing, 2026-08): the listed
 * providers first; a `sort` is plain; else stable ones are balanced, and those with a significant outage follow. Misses
 * of a preferred latency or throughput move to the end and are never dropped.
 *
 * Decided where those documents are silent: among equals by endpoint id; what was not measured or has no known price
 * follows what has, as declared; fewer than five samples say nothing about a percentile.
 */
import type { ProviderId } from '../../../shared/domain/ids.ts'
import type {
  PreferredPercentiles,
  ProviderPreferences,
  SortMeasure,
  Strategy,
} from '../../../shared/domain/profile.ts'
import type { PlanOrder } from '../../../shared/domain/routePlan.ts'
import { adaptive, hasAdaptiveData } from './adaptive.ts'
import { blendedPriceOf, expectedOutputTokensOf } from './blendedPrice.ts'
import type { IntegerRandom } from './integerRandom.ts'
import type { Percentiles, PlanInput, PlannedEndpoint } from './planInput.ts'
import { type Priced, priceWeighted } from './priceWeighted.ts'

export type Ordered = { readonly orderedBy: PlanOrder; readonly endpoints: readonly PlannedEndpoint[] }

export type OrderOptions = {
  /** Of a variant; stronger than the preferences. */
  readonly sort: SortMeasure | undefined
  readonly sticky: string | undefined
  readonly random: IntegerRandom
}

export function orderEndpoints(eligible: readonly PlannedEndpoint[], input: PlanInput, options: OrderOptions): Ordered {
  const { preferences } = input
  const listed = listedOf(eligible, preferences.order)
  const others = listed.length === 0 ? eligible : eligible.filter((endpoint) => !listed.includes(endpoint))
  const sort = options.sort ?? sortMeasureOf(preferences)
  const orderOf = (some: readonly PlannedEndpoint[]) =>
    sort === undefined ? balanced(some, input, options) : sortedBy(sort, some, input)
  const { hits, misses } = splitByPreferred(others, preferences)
  const first = orderOf(hits)
  const last = misses.length === 0 ? misses : orderOf(misses).endpoints
  const endpoints = listed.concat(first.endpoints, last)
  return { orderedBy: listed.length > 0 ? 'order' : first.orderedBy, endpoints }
}

export function sortMeasureOf({ sort }: ProviderPreferences): SortMeasure | undefined {
  return typeof sort === 'object' ? sort.by : sort
}

export function strategyFor(endpoints: readonly PlannedEndpoint[], input: PlanInput): Strategy {
  return input.strategy ?? (hasAdaptiveData(endpoints) ? 'adaptive' : 'price-weighted')
}

export function pricedOf(endpoints: readonly PlannedEndpoint[], { needs }: PlanInput): readonly Priced[] {
  return endpoints.map((endpoint) => ({
    endpoint,
    priceNanodollars: blendedPriceOf(endpoint.facts, expectedOutputTokensOf(needs), needs.inputTokens),
  }))
}

/** The listed providers' endpoints, in the order of the list. */
function listedOf(
  endpoints: readonly PlannedEndpoint[],
  order: readonly ProviderId[] | undefined,
): readonly PlannedEndpoint[] {
  if (order === undefined || order.length === 0) return []
  return [...new Set(order)].flatMap((provider) => endpoints.filter(({ facts }) => facts.provider === provider))
}

function balanced(endpoints: readonly PlannedEndpoint[], input: PlanInput, options: OrderOptions): Ordered {
  const stable: PlannedEndpoint[] = []
  const unstable: PlannedEndpoint[] = []
  for (const endpoint of endpoints) {
    const isStable = endpoint.standing.unstableUntilMs <= input.nowMs
    if (isStable) stable.push(endpoint)
    else unstable.push(endpoint)
  }
  const strategy = strategyFor(stable, input)
  const byStrategy = (some: readonly PlannedEndpoint[]) =>
    strategy === 'adaptive'
      ? adaptive(some, input.needs, options.random)
      : priceWeighted(pricedOf(some, input), options.random)
  return {
    orderedBy: strategy,
    endpoints: stickyFirst(byStrategy(stable), options.sticky).concat(byStrategy(unstable)),
  }
}

/** Only where reading from the cache is cheaper: else it gains nothing. */
function stickyFirst(endpoints: readonly PlannedEndpoint[], sticky: string | undefined): readonly PlannedEndpoint[] {
  const held = endpoints.find(({ facts }) => facts.id === sticky)
  if (held === undefined || !isCacheCheaper(held)) return endpoints
  return [held, ...endpoints.filter((endpoint) => endpoint !== held)]
}

export function isCacheCheaper({ facts }: PlannedEndpoint): boolean {
  const { cachedReadNanodollars, promptNanodollars } = facts
  return cachedReadNanodollars !== undefined && cachedReadNanodollars < (promptNanodollars ?? 0)
}

function sortedBy(sort: SortMeasure, endpoints: readonly PlannedEndpoint[], input: PlanInput): Ordered {
  const values = new Map(
    sort === 'price'
      ? pricedOf(endpoints, input).map(({ endpoint, priceNanodollars }) => [endpoint, priceNanodollars])
      : endpoints.map((endpoint) => [endpoint, speedValueOf(sort, endpoint)]),
  )
  const known = endpoints.filter((endpoint) => values.get(endpoint) !== undefined)
  const sorted = [...known].sort(
    (a, b) => (values.get(a) ?? 0) - (values.get(b) ?? 0) || (a.facts.id < b.facts.id ? -1 : 1),
  )
  const unknown = endpoints.filter((endpoint) => values.get(endpoint) === undefined)
  return { orderedBy: sort, endpoints: [...sorted, ...unknown] }
}

/** Smaller is better. */
function speedValueOf(sort: 'throughput' | 'latency', { standing }: PlannedEndpoint): number | undefined {
  if (sort === 'latency') return standing.latency?.p50
  return standing.throughput === undefined ? undefined : -standing.throughput.p50
}

const leastSamples = 5

type Split = { readonly hits: readonly PlannedEndpoint[]; readonly misses: readonly PlannedEndpoint[] }

/** Before they are put in order, so that the balancing is among those that do what is preferred. */
function splitByPreferred(endpoints: readonly PlannedEndpoint[], preferences: ProviderPreferences): Split {
  const maxLatency = limitsOf(preferences.preferred_max_latency)
  const minThroughput = limitsOf(preferences.preferred_min_throughput)
  if (maxLatency.length === 0 && minThroughput.length === 0) return { hits: endpoints, misses: [] }
  const hits: PlannedEndpoint[] = []
  const misses: PlannedEndpoint[] = []
  for (const endpoint of endpoints) {
    const { latency, throughput } = endpoint.standing
    const isMiss = isAnyAbove(latency, maxLatency) || isAnyBelow(throughput, minThroughput)
    if (isMiss) misses.push(endpoint)
    else hits.push(endpoint)
  }
  return { hits, misses }
}

type Limit = { readonly name: 'p50' | 'p75' | 'p90' | 'p99'; readonly value: number }

function limitsOf(preferred: PreferredPercentiles | undefined): readonly Limit[] {
  if (preferred === undefined) return []
  if (typeof preferred === 'number') return [{ name: 'p50', value: preferred }]
  return (['p50', 'p75', 'p90', 'p99'] as const).flatMap((name) => {
    const value = preferred[name]
    return value === undefined ? [] : [{ name, value }]
  })
}

/** Preferred in seconds, measured in milliseconds. */
function isAnyAbove(measured: Percentiles | undefined, limits: readonly Limit[]): boolean {
  if (measured === undefined || measured.count < leastSamples) return false
  for (const { name, value } of limits) if (measured[name] > value * 1_000) return true
  return false
}

function isAnyBelow(measured: Percentiles | undefined, limits: readonly Limit[]): boolean {
  if (measured === undefined || measured.count < leastSamples) return false
  for (const { name, value } of limits) if (measured[name] < value) return true
  return false
}
