/** From the settings to what providers and catalogue need of them. Part of the composition root. */
import type { ProviderId } from '../shared/domain/ids.ts'
import type { CatalogStatus } from '../shared/protocol/status.ts'
import type { RefreshSettings } from './gateway/catalogRefresh.ts'
import type { ProviderKeys } from './gateway/providerKeys.ts'
import type { ProviderConnection } from './providers/httpProvider.ts'
import type { PracticeSpec } from './providers/practice/practiceServer.ts'
import type { PracticeServers } from './providers/practice/practiceServers.ts'
import { type ConfiguredSettings, isLoopback } from './settingsOf.ts'
import type { Config } from './storage/configSchema.ts'

const defaultRefreshHours = 24

export function refreshSettingsOf(config: Config, settings: ConfiguredSettings): RefreshSettings {
  const { url, refreshHours = defaultRefreshHours } = config.catalog ?? {}
  const providers = [...settings.providers.values()]
    .filter(({ id, isPractice }) => !isPractice && config.providers?.[id]?.catalog !== false)
    .map(({ id, kind, baseUrl, isLocal }) => ({ id, kind, isNear: isLocal || isLoopback(baseUrl) }))
  return { refreshHours, providers, ...(url !== undefined && { url }) }
}

export function catalogStatusOf(config: Config, date: string | undefined, problem: string | undefined): CatalogStatus {
  const { url } = config.catalog ?? {}
  return {
    ...(date !== undefined && { date }),
    ...(url !== undefined && { url }),
    ...(problem !== undefined && { problem }),
  }
}

export function connectionsOf(
  settings: ConfiguredSettings,
  keys: Pick<ProviderKeys, 'valueOf'>,
  practice: PracticeServers,
): ReadonlyMap<ProviderId, ProviderConnection> {
  const connections = new Map<ProviderId, ProviderConnection>()
  for (const [id, { info, row }] of settings.declared) {
    connections.set(id, {
      row,
      baseUrl: info.baseUrl,
      keyNames: info.keys.flatMap(({ name, isDisabled }) => (isDisabled ? [] : [name])),
      keyOf: (name) => keys.valueOf(id, name),
      ...(row.isPractice && { socketPath: () => practice.socketPath(id) }),
    })
  }
  return connections
}

export function practiceSpecOf(settings: ConfiguredSettings, id: ProviderId): PracticeSpec {
  const endpoints = [...settings.endpoints.byId.values()].filter((endpoint) => endpoint.provider === id)
  return {
    models: endpoints.map((endpoint) => endpoint.upstreamModel),
    script: settings.declared.get(id)?.script ?? [],
  }
}
