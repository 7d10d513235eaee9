/**
 * What an error of the Anthropic API means, whether it came as an HTTP status or as an `error` event inside a 200.
 *
 * The wording counts only where one type stands for several causes: an empty account, a spend limit and a prompt that is too long
 * are all `invalid_request_error`. What is none of Anthropic's own is read as `openaiError.ts` does: other makers and
 * proxies speak this dialect, too.
 * Sources (2026-11): Claude platform documentation "Claude API errors" (platform.claude.com/docs/en/api/errors); the API's
 * messages as in github.com/docker/docker-agent/issues/569 (context limit) and
 * github.com/anthropics/claude-code/issues/55998 (usage limits).
 */
import type { Failure, FailureKind } from '../../../shared/domain/failure.ts'
import { type Json, parsedOf, recordOf, textOf } from './json.ts'
import { failureOfErrorFrame, failureOfHttpAnswer } from './openaiError.ts'
import { retryAfterMsOf } from './retryAfter.ts'
import { failureOfParts, type HttpErrorAnswer } from './wireError.ts'

/** For any status outside 200 to 299. */
export function failureOfAnthropicAnswer(answer: HttpErrorAnswer): Failure {
  const own = ownErrorOf(recordOf(parsedOf(answer.bodyText)) ?? {})
  if (own === undefined) return failureOfHttpAnswer(answer)
  const retryAfterMs = retryAfterMsOf(answer.headers, answer.nowMs)
  return failureOfParts({ ...own, httpStatus: answer.httpStatus, retryAfterMs })
}

/** For a frame or body with status 200 that is or holds an `error`. */
export function failureOfAnthropicErrorFrame(frame: Json): Failure {
  const own = ownErrorOf(frame)
  if (own === undefined) return failureOfErrorFrame(frame)
  return failureOfParts({ ...own, httpStatus: undefined, retryAfterMs: undefined })
}

type OwnError = { readonly kind: FailureKind; readonly providerCode: string }

function ownErrorOf(body: Json): OwnError | undefined {
  const error = recordOf(body.error) ?? {}
  const type = textOf(error.type)
  if (body.type !== 'error' || !Object.hasOwn(kindOfType, type)) return undefined
  const kind = type === 'invalid_request_error' ? kindOfText(textOf(error.message)) : kindOfType[type]
  return kind === undefined ? undefined : { kind, providerCode: type }
}

const kindOfType: Readonly<Record<string, FailureKind>> = {
  invalid_request_error: 'invalid-request',
  authentication_error: 'bad-credentials',
  billing_error: 'payment-required',
  permission_error: 'bad-credentials',
  not_found_error: 'not-found',
  // Something changed while the request was under way; the same request may well pass.
  conflict_error: 'provider-error',
  request_too_large: 'too-large',
  rate_limit_error: 'rate-limited',
  timeout_error: 'timeout',
  api_error: 'provider-error',
  overloaded_error: 'overloaded',
}

const kindsOfText: readonly (readonly [RegExp, FailureKind])[] = [
  [/prompt is too long|exceeds? (?:the )?context (?:limit|window|length)/i, 'context-too-long'],
  [/credit balance is too low|api usage limits|spend(?:ing)? limit/i, 'payment-required'],
  [/content filtering policy/i, 'content-filtered'],
]

function kindOfText(message: string): FailureKind {
  return kindsOfText.find(([pattern]) => pattern.test(message))?.[1] ?? 'invalid-request'
}
