/**
 * What the journal's entries say about endpoints and keys: breakers, key standings and how quick answers were. Changed in
 * place by the journal's reducer; a checkpoint carries all of it, so that a restart and a new day forget nothing.
 */
import * as z from 'zod'
import type { EndpointId, ProviderId } from '../../../shared/domain/ids.ts'
import { type AttemptFacts, measuredAttemptOf } from '../metrics/attemptSpeed.ts'
import { measuredSchema, nothingMeasured, onMeasuredAttempt } from '../metrics/measured.ts'
import { addedToWindow, type RecentWindow, recentWindowSchema } from '../metrics/recentWindow.ts'
import type { Measured } from '../routing/planInput.ts'
import { type Breaker, breakerSchema, closedBreaker, onCall, onCallEnd } from './breaker.ts'
import { freshKey, type KeyCall, type KeyStanding, keyStandingSchema, onKeyCall, onKeyCallEnd } from './keyStanding.ts'
import { verdictOf } from './verdict.ts'

export type ResilienceState = {
  readonly breakers: Map<EndpointId, Breaker>
  /** By `keyIdOf`. */
  readonly keys: Map<string, KeyStanding>
  /** By `keyIdOf`: when a call with the key was last begun, whatever its value; Unix milliseconds. */
  readonly keysUsedAtMs: Map<string, number>
  readonly windows: Map<EndpointId, RecentWindow>
  readonly measured: Map<EndpointId, Measured>
  /** How often an endpoint's entries were applied, so that readers can see that something changed. */
  readonly revisions: Map<EndpointId | ProviderId, number>
}

export const resilienceSnapshotSchema = z
  .object({
    breakers: z.record(z.string(), breakerSchema),
    keys: z.record(z.string(), keyStandingSchema),
    /** Missing: an older build. */
    keysUsedAtMs: z.record(z.string(), z.number()).exactOptional(),
    windows: z.record(z.string(), recentWindowSchema),
    measured: z.record(z.string(), measuredSchema),
  })
  .readonly()
export type ResilienceSnapshot = z.infer<typeof resilienceSnapshotSchema>

/** `name`: the key's; missing for a provider that needs none. */
export function keyIdOf(provider: ProviderId, name: string | undefined): string {
  return `${provider}/${name ?? ''}`
}

export function createResilienceState(): ResilienceState {
  return {
    breakers: new Map(),
    keys: new Map(),
    keysUsedAtMs: new Map(),
    windows: new Map(),
    measured: new Map(),
    revisions: new Map(),
  }
}

export type ResilienceCall = {
  readonly token: string
  readonly endpoint: EndpointId
  readonly provider: ProviderId
  readonly key?: string
  /** Of the key's value. */
  readonly keyPrint?: string | undefined
}

export function onResilienceCall(state: ResilienceState, call: ResilienceCall, atMs: number): void {
  const breaker = state.breakers.get(call.endpoint)
  if (breaker !== undefined) state.breakers.set(call.endpoint, onCall(breaker, call.token, atMs))
  const keyId = keyIdOf(call.provider, call.key)
  state.keys.set(keyId, onKeyCall(state.keys.get(keyId) ?? freshKey, keyCallOf(call), atMs))
  if (call.key !== undefined) state.keysUsedAtMs.set(keyId, atMs)
  touch(state, call)
}

export function onResilienceEnd(state: ResilienceState, call: ResilienceCall & AttemptFacts, atMs: number): void {
  const { token, endpoint } = call
  const breaker = state.breakers.get(endpoint) ?? closedBreaker
  state.breakers.set(endpoint, onCallEnd(breaker, { token, verdict: verdictOf(call) }, atMs))
  const keyId = keyIdOf(call.provider, call.key)
  state.keys.set(keyId, onKeyCallEnd(state.keys.get(keyId) ?? freshKey, { ...call, ...keyCallOf(call) }, atMs))
  const attempt = measuredAttemptOf(call)
  if (attempt !== undefined) {
    state.measured.set(endpoint, onMeasuredAttempt(state.measured.get(endpoint) ?? nothingMeasured, attempt))
    const { firstTokenMs, tokensPerSecond } = attempt
    if (firstTokenMs !== undefined) {
      const sample = { atMs, firstTokenMs, ...(tokensPerSecond !== undefined && { tokensPerSecond }) }
      state.windows.set(endpoint, addedToWindow(state.windows.get(endpoint) ?? [], sample))
    }
  }
  touch(state, call)
}

function keyCallOf({ token, endpoint, keyPrint }: ResilienceCall): KeyCall {
  return { token, endpoint, print: keyPrint }
}

export function snapshotOfResilience(state: ResilienceState): ResilienceSnapshot {
  return {
    breakers: Object.fromEntries(state.breakers),
    keys: Object.fromEntries(state.keys),
    keysUsedAtMs: Object.fromEntries(state.keysUsedAtMs),
    windows: Object.fromEntries(state.windows),
    measured: Object.fromEntries(state.measured),
  }
}

/** Takes the place of what was known before. */
export function restoreResilience(state: ResilienceState, snapshot: ResilienceSnapshot): void {
  refill(state.breakers, snapshot.breakers)
  refill(state.keys, snapshot.keys)
  refill(state.keysUsedAtMs, snapshot.keysUsedAtMs ?? {})
  refill(state.windows, snapshot.windows)
  refill(state.measured, snapshot.measured)
}

function refill<Key extends string, Value>(map: Map<Key, Value>, content: Readonly<Record<string, Value>>): void {
  map.clear()
  for (const [key, value] of Object.entries(content)) map.set(key as Key, value)
}

function touch(state: ResilienceState, call: ResilienceCall): void {
  for (const id of [call.endpoint, call.provider]) state.revisions.set(id, (state.revisions.get(id) ?? 0) + 1)
}
