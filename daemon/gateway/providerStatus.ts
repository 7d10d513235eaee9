/** How one provider stands: whether it can be called, what keeps its keys and endpoints out, when it last answered or failed. */
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { KeyStandingStatus, OpenBreaker } from '../../shared/domain/providerStanding.ts'
import type { ProviderStatus } from '../../shared/protocol/status.ts'
import type { JournalState } from '../core/journal/journalState.ts'
import { freshKey, keyUseOf } from '../core/resilience/keyStanding.ts'
import { keyIdOf } from '../core/resilience/resilienceState.ts'
import type { EndpointTable } from './endpoints.ts'
import type { Environment } from './environment.ts'
import type { ProviderInfo } from './settings.ts'

export type ProviderStatusSources = {
  readonly endpoints: EndpointTable
  readonly environment: Pick<Environment, 'keysOf' | 'valueOf' | 'changedAtMs'>
  readonly state: Readonly<JournalState>
  /** Unix milliseconds. */
  readonly nowMs: number
}

export function providerStatusOf(provider: ProviderInfo, sources: ProviderStatusSources): ProviderStatus {
  const { endpoints, environment, state } = sources
  const own = [...endpoints.byId.values()].filter((endpoint) => endpoint.provider === provider.id)
  const healths = own.flatMap((endpoint) => state.health.get(endpoint.id) ?? [])
  const lastSuccessAtMs = latest(healths.map((one) => one.lastSuccessAtMs))
  const lastFailureAtMs = latest(healths.map((one) => one.lastFailureAtMs))
  const { id, kind, baseUrl, isLocal, isPractice, keyEnvironmentNames } = provider
  const [keyEnvironmentName] = keyEnvironmentNames
  const names = keyEnvironmentNames.length === 0 ? [undefined] : keyEnvironmentNames
  return {
    id,
    kind,
    baseUrl,
    state: environment.keysOf(id)?.length === 0 ? 'no-key' : 'ready',
    isLocal,
    isPractice,
    ...(keyEnvironmentName !== undefined && { keyEnvironmentName }),
    keys: names.map((name) => keyOf(provider, name, own, sources)),
    openBreakers: own.flatMap((endpoint) => openBreakerOf(endpoint, sources) ?? []),
    modelCount: own.length,
    ...(lastSuccessAtMs !== undefined && { lastSuccessAtMs }),
    ...(lastFailureAtMs !== undefined && { lastFailureAtMs }),
  }
}

function keyOf(
  provider: ProviderInfo,
  name: string | undefined,
  own: readonly Endpoint[],
  { environment, state, nowMs }: ProviderStatusSources,
): KeyStandingStatus {
  const named = name === undefined ? {} : { name }
  if (name !== undefined && environment.valueOf(name) === undefined) return { ...named, state: 'not-set' }
  const key = state.resilience.keys.get(keyIdOf(provider.id, name)) ?? freshKey
  const changedAtMs = name === undefined ? 0 : environment.changedAtMs(name)
  const uses = own.map(({ id }) => ({ id, use: keyUseOf(key, id, { ms: nowMs, changedAtMs }) }))
  const refused = uses.flatMap(({ id, use }) => (use.state === 'refused' ? [{ id, untilMs: use.atMs }] : []))
  if (refused.length > 0 && refused.length === own.length) {
    // One that has passed may still stand there beside a newer one.
    const refusals = [...Object.values(key.forbidden ?? {}), ...(key.refused === undefined ? [] : [key.refused])]
    const [refusal] = refusals.sort((a, b) => b.atMs - a.atMs)
    const untilMs = Math.min(...refused.map((one) => one.untilMs))
    return { ...named, state: 'refused', untilMs, ...(refusal !== undefined && { httpStatus: refusal.httpStatus }) }
  }
  const forbidden = refused.length > 0 && { forbiddenEndpoints: refused.map(({ id }) => id) }
  const cooling = uses.find(({ use }) => use.state === 'cooling')?.use
  if (cooling?.state !== 'cooling') return { ...named, state: 'ready', ...forbidden }
  return { ...named, state: 'cooling', untilMs: cooling.atMs, ...forbidden }
}

function openBreakerOf({ id }: Endpoint, { state, nowMs }: ProviderStatusSources): OpenBreaker | undefined {
  const breaker = state.resilience.breakers.get(id)
  if (breaker === undefined || breaker.state === 'closed') return undefined
  if (breaker.state === 'probing') return { endpoint: id, state: 'probing' }
  const { openUntilMs } = breaker
  return openUntilMs > nowMs
    ? { endpoint: id, state: 'open', reopensAtMs: openUntilMs }
    : { endpoint: id, state: 'half-open' }
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  return times.reduce((newest, time) => (time !== undefined && time > (newest ?? 0) ? time : newest), undefined)
}
