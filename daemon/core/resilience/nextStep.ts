/**
 * Decides what follows a failed attempt, and says because of what. Pure; the caller draws the dice.
 *
 * Rules (routing as documented by OpenRouter, 2026-08): what may go better elsewhere moves on; a context that is too
 * long or a moderation refusal moves to the next model; a key that was refused or told to wait gives way to the
 * provider's next key, then the provider to the next endpoint; an outage is tried again on the same endpoint once, and
 * only if nothing else is left. When everybody has to be left alone for a while, the request may wait. Once text was
 * drawn, moving on needs a caller that can take it back.
 */
import type { Endpoint } from '../../../shared/domain/endpoint.ts'
import type { Failure } from '../../../shared/domain/failure.ts'
import { failureTable } from '../../../shared/domain/failureTable.ts'
import type { NextReason } from '../../../shared/domain/streamPart.ts'
import { backOffMs } from './backOff.ts'

export type NextStep =
  | { readonly kind: 'retry'; readonly delayMs: number; readonly because: NextReason }
  /** Who is left, the next one first; empty: who comes back while the request waits. */
  | { readonly kind: 'fallback'; readonly candidates: readonly Endpoint[]; readonly because: NextReason }
  | { readonly kind: 'stop'; readonly because: NextReason }

export type NextStepInput = {
  readonly failure: Failure
  /** The one that failed first, then who else can be called. */
  readonly candidates: readonly Endpoint[]
  /** Attempts made on the failed endpoint with this key so far, this one included. */
  readonly attemptsOnEndpoint: number
  /** Another key of the same provider can be used for this endpoint now. */
  readonly hasOtherKey: boolean
  /** Somebody can be called again within the request's patience. */
  readonly canWait: boolean
  readonly hasDrawnText: boolean
  readonly canRewind: boolean
  /** An even draw from 0 to 2^32 - 1, for the jitter. */
  readonly dice: number
}

const retryBaseMs = 100
const retryJitterMs = 150
const maxAttemptsOnEndpoint = 2

export function nextStep(input: NextStepInput): NextStep {
  if (input.hasDrawnText && !input.canRewind) return stop('text-drawn')
  const { kind, phase } = input.failure
  const { advice } = failureTable[kind]
  if (advice === 'stop') return stop('final')
  // A `total` timeout: the time for the whole request is over, whoever would be next.
  if (phase === 'total') return stop('out-of-time')
  if (isOfKey(kind) && input.hasOtherKey) return { kind: 'retry', delayMs: 0, because: 'next-key' }
  const candidates = candidatesAfter(input.failure, input.candidates)
  if (candidates.length > 0)
    return { kind: 'fallback', candidates, because: isOfModel(kind) ? 'next-model' : 'next-endpoint' }
  if (advice === 'retry' && input.attemptsOnEndpoint < maxAttemptsOnEndpoint) {
    const delayMs = retryBaseMs + backOffMs({ baseMs: retryJitterMs, longestMs: retryJitterMs }, 1, input.dice)
    return { kind: 'retry', delayMs, because: 'nobody-else' }
  }
  if (input.canWait && !isOfModel(kind)) return { kind: 'fallback', candidates: [], because: 'wait' }
  return stop('nobody-else')
}

function stop(because: NextReason): NextStep {
  return { kind: 'stop', because }
}

/** What another key may be spared. */
function isOfKey(kind: Failure['kind']): boolean {
  return kind === 'bad-credentials' || kind === 'payment-required' || kind === 'rate-limited'
}

/** What every endpoint of the model would say. */
function isOfModel(kind: Failure['kind']): boolean {
  return kind === 'context-too-long' || kind === 'content-filtered'
}

function candidatesAfter(failure: Failure, candidates: readonly Endpoint[]): readonly Endpoint[] {
  const [failed, ...others] = candidates
  if (isOfModel(failure.kind)) return others.filter((endpoint) => endpoint.model !== failed?.model)
  const isKeyOut = failure.kind === 'bad-credentials' || failure.kind === 'payment-required'
  // A permission may be lacking for one model only.
  if (!isKeyOut || failure.httpStatus === 403) return others
  return others.filter((endpoint) => endpoint.provider !== failed?.provider)
}
