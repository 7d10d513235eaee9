/** Endpoints for tests: short names, real types. */
import { factsOf, freshStanding } from '../../daemon/core/routing/endpointFacts.ts'
import type { PlannedEndpoint, PlannedModel, Standing } from '../../daemon/core/routing/planInput.ts'
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import { endpointIdOf, type ModelId, type ProviderId } from '../../shared/domain/ids.ts'

export function provider(name: string): ProviderId {
  return name as ProviderId
}

export function model(name: string): ModelId {
  return name as ModelId
}

/** `endpoint('a/x@one')` is model a/x at provider one. */
export function endpoint(id: string, more: Partial<Endpoint> = {}): Endpoint {
  const at = id.lastIndexOf('@')
  const modelId = model(id.slice(0, at))
  const providerId = provider(id.slice(at + 1))
  return {
    id: endpointIdOf(modelId, providerId),
    provider: providerId,
    model: modelId,
    upstreamModel: id.slice(0, at),
    dialect: 'openai-chat',
    isLocal: false,
    isPractice: false,
    ...more,
  }
}

/** As planning sees it. */
export function planned(id: string, more: Partial<Endpoint> = {}, standing: Partial<Standing> = {}): PlannedEndpoint {
  return { facts: factsOf(endpoint(id, more)), standing: { ...freshStanding, ...standing } }
}

/** Models in the order of their first endpoint. */
export function plannedModels(endpoints: readonly PlannedEndpoint[]): readonly PlannedModel[] {
  const modelOf = ({ facts }: PlannedEndpoint) => model(facts.id.slice(0, facts.id.lastIndexOf('@')))
  return [...new Set(endpoints.map(modelOf))].map((name) => ({
    model: name,
    endpoints: endpoints.filter((one) => modelOf(one) === name),
  }))
}

export function byModel(endpoints: readonly Endpoint[]): ReadonlyMap<ModelId, readonly Endpoint[]> {
  const groups = new Map<ModelId, Endpoint[]>()
  for (const one of endpoints) groups.set(one.model, [...(groups.get(one.model) ?? []), one])
  return groups
}
