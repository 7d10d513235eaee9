/**
 * Plans one request: which endpoints to try, in which order, and why each other one is left out. Pure: the same input
 * gives the same plan. Rules as OpenRouter documents them (provider routing, 2026-08): models in the order given; the
 * endpoints of one model before those of the next; `order` first, then the rest as declared.
 */
import type { Endpoint } from '../../../shared/domain/endpoint.ts'
import type { EndpointId, ModelId, ProviderId } from '../../../shared/domain/ids.ts'
import type { ProviderPreferences } from '../../../shared/domain/profile.ts'
import type { RejectedEndpoint, RejectionReason, RoutePlan } from '../../../shared/domain/routePlan.ts'

/** Changes whenever the same input may be planned otherwise. */
export const planVersion = 1

export type PlanInput = {
  /** In order of preference. */
  readonly models: readonly ModelId[]
  readonly preferences: ProviderPreferences
  /** As declared, so that order among equals is the user's own. */
  readonly endpointsByModel: ReadonlyMap<ModelId, readonly Endpoint[]>
  /** Providers that need a key and have none now. */
  readonly providersWithoutKey: ReadonlySet<ProviderId>
  /** Estimate of the request's input, in tokens. */
  readonly inputTokens: number
  /** The longest answer that the caller insists on; 1 when it leaves the length to us. */
  readonly requiredOutputTokens: number
}

export function planRoute(input: PlanInput): RoutePlan {
  const candidates: EndpointId[] = []
  const rejected: RejectedEndpoint[] = []
  for (const model of new Set(input.models)) {
    const eligible: Endpoint[] = []
    for (const endpoint of input.endpointsByModel.get(model) ?? []) {
      const reason = rejectionOf(endpoint, input)
      if (reason === undefined) eligible.push(endpoint)
      else rejected.push({ endpoint: endpoint.id, reason })
    }
    for (const endpoint of orderedBy(input.preferences.order, eligible)) candidates.push(endpoint.id)
  }
  const isOnlyFirst = input.preferences.allow_fallbacks === false && input.preferences.order === undefined
  if (isOnlyFirst) {
    for (const endpoint of candidates.splice(1)) rejected.push({ endpoint, reason: 'fallbacks-off' })
  }
  return { version: planVersion, candidates, rejected }
}

function rejectionOf(endpoint: Endpoint, input: PlanInput): RejectionReason | undefined {
  const { only, ignore, order, allow_fallbacks } = input.preferences
  if (only !== undefined && !only.includes(endpoint.provider)) return 'not-in-only'
  if (ignore?.includes(endpoint.provider)) return 'ignored'
  if (allow_fallbacks === false && order !== undefined && !order.includes(endpoint.provider)) return 'not-in-order'
  if (input.providersWithoutKey.has(endpoint.provider)) return 'no-key'
  if (endpoint.outputTokens !== undefined && endpoint.outputTokens < input.requiredOutputTokens) {
    return 'output-limit-too-small'
  }
  if (endpoint.contextTokens !== undefined && endpoint.contextTokens < input.inputTokens + input.requiredOutputTokens) {
    return 'context-too-small'
  }
  return undefined
}

/** The listed providers' endpoints in the list's order, then all others as they stood. */
function orderedBy(order: readonly ProviderId[] | undefined, endpoints: readonly Endpoint[]): readonly Endpoint[] {
  if (order === undefined || endpoints.length < 2) return endpoints
  const listed = order.flatMap((provider) => endpoints.filter((endpoint) => endpoint.provider === provider))
  const distinct = [...new Set(listed)]
  return [...distinct, ...endpoints.filter((endpoint) => !order.includes(endpoint.provider))]
}
