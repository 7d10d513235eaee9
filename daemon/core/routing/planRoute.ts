/**
 * Plans one request: which endpoints to try, in which order, and why each other one is left out. Pure: the same input
 * gives the same plan. Rules as OpenRouter documents them (provider routing, 2026-08): models in the order given; the
 * endpoints of one model before those of the next; `order` first, then the rest as declared.
 */
import type { EndpointId, ProviderId } from '../../../shared/domain/ids.ts'
import type { RejectedEndpoint, RejectionReason, RoutePlan } from '../../../shared/domain/routePlan.ts'
import type { PlanInput, PlannedEndpoint } from './planInput.ts'

/** Changes whenever the same input may be planned otherwise. */
export const planVersion = 1

export function planRoute(input: PlanInput): RoutePlan {
  const candidates: EndpointId[] = []
  const rejected: RejectedEndpoint[] = []
  for (const { endpoints } of input.models) {
    const eligible: PlannedEndpoint[] = []
    for (const endpoint of endpoints) {
      const reason = rejectionOf(endpoint, input)
      if (reason === undefined) eligible.push(endpoint)
      else rejected.push({ endpoint: endpoint.facts.id, reason })
    }
    for (const endpoint of orderedBy(input.preferences.order, eligible)) candidates.push(endpoint.facts.id)
  }
  const isOnlyFirst = input.preferences.allow_fallbacks === false && input.preferences.order === undefined
  if (isOnlyFirst) {
    for (const endpoint of candidates.splice(1)) rejected.push({ endpoint, reason: 'fallbacks-off' })
  }
  return { version: planVersion, candidates, rejected }
}

function rejectionOf({ facts, standing }: PlannedEndpoint, input: PlanInput): RejectionReason | undefined {
  const { only, ignore, order, allow_fallbacks } = input.preferences
  const { inputTokens, requiredOutputTokens } = input.needs
  if (only !== undefined && !only.includes(facts.provider)) return 'not-in-only'
  if (ignore?.includes(facts.provider)) return 'ignored'
  if (allow_fallbacks === false && order !== undefined && !order.includes(facts.provider)) return 'not-in-order'
  if (standing.keys.state === 'missing') return 'no-key'
  if (facts.outputTokens !== undefined && facts.outputTokens < requiredOutputTokens) return 'output-limit-too-small'
  if (facts.contextTokens !== undefined && facts.contextTokens < inputTokens + requiredOutputTokens) {
    return 'context-too-small'
  }
  return undefined
}

/** The listed providers' endpoints in the list's order, then all others as they stood. */
function orderedBy(
  order: readonly ProviderId[] | undefined,
  endpoints: readonly PlannedEndpoint[],
): readonly PlannedEndpoint[] {
  if (order === undefined || endpoints.length < 2) return endpoints
  const listed = order.flatMap((provider) => endpoints.filter(({ facts }) => facts.provider === provider))
  const distinct = [...new Set(listed)]
  return [...distinct, ...endpoints.filter(({ facts }) => !order.includes(facts.provider))]
}
