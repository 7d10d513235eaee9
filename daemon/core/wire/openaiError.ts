/**
 * What an error of an OpenAI-compatible provider means, whether it came as an HTTP status or inside a 200; Anthropic's errors
 * have the same shape.
 *
 * The kind follows from the provider's error code where it is known, else from the status, else from the error's type.
 * Sources: OpenAI "Error codes", OpenRouter "Errors", Anthropic "Errors" (2026-10), llama.cpp server README, vLLM's OpenAI server.
 * The failure carries the status and the code; never the provider's own words, which may repeat the prompt or the key.
 */
import type { Failure, FailureKind } from '../../../shared/domain/failure.ts'
import { type Json, parsedOf, recordOf, textOf } from './json.ts'
import { type RetryHeaders, retryAfterMsOf } from './retryAfter.ts'
import {
  failureOfParts,
  type HttpErrorAnswer,
  isErrorStatus,
  kindOfHttpStatus,
  plainWordOf,
  retryInfoMsOf,
} from './wireError.ts'

/** For any status outside 200 to 299. */
export function failureOfHttpAnswer(answer: HttpErrorAnswer): Failure {
  const detail = errorDetailOf(parsedOf(answer.bodyText))
  const headers = { ...detail.headers, ...answer.headers }
  const retryAfterMs = retryAfterMsOf(headers, answer.nowMs) ?? detail.retryAfterMs
  return failureOf(detail, answer.httpStatus, retryAfterMs)
}

/** For a frame or body with status 200 that holds an `error` or is one. */
export function failureOfErrorFrame(frame: Json): Failure {
  const detail = errorDetailOf(frame)
  return failureOf(detail, detail.httpStatus, detail.retryAfterMs)
}

function failureOf(detail: ErrorDetail, httpStatus: number | undefined, retryAfterMs: number | undefined): Failure {
  return failureOfParts({ kind: kindOf(detail, httpStatus), httpStatus, providerCode: detail.words[0], retryAfterMs })
}

/** These words say more than the status that they come with. */
const kindOfCode: Readonly<Record<string, FailureKind>> = {
  invalid_api_key: 'bad-credentials',
  api_key_invalid: 'bad-credentials',
  account_deactivated: 'bad-credentials',
  insufficient_quota: 'payment-required',
  insufficient_credits: 'payment-required',
  billing_not_active: 'payment-required',
  billing_hard_limit_reached: 'payment-required',
  rate_limit_exceeded: 'rate-limited',
  context_length_exceeded: 'context-too-long',
  exceed_context_size_error: 'context-too-long',
  content_filter: 'content-filtered',
  content_policy_violation: 'content-filtered',
  moderation_blocked: 'content-filtered',
  model_not_found: 'not-found',
  overloaded_error: 'overloaded',
  billing_error: 'payment-required',
  request_too_large: 'too-large',
  engine_overloaded: 'overloaded',
}

/** These words only say something where no status does. */
const kindOfType: Readonly<Record<string, FailureKind>> = {
  invalid_request_error: 'invalid-request',
  badrequesterror: 'invalid-request',
  authentication_error: 'bad-credentials',
  permission_error: 'bad-credentials',
  not_found_error: 'not-found',
  rate_limit_error: 'rate-limited',
  resource_exhausted: 'rate-limited',
  unavailable: 'overloaded',
  timeout_error: 'timeout',
}

function kindOf(detail: ErrorDetail, httpStatus: number | undefined): FailureKind {
  const byCode = firstOf(detail.words, kindOfCode)
  if (byCode !== undefined) return byCode
  if (detail.isModeration) return 'content-filtered'
  if (httpStatus === undefined) return firstOf(detail.words, kindOfType) ?? kindOfWords(detail.text) ?? 'provider-error'
  if (httpStatus === 400 || httpStatus === 422) return kindOfWords(detail.text) ?? 'invalid-request'
  return kindOfHttpStatus(httpStatus)
}

/** Local servers and some gateways give no code: their wording is all there is. */
function kindOfWords(text: string): FailureKind | undefined {
  if (/maximum context length|context (?:length|window|size)|prompt is too long/i.test(text)) return 'context-too-long'
  if (/credit balance is too low/i.test(text)) return 'payment-required'
  if (/api key not valid|incorrect api key/i.test(text)) return 'bad-credentials'
  return undefined
}

function firstOf(words: readonly string[], kinds: Readonly<Record<string, FailureKind>>): FailureKind | undefined {
  for (const word of words) {
    const kind = Object.hasOwn(kinds, word) ? kinds[word] : undefined
    if (kind !== undefined) return kind
  }
  return undefined
}

type ErrorDetail = {
  /** The error's code and type as far as they are short plain words, the more telling first. */
  readonly words: readonly string[]
  readonly text: string
  readonly httpStatus?: number
  readonly isModeration: boolean
  readonly headers: RetryHeaders
  readonly retryAfterMs?: number
}

function errorDetailOf(body: unknown): ErrorDetail {
  const outer = recordOf(Array.isArray(body) ? body[0] : body) ?? {}
  const error = recordOf(outer.error) ?? outer
  const metadata = recordOf(error.metadata) ?? {}
  const httpStatus = [error.code, error.status, error.status_code].find(isErrorStatus)
  const retryAfterMs = retryInfoMsOf(error.details)
  return {
    words: [error.code, recordOf(error.innererror)?.code, error.type, error.status].flatMap(plainWordOf),
    text: typeof outer.error === 'string' ? outer.error : textOf(error.message),
    ...(httpStatus !== undefined && { httpStatus }),
    // OpenRouter: what a moderation refused.
    isModeration: Array.isArray(metadata.reasons) || typeof metadata.flagged_input === 'string',
    headers: lowerCased(recordOf(metadata.headers) ?? {}),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
}

function lowerCased(record: Json): RetryHeaders {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name.toLowerCase(), String(value)]))
}
