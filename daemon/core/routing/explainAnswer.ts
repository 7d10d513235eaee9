/** Of a request: the one sentence that answers why this model, and what was decided after each attempt. Made when asked. */
import type { AttemptExplanation, PlanExplanation } from '../../../shared/domain/explanation.ts'
import type { FailureKind } from '../../../shared/domain/failure.ts'
import { failureTable } from '../../../shared/domain/failureTable.ts'
import { formatSeconds } from '../../../shared/domain/format.ts'
import type { EndpointId } from '../../../shared/domain/ids.ts'
import type { AttemptRecord, Waybill } from '../../../shared/domain/waybill.ts'

export type Placed = Pick<PlanExplanation, 'plan' | 'firstBecause'>

/** Of a past request. `last` is its last plan; missing when it was refused before any. */
export function answerOf(waybill: Waybill, last: Placed | undefined): string {
  const waited = waybill.waitedMs === undefined ? '' : `, after a wait of ${formatSeconds(waybill.waitedMs)}`
  const final = waybill.attempts.at(-1)
  switch (waybill.outcome) {
    case 'succeeded':
      return final === undefined ? 'It was answered without a call.' : `${answeredText(waybill, final, last)}${waited}.`
    case 'failed':
      return `Nobody answered${waited}: ${waybill.failure?.message ?? 'the last attempt failed.'}`
    case 'cancelled':
      return final === undefined
        ? 'It was cancelled before the first call.'
        : `It was cancelled while ${final.endpoint} answered.`
    case 'interrupted':
      return 'The daemon ended before the answer did.'
  }
}

/** Of a request that was not sent. */
export function outlookOf(placed: Placed, tier: Waybill['tier']): string {
  const [first] = placed.plan.candidates
  if (first === undefined) return 'It would go nowhere: no endpoint can take it.'
  return `${first} would be asked first: ${placeText(first, placed, tier)}.`
}

/** One for each attempt. */
export function explainAttempts(waybill: Waybill): readonly AttemptExplanation[] {
  return waybill.attempts.map((attempt, index) => ({
    attempt: attempt.attempt,
    endpoint: attempt.endpoint,
    text: `${outcomeText(attempt)}${decisionText(attempt, waybill.attempts[index + 1])}`,
  }))
}

function answeredText(waybill: Waybill, final: AttemptRecord, last: Placed | undefined): string {
  const failed = waybill.attempts.slice(0, -1)
  const place = last === undefined ? undefined : placeText(final.endpoint, last, waybill.tier)
  if (failed.length === 0) {
    return place === undefined ? `${final.endpoint} answered` : `${final.endpoint} answered: ${place}`
  }
  const before = failed.map((attempt) => `${attempt.endpoint} failed (${attempt.failure?.kind ?? attempt.outcome})`)
  return `${final.endpoint} answered because ${before.join(', then ')}, and ${turnText(failed.at(-1), final)}`
}

/** Why it was the turn of the one that answered. */
function turnText(before: AttemptRecord | undefined, final: AttemptRecord): string {
  const isSame = before?.endpoint === final.endpoint
  switch (before?.nextBecause) {
    case 'next-key':
      return "its provider's next key was tried"
    case 'wait':
      return 'it was the first that could be called again'
    default:
      return isSame ? 'it was tried once more' : 'it was the next candidate'
  }
}

function placeText(endpoint: EndpointId, { plan, firstBecause }: Placed, tier: Waybill['tier']): string {
  const count = plan.candidates.length
  const ofTier = tier === undefined ? '' : ` of the ${tier} tier`
  if (count === 1) {
    const out = plan.rejected.length
    const others = out === 0 ? '' : `; ${out} other${out === 1 ? ' was' : 's were'} left out`
    return `it was the only candidate${ofTier}${others}`
  }
  const place = plan.candidates.indexOf(endpoint)
  if (place !== 0) return `it was candidate ${place + 1} of ${count}${ofTier}`
  return `it was the first of ${count} candidates${ofTier}${firstText(plan.orderedBy, firstBecause)}`
}

