/**
 * What the journal's entries say about endpoints and keys: breakers, key standings and first-token times. Changed in
 * place by the journal's reducer; a checkpoint carries all of it, so that a restart and a new day forget nothing.
 */
import * as z from 'zod'
import type { EndpointId, ProviderId } from '../../../shared/domain/ids.ts'
import type { AttemptRecord } from '../../../shared/domain/waybill.ts'
import { type Breaker, breakerSchema, closedBreaker, onCall, onCallEnd } from './breaker.ts'
import { type FirstTokens, firstTokensSchema, withFirstToken } from './firstTokens.ts'
import { freshKey, type KeyStanding, keyStandingSchema, onKeyCall, onKeyCallEnd } from './keyStanding.ts'
import { verdictOf } from './verdict.ts'

export type ResilienceState = {
  readonly breakers: Map<EndpointId, Breaker>
  /** By `keyIdOf`. */
  readonly keys: Map<string, KeyStanding>
  readonly firstTokens: Map<EndpointId, FirstTokens>
  /** How often an endpoint's entries were applied, so that readers can see that something changed. */
  readonly revisions: Map<EndpointId | ProviderId, number>
}

export const resilienceSnapshotSchema = z
  .object({
    breakers: z.record(z.string(), breakerSchema),
    keys: z.record(z.string(), keyStandingSchema),
    firstTokens: z.record(z.string(), firstTokensSchema),
  })
  .readonly()
export type ResilienceSnapshot = z.infer<typeof resilienceSnapshotSchema>

/** `name`: the key's environment variable; missing for a provider that needs none. */
export function keyIdOf(provider: ProviderId, name: string | undefined): string {
  return `${provider}/${name ?? ''}`
}

export function createResilienceState(): ResilienceState {
  return { breakers: new Map(), keys: new Map(), firstTokens: new Map(), revisions: new Map() }
}

export type ResilienceCall = {
  readonly token: string
  readonly endpoint: EndpointId
  readonly provider: ProviderId
  readonly key?: string
}

export function onResilienceCall(state: ResilienceState, call: ResilienceCall, atMs: number): void {
  const breaker = state.breakers.get(call.endpoint)
  if (breaker !== undefined) state.breakers.set(call.endpoint, onCall(breaker, call.token, atMs))
  const keyId = keyIdOf(call.provider, call.key)
  const key = state.keys.get(keyId)
  if (key !== undefined) state.keys.set(keyId, onKeyCall(key, call, atMs))
  touch(state, call)
}

export function onResilienceEnd(
  state: ResilienceState,
  call: ResilienceCall & Pick<AttemptRecord, 'outcome' | 'failure' | 'firstTextMs'>,
  atMs: number,
): void {
  const { token, endpoint } = call
  const breaker = state.breakers.get(endpoint) ?? closedBreaker
  state.breakers.set(endpoint, onCallEnd(breaker, { token, verdict: verdictOf(call) }, atMs))
  const keyId = keyIdOf(call.provider, call.key)
  state.keys.set(keyId, onKeyCallEnd(state.keys.get(keyId) ?? freshKey, call, atMs))
  if (call.outcome === 'succeeded' && call.firstTextMs !== undefined) {
    state.firstTokens.set(endpoint, withFirstToken(state.firstTokens.get(endpoint) ?? [], call.firstTextMs, atMs))
  }
  touch(state, call)
}

export function snapshotOfResilience(state: ResilienceState): ResilienceSnapshot {
  return {
    breakers: Object.fromEntries(state.breakers),
    keys: Object.fromEntries(state.keys),
    firstTokens: Object.fromEntries(state.firstTokens),
  }
}

/** Takes the place of what was known before. */
export function restoreResilience(state: ResilienceState, snapshot: ResilienceSnapshot): void {
  refill(state.breakers, snapshot.breakers)
  refill(state.keys, snapshot.keys)
  refill(state.firstTokens, snapshot.firstTokens)
}

function refill<Key extends string, Value>(map: Map<Key, Value>, content: Readonly<Record<string, Value>>): void {
  map.clear()
  for (const [key, value] of Object.entries(content)) map.set(key as Key, value)
}

function touch(state: ResilienceState, call: ResilienceCall): void {
  for (const id of [call.endpoint, call.provider]) state.revisions.set(id, (state.revisions.get(id) ?? 0) + 1)
}
