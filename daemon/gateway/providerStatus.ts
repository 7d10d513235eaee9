/** How one provider stands: whether it can be called, and when it last answered or failed. */
import type { EndpointHealth } from '../../shared/domain/endpoint.ts'
import type { EndpointId } from '../../shared/domain/ids.ts'
import type { ProviderStatus } from '../../shared/protocol/status.ts'
import type { EndpointTable } from './endpoints.ts'
import type { Environment } from './environment.ts'
import type { ProviderInfo } from './settings.ts'

export function providerStatusOf(
  provider: ProviderInfo,
  endpoints: EndpointTable,
  environment: Environment,
  health: ReadonlyMap<EndpointId, EndpointHealth>,
): ProviderStatus {
  const own = [...endpoints.byId.values()].filter((endpoint) => endpoint.provider === provider.id)
  const healths = own.flatMap((endpoint) => health.get(endpoint.id) ?? [])
  const lastSuccessAtMs = latest(healths.map((one) => one.lastSuccessAtMs))
  const lastFailureAtMs = latest(healths.map((one) => one.lastFailureAtMs))
  const { id, kind, baseUrl, isLocal, isPractice, keyEnvironmentNames } = provider
  const [keyEnvironmentName] = keyEnvironmentNames
  return {
    id,
    kind,
    baseUrl,
    state: environment.keysOf(id)?.length === 0 ? 'no-key' : 'ready',
    isLocal,
    isPractice,
    ...(keyEnvironmentName !== undefined && { keyEnvironmentName }),
    modelCount: own.length,
    ...(lastSuccessAtMs !== undefined && { lastSuccessAtMs }),
    ...(lastFailureAtMs !== undefined && { lastFailureAtMs }),
  }
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  return times.reduce((newest, time) => (time !== undefined && time > (newest ?? 0) ? time : newest), undefined)
}
