/**
 * The endpoints that the configuration declares, and the connections of their providers: rebuilt when the configuration
 * changes, read by everything else.
 */
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { EndpointId, ModelId } from '../../shared/domain/ids.ts'

export type EndpointTable = {
  readonly byId: ReadonlyMap<EndpointId, Endpoint>
  readonly byModel: ReadonlyMap<ModelId, readonly Endpoint[]>
}

export function endpointTableOf(endpoints: readonly Endpoint[]): EndpointTable {
  const byId = new Map<EndpointId, Endpoint>()
  const byModel = new Map<ModelId, Endpoint[]>()
  for (const endpoint of endpoints) {
    if (byId.has(endpoint.id)) continue
    byId.set(endpoint.id, endpoint)
    const sameModel = byModel.get(endpoint.model)
    if (sameModel === undefined) byModel.set(endpoint.model, [endpoint])
    else sameModel.push(endpoint)
  }
  return { byId, byModel }
}
