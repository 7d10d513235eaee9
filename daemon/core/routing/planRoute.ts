/**
 * Plans one request: which endpoints to try, in which order, and why each other one is left out. Pure: the same input
 * gives the same plan, byte for byte and on any machine. Rules as OpenRouter documents them (provider routing, 2026-08):
 * all endpoints of the first model before those of the second, unless a `sort` with `partition: "none"` mixes them.
 */
import type { EndpointId } from '../../../shared/domain/ids.ts'
import type { RejectedEndpoint, RoutePlan } from '../../../shared/domain/routePlan.ts'
import { filterEndpoints, limitsOf } from './filterEndpoints.ts'
import { createIntegerRandom } from './integerRandom.ts'
import { orderEndpoints } from './orderEndpoints.ts'
import type { PlanInput, PlannedModel } from './planInput.ts'

/** Changes whenever the same input may be planned otherwise. */
export const planVersion = 3

export function planRoute(input: PlanInput): RoutePlan {
  const limits = limitsOf(input)
  const random = createIntegerRandom(input.seed)
  const rejected: RejectedEndpoint[] = []
  let reopensAtMs = Number.POSITIVE_INFINITY
  const eligibleOf = (model: PlannedModel) => {
    const filtered = filterEndpoints(model.endpoints, input, limits)
    rejected.push(...filtered.rejected)
    reopensAtMs = Math.min(reopensAtMs, filtered.reopensAtMs)
    return filtered.eligible
  }
  const ordered = isMixed(input)
    ? [orderEndpoints(input.models.flatMap(eligibleOf), input, { sort: undefined, sticky: undefined, random })]
    : input.models.map((model) =>
        orderEndpoints(eligibleOf(model), input, { sort: model.sort, sticky: model.sticky, random }),
      )
  // Loops rather than chains here and below: there may be hundreds, and a plan is made for every request.
  const candidates: EndpointId[] = []
  for (const { endpoints } of ordered) for (const { facts } of endpoints) candidates.push(facts.id)
  if (input.preferences.allow_fallbacks === false && (input.preferences.order ?? []).length === 0) {
    for (const endpoint of candidates.splice(1)) rejected.push({ endpoint, reason: 'fallbacks-off' })
  }
  const orderedBy = ordered.find(({ endpoints }) => endpoints.length > 0)?.orderedBy
  const plan: RoutePlan = { version: planVersion, candidates, rejected }
  const named = orderedBy === undefined ? plan : { ...plan, orderedBy }
  return reopensAtMs === Number.POSITIVE_INFINITY ? named : { ...named, reopensAtMs }
}

/** The endpoints of all models are ordered together. */
export function isMixed({ preferences, models }: PlanInput): boolean {
  const { sort } = preferences
  return typeof sort === 'object' && sort.partition === 'none' && models.every((model) => model.sort === undefined)
}
