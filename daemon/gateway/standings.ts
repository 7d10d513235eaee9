/**
 * How each endpoint stands now: as planning reads it, when it may be called, and with which key. Read from the ledger's
 * state and the keys at hand. What planning reads is kept for each endpoint and made anew only when something happened to
 * it, its keys or its facts, because 500 endpoints are read for each request.
 */
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { ProviderId } from '../../shared/domain/ids.ts'
import type { JournalState } from '../core/journal/journalState.ts'
import { percentilesOf, windowChangesAtMs } from '../core/metrics/recentWindow.ts'
import { type Breaker, closedBreaker } from '../core/resilience/breaker.ts'
import { freshKey, type KeyUse, keyUseOf } from '../core/resilience/keyStanding.ts'
import { type KeyTurns, nextKeyTurn } from '../core/resilience/keyTurns.ts'
import { keyIdOf } from '../core/resilience/resilienceState.ts'
import { type Stability, stabilityOf } from '../core/resilience/unstable.ts'
import { factsOf } from '../core/routing/endpointFacts.ts'
import type { KeysStanding, PlannedEndpoint, Standing } from '../core/routing/planInput.ts'
import type { Clock } from './ports.ts'
import type { ProviderKeys } from './providerKeys.ts'

export type KeySource = Pick<ProviderKeys, 'keysOf' | 'weightOf' | 'printOf' | 'revision'>

export type KeyChoice =
  /** `name`: the key's; missing: none is needed. */
  | { readonly state: 'ready'; readonly name?: string }
  /** Look again then; Unix milliseconds. */
  | { readonly state: 'later'; readonly atMs: number }
  | { readonly state: 'missing' }

export type Standings = {
  readonly of: (endpoint: Endpoint) => PlannedEndpoint
  /**
   * The key for a call of this endpoint now: the provider's keys in turn and by their weights, without those that have to
   * wait or were refused. `without`: nor this one, and it is only asked whether there is another.
   */
  readonly keyFor: (endpoint: Endpoint, nowMs: number, without?: string) => KeyChoice
  /** From when on it may be called, as far as is known; not after `nowMs`: now. Undefined: it has no key. */
  readonly callableAtMs: (endpoint: Endpoint, nowMs: number) => number | undefined
  /** Its breaker is open and nobody probes it: who has nobody else left may, also before its time. */
  readonly canProbeEarly: (endpoint: Endpoint) => boolean
  /** Of the last five minutes. */
  readonly firstTokensOf: (endpoint: Endpoint, nowMs: number) => FirstTokens
}

export type FirstTokens = { readonly count: number; readonly p99Ms: number; readonly lastSuccessAtMs?: number }

export type StandingPorts = {
  readonly keys: KeySource
  readonly clock: Pick<Clock, 'wallMs'>
  readonly state: () => Readonly<JournalState>
}

/** Nobody knows when a probe ends: whoever waits looks again after this long. */
const lookAgainMs = 500

const noTurns: KeyTurns = new Map()

type Turn = { readonly state: 'ready'; readonly name: string; readonly turns: KeyTurns }

type Kept = {
  readonly endpoint: Endpoint
  readonly revision: string
  readonly validUntilMs: number
  readonly planned: PlannedEndpoint
}

