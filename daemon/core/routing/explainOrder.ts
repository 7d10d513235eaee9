/** The numbers behind a plan's order, made only when somebody asks why. */

import type { CandidateScore } from '../../../shared/domain/explanation.ts'
import type { EndpointId } from '../../../shared/domain/ids.ts'
import type { RoutePlan } from '../../../shared/domain/routePlan.ts'
import { effectiveCostsOf } from './adaptive.ts'
import { pricedOf } from './orderEndpoints.ts'
import type { PlanInput, PlannedEndpoint } from './planInput.ts'
import { isKnown, weightOf } from './priceWeighted.ts'

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
  const weights = prices.map((one) => (isKnown(one) && one.priceNanodollars > 0 ? weightOf(one) : 0))
  const totalWeight = weights.reduce((sum, weight) => sum + weight, 0)
  const costs = effectiveCostsOf(candidates, input.needs)
  return candidates.map((endpoint, index) => {
    const { facts, standing } = endpoint
    const priceNanodollars = prices[index]?.priceNanodollars
    const cost = costs[index]
    const weight = weights[index] ?? 0
    return {
      endpoint: facts.id,
      ...(priceNanodollars !== undefined && { priceNanodollars: Math.ceil(priceNanodollars) }),
      ...(plan.orderedBy === 'price-weighted' && weight > 0 && { drawRatio: weight / totalWeight }),
      ...(plan.orderedBy === 'adaptive' &&
        cost !== undefined && {
          waitingNanodollars: Math.ceil(cost.waitingNanodollars),
          failureNanodollars: Math.ceil(cost.failureNanodollars),
          totalNanodollars: Math.ceil(cost.totalNanodollars),
        }),
      ...(standing.latency !== undefined && { firstTokenMs: standing.latency.p50 }),
      ...(standing.throughput !== undefined && { tokensPerSecond: standing.throughput.p50 }),
      attempts: standing.measured?.attempts ?? 0,
      isUnstable: standing.unstableUntilMs > input.nowMs,
      isProbe: standing.openUntilMs > 0,
      isSticky: sticky.has(facts.id),
    }
  })
}
