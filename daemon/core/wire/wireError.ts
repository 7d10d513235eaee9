/**
 * What a provider's error means in any dialect, whether it came as an HTTP status or inside a 200. The dialects' errors are
 * alike enough for one reading: an object `error` with a code, type or status word, and a message.
 *
 * The kind follows from the provider's error code where it is known, else from the status, else from the error's type.
 * Sources: OpenAI "Error codes", OpenRouter "Errors", Anthropic "Errors", Gemini "Troubleshooting" (2026-10), llama.cpp server
 * README, vLLM's OpenAI server.
 * The failure carries the status and the code; never the provider's own words, which may repeat the prompt or the key.
 */
import type { Failure, FailureKind } from '../../../shared/domain/failure.ts'
import { type Json, listOf, parsedOf, recordOf, textOf } from './json.ts'
import { durationMsOf, type RetryHeaders, retryAfterMsOf } from './retryAfter.ts'

export type HttpErrorAnswer = {
  readonly httpStatus: number
  /** Names in lower case. */
  readonly headers: RetryHeaders
  readonly bodyText: string
  /** Unix milliseconds, for headers that name a moment. */
  readonly nowMs: number
}

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
  const kind = kindOf(detail, httpStatus)
  const providerCode = detail.words[0]
  const mayWait = kind === 'rate-limited' || kind === 'overloaded'
  return {
    kind,
    message: messageOf(kind, httpStatus, providerCode),
    ...(mayWait && retryAfterMs !== undefined && { retryAfterMs }),
    ...(httpStatus !== undefined && { httpStatus }),
    ...(providerCode !== undefined && { providerCode }),
  }
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
  deadline_exceeded: 'timeout',
  timeout_error: 'timeout',
  invalid_argument: 'invalid-request',
  permission_denied: 'bad-credentials',
  unauthenticated: 'bad-credentials',
}

const kindOfStatus: Readonly<Record<number, FailureKind>> = {
  401: 'bad-credentials',
  402: 'payment-required',
  403: 'bad-credentials',
  404: 'not-found',
  408: 'timeout',
  413: 'too-large',
  429: 'rate-limited',
  503: 'overloaded',
  529: 'overloaded',
}

function kindOf(detail: ErrorDetail, httpStatus: number | undefined): FailureKind {
  const byCode = firstOf(detail.words, kindOfCode)
  if (byCode !== undefined) return byCode
  if (detail.isModeration) return 'content-filtered'
  if (httpStatus === undefined) return firstOf(detail.words, kindOfType) ?? kindOfWords(detail.text) ?? 'provider-error'
  if (httpStatus === 400 || httpStatus === 422) return kindOfWords(detail.text) ?? 'invalid-request'
  return kindOfStatus[httpStatus] ?? kindOfStatusClass(httpStatus)
}

function kindOfStatusClass(httpStatus: number): FailureKind {
  if (httpStatus >= 500) return 'provider-error'
  return httpStatus >= 400 ? 'invalid-request' : 'protocol-violation'
}

/** Local servers and some gateways give no code: their wording is all there is. */
function kindOfWords(text: string): FailureKind | undefined {
  if (
    /maximum context length|context (?:length|window|size)|prompt is too long|input token count .{0,40}exceeds/i.test(
      text,
    )
  )
    return 'context-too-long'
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

/** Google's RetryInfo (google.rpc error model): `{"@type": "...RetryInfo", "retryDelay": "34.4s"}`. */
function retryInfoMsOf(details: unknown): number | undefined {
  for (const item of listOf(details)) {
    const retryDelayMs = durationMsOf(textOf(recordOf(item)?.retryDelay))
    if (retryDelayMs !== undefined) return retryDelayMs
  }
  return undefined
}

function plainWordOf(value: unknown): readonly string[] {
  const word = textOf(value).toLowerCase()
  return /^[a-z][a-z0-9_.-]{0,47}$/.test(word) ? [word] : []
}

function lowerCased(record: Json): RetryHeaders {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name.toLowerCase(), String(value)]))
}

function isErrorStatus(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 599
}

function messageOf(kind: FailureKind, httpStatus: number | undefined, code: string | undefined): string {
  const came = httpStatus === undefined ? 'an error inside its answer' : `HTTP ${httpStatus}`
  const named = code === undefined ? came : `${came} (${code})`
  return `Expected an answer; the provider sent ${named}. ${adviceOf[kind] ?? 'Its status page may say more.'}`
}

const adviceOf: Partial<Readonly<Record<FailureKind, string>>> = {
  'rate-limited': 'Its rate limit is reached: wait, or let another provider answer.',
  overloaded: 'It is overloaded: try again later, or let another provider answer.',
  'bad-credentials': 'Check the key, and what it is allowed to do, at the provider.',
  'payment-required': 'Add credit at the provider, or use another key.',
  'invalid-request': 'The model may not know one of the parameters sent.',
  'context-too-long': 'Send less text, or choose a model with a larger context.',
  'content-filtered': "The provider's content filter refused the prompt or the answer.",
  'not-found': 'Check the base URL and the name of the model in the configuration.',
  'too-large': 'Send less text.',
  timeout: 'It gave up waiting: try again, or let another provider answer.',
  'protocol-violation': 'Redirects are not followed with a key attached: set the base URL to its final address.',
}