/** Without what it was planned from, the order is known by its name and no more. */
function firstText(orderedBy: string | undefined, firstBecause: string | undefined): string {
  if (firstBecause !== undefined) return `, ${firstBecause}`
  return orderedBy === undefined ? '' : `, ordered by ${orderedBy}`
}

function outcomeText({ outcome, failure, totalMs, isRewound }: AttemptRecord): string {
  const kind = failure === undefined ? '' : ` (${failure.kind})`
  const takenBack = isRewound ? '; its text was taken back' : ''
  return `${outcome === 'succeeded' ? 'answered' : outcome}${kind} after ${formatSeconds(totalMs)}${takenBack}`
}

function decisionText(attempt: AttemptRecord, following: AttemptRecord | undefined): string {
  const { failure, nextBecause } = attempt
  if (failure === undefined) return ''
  if (nextBecause === undefined) return guessedDecisionText(attempt, failure.kind, following)
  switch (nextBecause) {
    case 'next-key':
      return `. Tried again with its provider's next key: ${keyReason(failure.kind)}.`
    case 'next-endpoint':
    case 'next-model':
      return wentOnText(attempt, failure.kind, following)
    case 'wait':
      return `. Waited${following === undefined ? '' : ` for ${following.endpoint}`}: everybody had to be left alone for a while.`
    case 'nobody-else':
      return attempt.next === 'retry' ? triedAgainText : '. Stopped: no candidate was left.'
    case 'text-drawn':
      return `. Stopped: ${drawnReason}.`
    case 'out-of-time':
      return `. Stopped: ${timeReason}.`
    case 'final':
      return `. Stopped: ${finalReason}.`
  }
}

const triedAgainText = '. Tried again at the same endpoint: nobody else was left, and this often passes at once.'
const drawnReason = 'text was shown already, and this client cannot take it back'
const timeReason = 'the time for the whole request was over'
const finalReason = 'no other endpoint would answer otherwise'

/** Of old records, which hold what followed and not because of what. */
function guessedDecisionText(attempt: AttemptRecord, kind: FailureKind, following: AttemptRecord | undefined): string {
  const { next } = attempt
  if (next === undefined) return ''
  switch (next) {
    case 'retry':
      return triedAgainText
    case 'fallback':
      return wentOnText(attempt, kind, following)
    case 'stop':
      return `. Stopped: ${guessedStopReason(attempt)}.`
  }
}

function wentOnText(attempt: AttemptRecord, kind: FailureKind, following: AttemptRecord | undefined): string {
  // Whoever was next may have become uncallable meanwhile, so that the request waited for this one.
  if (following?.endpoint === attempt.endpoint) return '. Went on, and came back to it: nobody else could be called.'
  return `. Went on${following === undefined ? '' : ` to ${following.endpoint}`}: ${fallbackReason(kind)}.`
}

function keyReason(kind: FailureKind): string {
  return kind === 'rate-limited' ? 'this one was told to wait' : 'this one is of no use there'
}

function fallbackReason(kind: FailureKind): string {
  switch (kind) {
    case 'rate-limited':
      return 'its provider asked to be left alone for a while'
    case 'bad-credentials':
    case 'payment-required':
      return 'that key is of no use there'
    case 'context-too-long':
    case 'content-filtered':
      return 'only another model may do better'
    case 'not-found':
      return 'its provider does not know that model'
    default:
      return 'another endpoint may do better'
  }
}

function guessedStopReason({ failure, firstTextMs, isRewound }: AttemptRecord): string {
  if (failure === undefined) return 'nothing was left to do'
  if (failureTable[failure.kind].advice === 'stop') return finalReason
  if (failure.phase === 'total') return timeReason
  if (firstTextMs !== undefined && !isRewound) return drawnReason
  return 'no candidate was left'
}
