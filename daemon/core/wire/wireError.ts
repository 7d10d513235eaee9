/**
 * What the errors of all dialects have in common: the answer they come in, the kinds that HTTP statuses mean, and the
 * failure with its message. The message carries the status and the code; never the provider's own words, which may
 * repeat the prompt or the key.
 */
import type { Failure, FailureKind } from '../../../shared/domain/failure.ts'
import { listOf, recordOf, textOf } from './json.ts'
import { durationMsOf, type RetryHeaders } from './retryAfter.ts'

export type HttpErrorAnswer = {
  readonly httpStatus: number
  /** Names in lower case. */
  readonly headers: RetryHeaders
  readonly bodyText: string
  /** Unix milliseconds, for headers that name a moment. */
  readonly nowMs: number
}

export type ErrorParts = {
  readonly kind: FailureKind
  readonly httpStatus: number | undefined
  /** A short plain word; see `plainWordOf`. */
  readonly providerCode: string | undefined
  /** Kept only where the kind may wait; 0, or a moment that has passed, says nothing. */
  readonly retryAfterMs: number | undefined
}

export function failureOfParts({ kind, httpStatus, providerCode, retryAfterMs }: ErrorParts): Failure {
  const mayWait = kind === 'rate-limited' || kind === 'overloaded'
  return {
    kind,
    message: messageOf(kind, httpStatus, providerCode),
    ...(mayWait && retryAfterMs !== undefined && retryAfterMs > 0 && { retryAfterMs }),
    ...(httpStatus !== undefined && { httpStatus }),
    ...(providerCode !== undefined && { providerCode }),
  }
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

/** For a status outside 200 to 299 whose body says no more. */
export function kindOfHttpStatus(httpStatus: number): FailureKind {
  const kind = kindOfStatus[httpStatus]
  if (kind !== undefined) return kind
  if (httpStatus >= 500) return 'provider-error'
  return httpStatus >= 400 ? 'invalid-request' : 'protocol-violation'
}

/** Google's RetryInfo (google.rpc error model): `{"@type": "...RetryInfo", "retryDelay": "34.4s"}`. */
export function retryInfoMsOf(details: unknown): number | undefined {
  for (const item of listOf(details)) {
    const retryDelayMs = durationMsOf(textOf(recordOf(item)?.retryDelay))
    if (retryDelayMs !== undefined) return retryDelayMs
  }
  return undefined
}

/** The word in lower case, or none: a code is short and plain, anything else may be a prompt. */
export function plainWordOf(value: unknown): readonly string[] {
  const word = textOf(value).toLowerCase()
  return /^[a-z][a-z0-9_.-]{0,47}$/.test(word) ? [word] : []
}

export function isErrorStatus(value: unknown): value is number {
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