export function createStandings(ports: StandingPorts): Standings {
  const { keys, clock, state } = ports
  const kept = new Map<string, Kept>()
  const turns = new Map<ProviderId, KeyTurns>()

  function breakerOf(endpoint: Endpoint): Breaker {
    return state().resilience.breakers.get(endpoint.id) ?? closedBreaker
  }

  function useOf(endpoint: Endpoint, name: string | undefined, nowMs: number): KeyUse {
    const key = state().resilience.keys.get(keyIdOf(endpoint.provider, name)) ?? freshKey
    const print = name === undefined ? undefined : keys.printOf(endpoint.provider, name)
    return keyUseOf(key, endpoint.id, { ms: nowMs, print })
  }

  function revisionOf(endpoint: Endpoint): string {
    const { revisions } = state().resilience
    return `${revisions.get(endpoint.id) ?? 0} ${revisions.get(endpoint.provider) ?? 0} ${keys.revision()}`
  }

  function keysStandingOf(endpoint: Endpoint, nowMs: number): KeysStanding {
    const names = keys.keysOf(endpoint.provider)
    if (names?.length === 0) return { state: 'missing' }
    const uses = (names ?? [undefined]).map((name) => useOf(endpoint, name, nowMs))
    if (uses.every((use) => use.state === 'refused')) return { state: 'refused' }
    const usable = uses.flatMap((use) => (use.state === 'refused' ? [] : [use.state === 'ready' ? 0 : use.atMs]))
    const readyAtMs = Math.min(...usable)
    return names === undefined && readyAtMs === 0 ? { state: 'not-needed' } : { state: 'ready', readyAtMs }
  }

  function standingOf(endpoint: Endpoint, nowMs: number): Standing {
    const breaker = breakerOf(endpoint)
    const ofKeys = keysStandingOf(endpoint, nowMs)
    const window = state().resilience.windows.get(endpoint.id) ?? []
    const latency = percentilesOf(window, 'firstTokenMs', nowMs)
    const throughput = percentilesOf(window, 'tokensPerSecond', nowMs)
    const measured = state().resilience.measured.get(endpoint.id)
    return {
      openUntilMs: breaker.state === 'closed' ? 0 : breaker.openUntilMs,
      isProbing: breaker.state === 'probing',
      unstableUntilMs: stabilityAt(breaker, nowMs).unstableUntilMs,
      keys: ofKeys,
      ...(latency !== undefined && { latency }),
      ...(throughput !== undefined && { throughput }),
      ...(measured !== undefined && { measured }),
    }
  }

  /** A refusal passes with time alone, and samples grow old; everything else is named as a moment. */
  function validUntilMs(endpoint: Endpoint, nowMs: number): number {
    const uses = (keys.keysOf(endpoint.provider) ?? [undefined]).map((name) => useOf(endpoint, name, nowMs))
    const refusedUntil = uses.flatMap((use) => (use.state === 'refused' && !use.isTried ? [use.atMs] : []))
    const oldestAtMs = windowChangesAtMs(state().resilience.windows.get(endpoint.id) ?? [], nowMs)
    const stabilityChangesAtMs = stabilityAt(breakerOf(endpoint), nowMs).changesAtMs
    return Math.min(
      oldestAtMs ?? Number.POSITIVE_INFINITY,
      stabilityChangesAtMs ?? Number.POSITIVE_INFINITY,
      ...refusedUntil,
    )
  }

  function lookForKey(endpoint: Endpoint, nowMs: number, without?: string): KeyChoice | Turn {
    const { provider } = endpoint
    const names = keys.keysOf(provider)
    if (names?.length === 0) return { state: 'missing' }
    const others = (names ?? [undefined]).filter((name) => name === undefined || name !== without)
    const uses = others.map((name) => ({ name, use: useOf(endpoint, name, nowMs) }))
    const [first, ...more] = uses.filter(({ use }) => use.state === 'ready')
    if (first === undefined) return { state: 'later', atMs: Math.min(...uses.map(({ use }) => momentOf(use, nowMs))) }
    if (first.name === undefined) return { state: 'ready' }
    const weighted = ({ name = '' }: { readonly name?: string | undefined }) => ({
      name,
      weight: keys.weightOf(provider, name),
    })
    const { key, turns: next } = nextKeyTurn(turns.get(provider) ?? noTurns, [weighted(first), ...more.map(weighted)])
    return { state: 'ready', name: key.name, turns: next }
  }

  return {
    of: (endpoint) => {
      const nowMs = clock.wallMs()
      const revision = revisionOf(endpoint)
      const known = kept.get(endpoint.id)
      if (known?.endpoint === endpoint && known.revision === revision && nowMs < known.validUntilMs)
        return known.planned
      const facts = known?.endpoint === endpoint ? known.planned.facts : factsOf(endpoint)
      const planned = { facts, standing: standingOf(endpoint, nowMs) }
      kept.set(endpoint.id, { endpoint, revision, validUntilMs: validUntilMs(endpoint, nowMs), planned })
      return planned
    },
    keyFor: (endpoint, nowMs, without) => {
      const choice = lookForKey(endpoint, nowMs, without)
      if (!('turns' in choice)) return choice
      if (without === undefined) turns.set(endpoint.provider, choice.turns)
      return { state: 'ready', name: choice.name }
    },
    callableAtMs: (endpoint, nowMs) => {
      const key = lookForKey(endpoint, nowMs)
      if (key.state === 'missing') return undefined
      const breaker = breakerOf(endpoint)
      const ofBreaker = breaker.state === 'probing' ? nowMs + lookAgainMs : openUntilOf(breaker)
      return Math.max(ofBreaker, key.state === 'later' ? key.atMs : 0)
    },
    canProbeEarly: (endpoint) => breakerOf(endpoint).state === 'open',
    firstTokensOf: (endpoint, nowMs) => {
      const { health, resilience } = state()
      const lastSuccessAtMs = health.get(endpoint.id)?.lastSuccessAtMs
      const firstTokens = percentilesOf(resilience.windows.get(endpoint.id) ?? [], 'firstTokenMs', nowMs)
      return {
        count: firstTokens?.count ?? 0,
        p99Ms: firstTokens?.p99 ?? 0,
        ...(lastSuccessAtMs !== undefined && { lastSuccessAtMs }),
      }
    },
  }
}

/** An open one is left out anyhow. */
function stabilityAt(breaker: Breaker, nowMs: number): Stability {
  return breaker.state === 'closed' ? stabilityOf(breaker.recent, nowMs) : { unstableUntilMs: 0 }
}

function openUntilOf(breaker: Breaker): number {
  return breaker.state === 'closed' ? 0 : breaker.openUntilMs
}

function momentOf(use: KeyUse, nowMs: number): number {
  switch (use.state) {
    case 'ready':
      return 0
    case 'cooling':
      return use.atMs
    case 'refused':
      return use.isTried ? nowMs + lookAgainMs : use.atMs
  }
}
