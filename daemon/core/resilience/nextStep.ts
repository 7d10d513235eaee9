/**
 * Decides what follows a failed attempt. Pure; the caller draws the dice.
 *
 * Rules (routing as documented by OpenRouter, 2026-08): what may go better elsewhere moves on; a context that is too
 * long or a moderation refusal moves to the next model; a refused key takes out that provider; an outage is tried again
 * on the same endpoint once, and only if nothing else is left. Once text was drawn, moving on needs a caller that can
 * take it back.
 */
import type { Endpoint } from '../../../shared/domain/endpoint.ts'
import type { Failure } from '../../../shared/domain/failure.ts'
import { failureTable } from '../../../shared/domain/failureTable.ts'

export type NextStep =
  | { readonly kind: 'retry'; readonly delayMs: number }
  /** Who is left, the next one first; never empty. */
  | { readonly kind: 'fallback'; readonly candidates: readonly Endpoint[] }
  | { readonly kind: 'stop' }

export type NextStepInput = {
  readonly failure: Failure
  /** The one that failed first, then who else is left. */
  readonly candidates: readonly Endpoint[]
  /** Attempts made on the failed endpoint so far, this one included. */
  readonly attemptsOnEndpoint: number
  readonly hasDrawnText: boolean
  readonly canRewind: boolean
  /** An even draw from 0 to 2^32 - 1, for the jitter. */
  readonly dice: number
}

const retryBaseMs = 100
const retryJitterMs = 150
const maxAttemptsOnEndpoint = 2
const stop: NextStep = { kind: 'stop' }

export function nextStep(input: NextStepInput): NextStep {
  if (input.hasDrawnText && !input.canRewind) return stop
  const { kind, phase } = input.failure
  const { advice } = failureTable[kind]
  // A `total` timeout: the time for the whole request is over, whoever would be next.
  if (advice === 'stop' || phase === 'total') return stop
  const candidates = candidatesAfter(kind, input.candidates)
  if (candidates.length > 0) return { kind: 'fallback', candidates }
  if (advice === 'retry' && input.attemptsOnEndpoint < maxAttemptsOnEndpoint) {
    return { kind: 'retry', delayMs: retryBaseMs + (retryJitterMs * input.dice) / 2 ** 32 }
  }
  return stop
}

function candidatesAfter(kind: Failure['kind'], candidates: readonly Endpoint[]): readonly Endpoint[] {
  const [failed, ...others] = candidates
  switch (kind) {
    case 'context-too-long':
    case 'content-filtered':
      return others.filter((endpoint) => endpoint.model !== failed?.model)
    case 'bad-credentials':
    case 'payment-required':
      return others.filter((endpoint) => endpoint.provider !== failed?.provider)
    default:
      return others
  }
}
