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
  const { listed, hits, misses } = partsOf(eligible, input, options)
  const endpoints = [...listed]
  for (const part of hits) endpoints.push(...orderedPart(part, input, options.random))
  for (const part of misses) endpoints.push(...orderedPart(part, input, options.random))
  return { orderedBy: listed.length > 0 ? 'order' : hits[0].by, endpoints }
}

/** Endpoints that are compared with one another; in the order in which they came. */
export type Part = {
  readonly by: SortMeasure | Strategy
  readonly endpoints: readonly PlannedEndpoint[]
  /** Goes first, whatever is drawn. */
  readonly held?: PlannedEndpoint
}

/** One part after the other; a part may be empty. */
export type Parts = {
  readonly listed: readonly PlannedEndpoint[]
  readonly hits: readonly [Part, ...Part[]]
  readonly misses: readonly Part[]
}

export function partsOf(
  eligible: readonly PlannedEndpoint[],
  input: PlanInput,
  options: Pick<OrderOptions, 'sort' | 'sticky'>,
): Parts {
  const { preferences } = input
  const listed = listedOf(eligible, preferences.order)
  const others = listed.length === 0 ? eligible : eligible.filter((endpoint) => !listed.includes(endpoint))
  const sort = options.sort ?? sortMeasureOf(preferences)
  const comparable = (some: readonly PlannedEndpoint[]): readonly [Part, ...Part[]] =>
    sort === undefined ? byStability(some, input, options.sticky) : [{ by: sort, endpoints: some }]
  const { hits, misses } = splitByPreferred(others, preferences)
  return { listed, hits: comparable(hits), misses: misses.length === 0 ? [] : comparable(misses) }
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

function byStability(
  endpoints: readonly PlannedEndpoint[],
  input: PlanInput,
  sticky: string | undefined,
): readonly [Part, Part] {
  const stable: PlannedEndpoint[] = []
  const unstable: PlannedEndpoint[] = []
  for (const endpoint of endpoints) {
    const isStable = endpoint.standing.unstableUntilMs <= input.nowMs
    if (isStable) stable.push(endpoint)
    else unstable.push(endpoint)
  }
  const by = strategyFor(stable, input)
  const held = stable.find(({ facts }) => facts.id === sticky)
  // Only where reading from the cache is cheaper: else it gains nothing.
  const isHeld = held !== undefined && isCacheCheaper(held)
  return [
    { by, endpoints: stable, ...(isHeld && { held }) },
    { by, endpoints: unstable },
  ]
}

function orderedPart(
  { by, endpoints, held }: Part,
  input: PlanInput,
  random: IntegerRandom,
): readonly PlannedEndpoint[] {
  if (by !== 'adaptive' && by !== 'price-weighted') return sortedBy(by, endpoints, input)
  const ordered =
    by === 'adaptive' ? adaptive(endpoints, input.needs, random) : priceWeighted(pricedOf(endpoints, input), random)
  return held === undefined ? ordered : [held, ...ordered.filter((endpoint) => endpoint !== held)]
}

export function isCacheCheaper({ facts }: PlannedEndpoint): boolean {
  const { cachedReadNanodollars, promptNanodollars } = facts
  return cachedReadNanodollars !== undefined && cachedReadNanodollars < (promptNanodollars ?? 0)
}

function sortedBy(
  sort: SortMeasure,
  endpoints: readonly PlannedEndpoint[],
  input: PlanInput,
): readonly PlannedEndpoint[] {
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
  return [...sorted, ...unknown]
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
