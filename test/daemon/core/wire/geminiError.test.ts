import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureOfGeminiAnswer, failureOfGeminiErrorFrame } from '../../../../daemon/core/wire/geminiError.ts'
import type { FailureKind } from '../../../../shared/domain/failure.ts'

/** 9.5 hours before 08:00 UTC, midnight Pacific standard time. */
const nowMs = Date.UTC(2026, 10, 23, 22, 30)
const toQuotaDayMs = 9.5 * 60 * 60 * 1000

type Row = {
  readonly name: string
  readonly httpStatus: number
  readonly word?: string
  readonly message?: string
  readonly details?: readonly object[]
  readonly headers?: Readonly<Record<string, string>>
  readonly kind: FailureKind
  readonly retryAfterMs?: number
}

const retryInfo = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' }
const quota = (quotaId: string) => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: [{ quotaId }],
})

const rows: readonly Row[] = [
  { name: 'the request itself', httpStatus: 400, word: 'INVALID_ARGUMENT', kind: 'invalid-request' },
  {
    name: 'context',
    httpStatus: 400,
    word: 'INVALID_ARGUMENT',
    message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    kind: 'context-too-long',
  },
  {
    name: 'size',
    httpStatus: 400,
    word: 'INVALID_ARGUMENT',
    message: 'Request payload size exceeds the limit: 20971520 bytes.',
    kind: 'too-large',
  },
  {
    name: 'wrong key, by its words',
    httpStatus: 400,
    word: 'INVALID_ARGUMENT',
    message: 'API key not valid. Please pass a valid API key.',
    kind: 'bad-credentials',
  },
  {
    name: 'wrong key, by its reason',
    httpStatus: 400,
    word: 'INVALID_ARGUMENT',
    details: [{ reason: 'API_KEY_INVALID', domain: 'googleapis.com' }],
    kind: 'bad-credentials',
  },
  {
    name: 'country without the free tier',
    httpStatus: 400,
    word: 'FAILED_PRECONDITION',
    message: 'Gemini API free tier is not available in your country. Please enable billing on your project.',
    kind: 'payment-required',
  },
  {
    name: 'country without the API',
    httpStatus: 400,
    word: 'FAILED_PRECONDITION',
    message: 'User location is not supported for the API use.',
    kind: 'bad-credentials',
  },
  { name: 'no key', httpStatus: 401, word: 'UNAUTHENTICATED', kind: 'bad-credentials' },
  { name: 'not allowed', httpStatus: 403, word: 'PERMISSION_DENIED', kind: 'bad-credentials' },
  { name: 'no such model', httpStatus: 404, word: 'NOT_FOUND', kind: 'not-found' },
  {
    name: 'rate limit, nothing said',
    httpStatus: 429,
    word: 'RESOURCE_EXHAUSTED',
    kind: 'rate-limited',
  },
  {
    name: '16: rate limit, RetryInfo in the body',
    httpStatus: 429,
    word: 'RESOURCE_EXHAUSTED',
    details: [quota('GenerateRequestsPerMinutePerProjectPerModel-FreeTier'), retryInfo],
    kind: 'rate-limited',
    retryAfterMs: 34_400,
  },
  {
    name: '17: rate limit, the longer of header and RetryInfo',
    httpStatus: 429,
    word: 'RESOURCE_EXHAUSTED',
    details: [retryInfo],
    headers: { 'retry-after': '60' },
    kind: 'rate-limited',
    retryAfterMs: 60_000,
  },
  {
    name: "16: a day's quota: until midnight Pacific time, whatever RetryInfo says",
    httpStatus: 429,
    word: 'RESOURCE_EXHAUSTED',
    details: [quota('GenerateRequestsPerDayPerProjectPerModel-FreeTier'), retryInfo],
    kind: 'rate-limited',
    retryAfterMs: toQuotaDayMs,
  },
  {
    name: 'credit used up',
    httpStatus: 429,
    word: 'RESOURCE_EXHAUSTED',
    message: 'Your prepayment credits are depleted.',
    details: [retryInfo],
    kind: 'payment-required',
  },
  { name: 'internal', httpStatus: 500, word: 'INTERNAL', kind: 'provider-error' },
  {
    name: '17: overloaded, Retry-After as a date',
    httpStatus: 503,
    word: 'UNAVAILABLE',
    headers: { 'retry-after': 'Mon, 23 Nov 2026 22:30:07 GMT' },
    kind: 'overloaded',
    retryAfterMs: 7_000,
  },
  { name: 'deadline', httpStatus: 504, word: 'DEADLINE_EXCEEDED', kind: 'timeout' },
  { name: 'a proxy in between', httpStatus: 502, kind: 'provider-error' },
  { name: 'redirect', httpStatus: 302, kind: 'protocol-violation' },
  { name: 'a word that is a property of every object', httpStatus: 500, word: 'constructor', kind: 'provider-error' },
]

