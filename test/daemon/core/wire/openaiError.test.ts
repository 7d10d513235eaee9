import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureOfErrorFrame, failureOfHttpAnswer } from '../../../../daemon/core/wire/openaiError.ts'
import { type FailureKind, failureKinds } from '../../../../shared/domain/failure.ts'

const nowMs = Date.UTC(2026, 10, 23)

type Row = {
  readonly name: string
  readonly httpStatus: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly kind: FailureKind
  readonly code?: string
  readonly retryAfterMs?: number
}

const openai = (code: string | null, type = 'invalid_request_error') => ({
  error: { message: 'm', type, param: null, code },
})

const rows: readonly Row[] = [
  {
    name: 'OpenAI: wrong key',
    httpStatus: 401,
    body: openai('invalid_api_key'),
    kind: 'bad-credentials',
    code: 'invalid_api_key',
  },
  {
    name: 'Gemini, compatible: wrong key',
    httpStatus: 400,
    body: [{ error: { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT' } }],
    kind: 'bad-credentials',
    code: 'invalid_argument',
  },
  {
    name: 'xAI: wrong key',
    httpStatus: 400,
    body: { code: 'Client specified an invalid argument', error: 'Incorrect API key provided' },
    kind: 'bad-credentials',
  },
  {
    name: 'OpenRouter: no credit',
    httpStatus: 402,
    body: { error: { code: 402, message: 'm' } },
    kind: 'payment-required',
  },
  {
    name: 'OpenAI: no credit',
    httpStatus: 429,
    body: openai('insufficient_quota', 'insufficient_quota'),
    headers: { 'retry-after': '9' },
    kind: 'payment-required',
    code: 'insufficient_quota',
  },
  {
    name: 'Anthropic, compatible: no credit',
    httpStatus: 400,
    body: { error: { type: 'invalid_request_error', message: 'Your credit balance is too low to access' } },
    kind: 'payment-required',
    code: 'invalid_request_error',
  },
  {
    name: 'no permission',
    httpStatus: 403,
    body: openai('unsupported_country_region_territory'),
    kind: 'bad-credentials',
    code: 'unsupported_country_region_territory',
  },
  {
    name: 'OpenRouter: moderation',
    httpStatus: 403,
    body: { error: { code: 403, message: 'm', metadata: { reasons: ['x'], flagged_input: 'y' } } },
    kind: 'content-filtered',
  },
  {
    name: 'no such model',
    httpStatus: 404,
    body: openai('model_not_found'),
    kind: 'not-found',
    code: 'model_not_found',
  },
  { name: 'no such path', httpStatus: 404, body: '404 page not found', kind: 'not-found' },
  { name: 'the provider gave up', httpStatus: 408, kind: 'timeout' },
  { name: 'too large', httpStatus: 413, kind: 'too-large' },
  {
    name: 'Groq: larger than the tokens of a minute',
    httpStatus: 413,
    body: openai('rate_limit_exceeded', 'tokens'),
    kind: 'rate-limited',
    code: 'rate_limit_exceeded',
  },
  {
    name: 'OpenAI: context',
    httpStatus: 400,
    body: openai('context_length_exceeded'),
    kind: 'context-too-long',
    code: 'context_length_exceeded',
  },
  {
    name: 'llama.cpp: context',
    httpStatus: 400,
    body: { error: { code: 400, message: 'm', type: 'exceed_context_size_error' } },
    kind: 'context-too-long',
    code: 'exceed_context_size_error',
  },
  {
    name: 'vLLM: context',
    httpStatus: 400,
    body: {
      object: 'error',
      message: "This model's maximum context length is 4096 tokens.",
      type: 'BadRequestError',
      code: 400,
    },
    kind: 'context-too-long',
    code: 'badrequesterror',
  },
  {
    name: 'Azure: content filter',
    httpStatus: 400,
    body: { error: { code: 'content_filter', message: 'm', innererror: { code: 'ResponsibleAIPolicyViolation' } } },
    kind: 'content-filtered',
    code: 'content_filter',
  },
  {
    name: 'OpenAI: content policy',
    httpStatus: 400,
    body: openai('content_policy_violation'),
    kind: 'content-filtered',
    code: 'content_policy_violation',
  },
  {
    name: 'the request itself',
    httpStatus: 400,
    body: openai('unsupported_parameter'),
    kind: 'invalid-request',
    code: 'unsupported_parameter',
  },
  { name: 'not processable', httpStatus: 422, kind: 'invalid-request' },
  { name: 'wrong method', httpStatus: 405, kind: 'invalid-request' },
  {
    name: 'rate limit, seconds',
    httpStatus: 429,
    headers: { 'retry-after': '20' },
    kind: 'rate-limited',
    retryAfterMs: 20_000,
  },
  {
    name: 'rate limit, HTTP date',
    httpStatus: 429,
    headers: { 'retry-after': 'Mon, 23 Nov 2026 00:00:07 GMT' },
    kind: 'rate-limited',
    retryAfterMs: 7_000,
  },
  {
    name: 'rate limit, nothing said',
    httpStatus: 429,
    body: openai('rate_limit_exceeded', 'requests'),
    kind: 'rate-limited',
    code: 'rate_limit_exceeded',
  },
  {
    name: 'rate limit, Google RetryInfo',
    httpStatus: 429,
    body: [
      {
        error: {
          code: 429,
          status: 'RESOURCE_EXHAUSTED',
          details: [
            { '@type': 'type.googleapis.com/google.rpc.QuotaFailure' },
            { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' },
          ],
        },
      },
    ],
    kind: 'rate-limited',
    code: 'resource_exhausted',
    retryAfterMs: 34_400,
  },
  {
    name: 'rate limit, OpenRouter: headers in the body',
    httpStatus: 429,
    body: { error: { code: 429, message: 'm', metadata: { headers: { 'X-RateLimit-Reset': String(nowMs + 2_500) } } } },
    kind: 'rate-limited',
    retryAfterMs: 2_500,
  },
  {
    name: 'server error',
    httpStatus: 500,
    body: openai(null, 'server_error'),
    headers: { 'retry-after': '9' },
    kind: 'provider-error',
    code: 'server_error',
  },
  { name: 'bad gateway with a web page', httpStatus: 502, body: '<html>502</html>', kind: 'provider-error' },
  { name: 'overloaded', httpStatus: 503, headers: { 'retry-after': '2' }, kind: 'overloaded', retryAfterMs: 2_000 },
  {
    name: 'overloaded, Anthropic',
    httpStatus: 529,
    body: { error: { type: 'overloaded_error' } },
    kind: 'overloaded',
    code: 'overloaded_error',
  },
  {
    name: 'overloaded, said with another status',
    httpStatus: 500,
    body: { error: { type: 'overloaded_error' } },
    kind: 'overloaded',
    code: 'overloaded_error',
  },
  { name: 'gateway timeout', httpStatus: 504, kind: 'provider-error' },
  { name: 'redirect', httpStatus: 302, headers: { location: 'https://elsewhere.invalid' }, kind: 'protocol-violation' },
  {
    name: 'a code that is a property of every object',
    httpStatus: 500,
    body: openai('constructor'),
    kind: 'provider-error',
    code: 'constructor',
  },
]

for (const row of rows) {
  test(`HTTP ${row.httpStatus} is ${row.kind}: ${row.name}`, () => {
    const failure = failureOfHttpAnswer({
      httpStatus: row.httpStatus,
      headers: row.headers ?? {},
      bodyText: typeof row.body === 'string' ? row.body : JSON.stringify(row.body ?? ''),
      nowMs,
    })
    const { message, ...rest } = failure
    assert.deepEqual(rest, {
      kind: row.kind,
      httpStatus: row.httpStatus,
      ...(row.code !== undefined && { providerCode: row.code }),
      ...(row.retryAfterMs !== undefined && { retryAfterMs: row.retryAfterMs }),
    })
    assert.match(message, new RegExp(`^Expected an answer; the provider sent HTTP ${row.httpStatus}.*\\. \\S.+\\.$`))
  })
}

test('an error inside a 200 takes its status from the body', () => {
  const failure = failureOfErrorFrame({ error: { code: 429, message: 'x', type: 'rate_limit_error' } })
  assert.equal(failure.kind, 'rate-limited')
  assert.equal(failure.httpStatus, 429)
  assert.match(failure.message, /HTTP 429/)
  assert.equal(failureOfErrorFrame({ error: { type: 'invalid_request_error' } }).kind, 'invalid-request')
  assert.match(failureOfErrorFrame({ error: {} }).message, /an error inside its answer/)
})

test('neither the message nor the code of a failure carries what a provider repeats', () => {
  const canary = 'Please explain: const secret = 1'
  const body = JSON.stringify({ error: { message: canary, code: canary, type: canary, param: canary } })
  for (const httpStatus of [400, 401, 403, 404, 429, 500, 503]) {
    const failure = failureOfHttpAnswer({ httpStatus, headers: {}, bodyText: body, nowMs })
    assert.ok(!/secret|please/i.test(JSON.stringify(failure)), JSON.stringify(failure))
    assert.ok(failureKinds.includes(failure.kind))
  }
})
