/**
 * What an error of the Gemini API means, whether it came as an HTTP status or inside a 200.
 *
 * The wording counts only where the status word is the same for several causes: INVALID_ARGUMENT, FAILED_PRECONDITION
 * and RESOURCE_EXHAUSTED. Sources (2026-10): Gemini API, "Troubleshooting guide" (ai.google.dev/gemini-api/docs/
 * troubleshooting) and "Rate limits"; google.rpc error model (ErrorInfo, QuotaFailure, RetryInfo).
 */
import type { Failure, FailureKind } from '../../../shared/domain/failure.ts'
import { type Json, listOf, parsedOf, recordOf, textOf } from './json.ts'
import { retryAfterMsOf } from './retryAfter.ts'
import {
  failureOfParts,
  type HttpErrorAnswer,
  isErrorStatus,
  kindOfHttpStatus,
  plainWordOf,
  retryInfoMsOf,
} from './wireError.ts'

/** For any status outside 200 to 299. */
export function failureOfGeminiAnswer(answer: HttpErrorAnswer): Failure {
  const error = errorOf(parsedOf(answer.bodyText))
  const askedMs = longestOf(retryAfterMsOf(answer.headers, answer.nowMs), retryInfoMsOf(error.details))
  return failureOfParts({
    kind: kindOf(error, answer.httpStatus),
    httpStatus: answer.httpStatus,
    providerCode: plainWordOf(error.status)[0],
    // With a day's quota used up, RetryInfo still names seconds.
    retryAfterMs: isDayUsedUp(error) ? longestOf(askedMs, msToQuotaDay(answer.nowMs)) : askedMs,
  })
}

/** For a frame or body with status 200 that holds an `error`. It names no moment, so a day's quota is not looked at. */
export function failureOfGeminiErrorFrame(frame: unknown): Failure {
  const error = errorOf(frame)
  const httpStatus = isErrorStatus(error.code) ? error.code : undefined
  return failureOfParts({
    kind: kindOf(error, httpStatus),
    httpStatus,
    providerCode: plainWordOf(error.status)[0],
    retryAfterMs: retryInfoMsOf(error.details),
  })
}

/** Without `alt=sse` the answer is a list, and so is its error. */
function errorOf(body: unknown): Json {
  const outer = recordOf(Array.isArray(body) ? body[0] : body) ?? {}
  return recordOf(outer.error) ?? { message: outer.error }
}

const kindOfWord: Readonly<Record<string, FailureKind>> = {
  invalid_argument: 'invalid-request',
  failed_precondition: 'invalid-request',
  out_of_range: 'invalid-request',
  unauthenticated: 'bad-credentials',
  permission_denied: 'bad-credentials',
  not_found: 'not-found',
  resource_exhausted: 'rate-limited',
  internal: 'provider-error',
  unavailable: 'overloaded',
  deadline_exceeded: 'timeout',
}

const vagueWords: ReadonlySet<string> = new Set(['invalid_argument', 'failed_precondition', 'resource_exhausted'])

function kindOf(error: Json, httpStatus: number | undefined): FailureKind {
  const [word = ''] = plainWordOf(error.status)
  const isVague = vagueWords.has(word) || (word === '' && (httpStatus === undefined || httpStatus === 400))
  const kindOfCause = isVague ? kindOfText(error) : undefined
  if (kindOfCause !== undefined) return kindOfCause
  const kind = Object.hasOwn(kindOfWord, word) ? kindOfWord[word] : undefined
  return kind ?? (httpStatus === undefined ? 'provider-error' : kindOfHttpStatus(httpStatus))
}

const kindsOfText: readonly (readonly [RegExp, FailureKind])[] = [
  [/input token count .*exceeds|exceeds the maximum number of tokens/i, 'context-too-long'],
  [/payload size exceeds/i, 'too-large'],
  [/api key (?:not valid|not found|expired)/i, 'bad-credentials'],
  [/location is not supported/i, 'bad-credentials'],
  [/credits are depleted|spending cap|enable billing/i, 'payment-required'],
]

function kindOfText(error: Json): FailureKind | undefined {
  const hasKeyReason = listOf(error.details).some((item) => recordOf(item)?.reason === 'API_KEY_INVALID')
  if (hasKeyReason) return 'bad-credentials'
  const text = textOf(error.message)
  return kindsOfText.find(([pattern]) => pattern.test(text))?.[1]
}

/** QuotaFailure names the quota: `GenerateRequestsPerDayPerProjectPerModel-FreeTier`. */
function isDayUsedUp(error: Json): boolean {
  return listOf(error.details)
    .flatMap((item) => listOf(recordOf(item)?.violations))
    .some((violation) => textOf(recordOf(violation)?.quotaId).includes('PerDay'))
}

const dayMs = 24 * 60 * 60 * 1000
const quotaDayAtMs = 8 * 60 * 60 * 1000

/** A day's quota starts anew at midnight Pacific time: 08:00 UTC in winter; in summer an hour sooner, which we wait. */
function msToQuotaDay(nowMs: number): number {
  const sinceMs = (((nowMs - quotaDayAtMs) % dayMs) + dayMs) % dayMs
  return dayMs - sinceMs
}

function longestOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other)
}