for (const row of rows) {
  const error = { code: row.httpStatus, message: row.message ?? 'm', status: row.word, details: row.details }
  for (const body of [{ error }, [{ error }]]) {
    test(`HTTP ${row.httpStatus} is ${row.kind}: ${row.name}${Array.isArray(body) ? ', in a list' : ''}`, () => {
      const { message, ...rest } = failureOfGeminiAnswer({
        httpStatus: row.httpStatus,
        headers: row.headers ?? {},
        bodyText: row.word === undefined ? '<html>' : JSON.stringify(body),
        nowMs,
      })
      assert.deepEqual(rest, {
        kind: row.kind,
        httpStatus: row.httpStatus,
        ...(row.word !== undefined && { providerCode: row.word.toLowerCase() }),
        ...(row.retryAfterMs !== undefined && { retryAfterMs: row.retryAfterMs }),
      })
      assert.match(message, /^Expected an answer; the provider sent HTTP \d+.*\. \S.+\.$/)
    })
  }
}

test("a day's quota at any hour is waited for at most a day, until 08:00 UTC", () => {
  const bodyText = JSON.stringify({
    error: { code: 429, status: 'RESOURCE_EXHAUSTED', details: [quota('RequestsPerDay')] },
  })
  for (let hour = 0; hour < 48; hour += 1) {
    const atMs = Date.UTC(2026, 6, 1, hour)
    const { retryAfterMs = 0 } = failureOfGeminiAnswer({ httpStatus: 429, headers: {}, bodyText, nowMs: atMs })
    assert.ok(retryAfterMs > 0 && retryAfterMs <= 24 * 60 * 60 * 1000)
    assert.equal(new Date(atMs + retryAfterMs).toISOString().slice(11), '08:00:00.000Z')
  }
})

test('an error inside a 200 takes its status from the body, and may have none', () => {
  const failure = failureOfGeminiErrorFrame({
    error: { code: 429, message: 'x', status: 'RESOURCE_EXHAUSTED', details: [retryInfo] },
  })
  assert.equal(failure.kind, 'rate-limited')
  assert.equal(failure.httpStatus, 429)
  assert.equal(failure.retryAfterMs, 34_400)
  assert.equal(failureOfGeminiErrorFrame({ error: { status: 'UNAVAILABLE' } }).kind, 'overloaded')
  assert.equal(failureOfGeminiErrorFrame({ error: 'broken' }).kind, 'provider-error')
})

test('neither the message nor the code of a failure carries what a provider repeats', () => {
  const canary = 'Please explain: const secret = 1'
  const bodyText = JSON.stringify({ error: { message: canary, status: canary, details: [{ reason: canary }] } })
  for (const httpStatus of [400, 401, 403, 404, 429, 500, 503]) {
    const failure = failureOfGeminiAnswer({ httpStatus, headers: {}, bodyText, nowMs })
    assert.ok(!/secret|please/i.test(JSON.stringify(failure)), JSON.stringify(failure))
  }
})
