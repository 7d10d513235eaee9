/** Endpoints for tests: short names, real types. */
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

export function byModel(endpoints: readonly Endpoint[]): ReadonlyMap<ModelId, readonly Endpoint[]> {
  const groups = new Map<ModelId, Endpoint[]>()
  for (const one of endpoints) groups.set(one.model, [...(groups.get(one.model) ?? []), one])
  return groups
}
