/** The numbers behind a plan's order, made only when somebody asks why. */

import type { CandidateScore } from '../../../shared/domain/explanation.ts'
import type { EndpointId } from '../../../shared/domain/ids.ts'
import type { RoutePlan } from '../../../shared/domain/routePlan.ts'
import { effectiveCostsOf } from './adaptive.ts'
import { type Part, type Parts, partsOf, pricedOf } from './orderEndpoints.ts'
import type { PlanInput, PlannedEndpoint } from './planInput.ts'
import { isMixed } from './planRoute.ts'
import { isKnown, type Priced, weightOf } from './priceWeighted.ts'

/** Those that were ordered together: of one model, or of all. */
export type Pool = Parts & { readonly endpoints: readonly PlannedEndpoint[] }

/** Only those with a candidate, in the plan's order. */
export function poolsOf(input: PlanInput, plan: RoutePlan): readonly Pool[] {
  const eligible = new Set<EndpointId>(plan.candidates)
  // With fallbacks off, all were ordered before all but the first were left out.
  for (const { endpoint, reason } of plan.rejected) if (reason === 'fallbacks-off') eligible.add(endpoint)
  const models = isMixed(input)
    ? [{ endpoints: input.models.flatMap(({ endpoints }) => endpoints), sort: undefined, sticky: undefined }]
    : input.models
  return models.flatMap(({ endpoints, sort, sticky }) => {
    const some = endpoints.filter(({ facts }) => eligible.has(facts.id))
    return some.length === 0 ? [] : [{ endpoints: some, ...partsOf(some, input, { sort, sticky }) }]
  })
}

/** One for each candidate, in the plan's order. */
export function scoresOf(input: PlanInput, plan: RoutePlan): readonly CandidateScore[] {
  const byId = new Map<EndpointId, PlannedEndpoint>()
  const sticky = new Set<EndpointId>()
  for (const model of input.models) {
    if (model.sticky !== undefined) sticky.add(model.sticky)
    for (const endpoint of model.endpoints) byId.set(endpoint.facts.id, endpoint)
  }
  const candidates = plan.candidates.flatMap((id) => byId.get(id) ?? [])
  const prices = pricedOf(candidates, input)
  const reasons = reasonsOf(input, plan)
  return candidates.map(({ facts, standing }, index) => {
    const priceNanodollars = prices[index]?.priceNanodollars
    return {
      endpoint: facts.id,
      ...(priceNanodollars !== undefined && { priceNanodollars: Math.ceil(priceNanodollars) }),
      ...reasons.get(facts.id),
      ...(standing.latency !== undefined && { firstTokenMs: standing.latency.p50 }),
      ...(standing.throughput !== undefined && { tokensPerSecond: standing.throughput.p50 }),
      attempts: standing.measured?.attempts ?? 0,
      isUnstable: standing.unstableUntilMs > input.nowMs,
      isProbe: standing.openUntilMs > 0,
      isSticky: sticky.has(facts.id),
    }
  })
}

type OrderReason = Pick<
  CandidateScore,
  'drawRatio' | 'waitingNanodollars' | 'failureNanodollars' | 'totalNanodollars' | 'isExploring'
>

/** By what each stands where it does within its part. */
function reasonsOf(input: PlanInput, plan: RoutePlan): ReadonlyMap<EndpointId, OrderReason> {
  const reasons = new Map<EndpointId, OrderReason>()
  for (const { hits, misses } of poolsOf(input, plan)) {
    for (const part of [...hits, ...misses]) {
      const found = part.by === 'adaptive' ? costReasonsOf(part, input, plan) : drawReasonsOf(part, input)
      for (const [index, endpoint] of part.endpoints.entries()) reasons.set(endpoint.facts.id, found[index] ?? {})
    }
  }
  return reasons
}

function costReasonsOf({ endpoints, held }: Part, input: PlanInput, plan: RoutePlan): readonly OrderReason[] {
  const costs = effectiveCostsOf(endpoints, input.needs)
  const least = Math.min(...costs.map((cost) => cost?.totalNanodollars ?? Number.POSITIVE_INFINITY))
  const ids = new Set(endpoints.map(({ facts }) => facts.id))
  const first = plan.candidates.find((id) => ids.has(id))
  return endpoints.map(({ facts }, index) => {
    const cost = costs[index]
    if (cost === undefined) return {}
    const isExploring = held === undefined && facts.id === first && cost.totalNanodollars > least
    return {
      waitingNanodollars: Math.ceil(cost.waitingNanodollars),
      failureNanodollars: Math.ceil(cost.failureNanodollars),
      totalNanodollars: Math.ceil(cost.totalNanodollars),
      ...(isExploring && { isExploring }),
    }
  })
}

/** Where nobody else could have been first, nothing was drawn. */
function drawReasonsOf({ by, endpoints, held }: Part, input: PlanInput): readonly OrderReason[] {
  const prices = pricedOf(endpoints, input)
  if (by !== 'price-weighted' || held !== undefined || prices.filter(isKnown).length < 2) return []
  const freeCount = prices.filter(isFree).length
  const weights = prices.map((one) => (isKnown(one) && !isFree(one) ? weightOf(one) : 0))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return prices.map((one, index) => {
    if (!isKnown(one)) return {}
    // What costs nothing goes before all that has a price.
    if (freeCount > 0) return { drawRatio: isFree(one) ? 1 / freeCount : 0 }
    return { drawRatio: (weights[index] ?? 0) / total }
  })
}

export function isFree({ priceNanodollars }: Priced): boolean {
  return priceNanodollars === 0
}
