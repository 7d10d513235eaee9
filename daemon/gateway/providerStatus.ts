/** How one provider stands: whether it can be called, what keeps its keys and endpoints out, when it last answered or failed. */
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { ProviderKey } from '../../shared/domain/providerKey.ts'
import type { KeyStandingStatus, OpenBreaker } from '../../shared/domain/providerStanding.ts'
import type { ProviderStatus } from '../../shared/protocol/status.ts'
import type { JournalState } from '../core/journal/journalState.ts'
import { freshKey, keyUseOf } from '../core/resilience/keyStanding.ts'
import { keyIdOf } from '../core/resilience/resilienceState.ts'
import type { EndpointTable } from './endpoints.ts'
import type { ProviderKeys } from './providerKeys.ts'
import type { ProviderInfo } from './settings.ts'

export type ProviderStatusSources = {
  readonly endpoints: EndpointTable
  readonly keys: Pick<ProviderKeys, 'keysOf' | 'stateOf' | 'printOf'>
  readonly state: Readonly<JournalState>
  /** Unix milliseconds. */
  readonly nowMs: number
}

export function providerStatusOf(provider: ProviderInfo, sources: ProviderStatusSources): ProviderStatus {
  const { state } = sources
  const own = endpointsOf(provider, sources)
  const healths = own.flatMap((endpoint) => state.health.get(endpoint.id) ?? [])
  const lastSuccessAtMs = latest(healths.map((one) => one.lastSuccessAtMs))
  const lastFailureAtMs = latest(healths.map((one) => one.lastFailureAtMs))
  const { id, kind, baseUrl, isLocal, isPractice } = provider
  const keyEnvironmentName = provider.keys.find(({ place, isDisabled }) => place === 'env' && !isDisabled)?.name
  const keys = provider.keys.length === 0 ? [undefined] : provider.keys
  return {
    id,
    kind,
    baseUrl,
    state: sources.keys.keysOf(id)?.length === 0 ? 'no-key' : 'ready',
    isLocal,
    isPractice,
    ...(keyEnvironmentName !== undefined && { keyEnvironmentName }),
    keys: keys.map((key) => keyStandingOf(provider, key, sources)),
    openBreakers: own.flatMap((endpoint) => openBreakerOf(endpoint, sources) ?? []),
    modelCount: own.length,
    ...(lastSuccessAtMs !== undefined && { lastSuccessAtMs }),
    ...(lastFailureAtMs !== undefined && { lastFailureAtMs }),
  }
}

/** Without a key: how calls stand that need none. */
export function keyStandingOf(
  provider: Pick<ProviderInfo, 'id'>,
  asked: Pick<ProviderKey, 'name' | 'place'> | undefined,
  sources: ProviderStatusSources,
): KeyStandingStatus {
  const { keys, state, nowMs } = sources
  const own = endpointsOf(provider, sources)
  const named = asked === undefined ? {} : { name: asked.name, place: asked.place }
  const held = asked === undefined ? { state: 'set' as const } : keys.stateOf(provider.id, asked.name)
  if (held.state === 'locked') return { ...named, state: 'locked', lockedBecause: held.reason }
  if (held.state !== 'set') return { ...named, state: held.state }
  const key = state.resilience.keys.get(keyIdOf(provider.id, asked?.name)) ?? freshKey
  const print = asked === undefined ? undefined : keys.printOf(provider.id, asked.name)
  const uses = own.map(({ id }) => ({ id, use: keyUseOf(key, id, { ms: nowMs, print }) }))
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

function endpointsOf({ id }: Pick<ProviderInfo, 'id'>, { endpoints }: ProviderStatusSources): readonly Endpoint[] {
  return [...endpoints.byId.values()].filter((endpoint) => endpoint.provider === id)
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
