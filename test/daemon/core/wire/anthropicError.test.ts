import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureOfAnthropicAnswer, failureOfAnthropicErrorFrame } from '../../../../daemon/core/wire/anthropicError.ts'
import type { FailureKind } from '../../../../shared/domain/failure.ts'
import { failureTable } from '../../../../shared/domain/failureTable.ts'

type Row = readonly [httpStatus: number, type: string, kind: FailureKind, message?: string]

const rows: readonly Row[] = [
  [400, 'invalid_request_error', 'invalid-request', 'messages.0.content: Input should be a valid list'],
  [400, 'invalid_request_error', 'context-too-long', 'prompt is too long: 213462 tokens > 200000 maximum'],
  [
    400,
    'invalid_request_error',
    'context-too-long',
    'input length and `max_tokens` exceed context limit: 199759 + 8192 > 200000, decrease input length or `max_tokens` and try again',
  ],
  [400, 'invalid_request_error', 'payment-required', 'Your credit balance is too low to access the Anthropic API.'],
  [
    400,
    'invalid_request_error',
    'payment-required',
    'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
  ],
  [400, 'invalid_request_error', 'payment-required', 'You have reached your specified workspace API usage limits.'],
  [400, 'invalid_request_error', 'content-filtered', 'Output blocked by content filtering policy'],
  [401, 'authentication_error', 'bad-credentials'],
  [402, 'billing_error', 'payment-required'],
  [403, 'permission_error', 'bad-credentials'],
  [404, 'not_found_error', 'not-found', 'model: claude-opus-9'],
  [409, 'conflict_error', 'provider-error'],
  [413, 'request_too_large', 'too-large'],
  [429, 'rate_limit_error', 'rate-limited'],
  [500, 'api_error', 'provider-error'],
  [504, 'timeout_error', 'timeout'],
  [529, 'overloaded_error', 'overloaded'],
]

const answerOf = (httpStatus: number, body: unknown, headers = {}) =>
  failureOfAnthropicAnswer({ httpStatus, headers, bodyText: JSON.stringify(body), nowMs: 0 })

for (const [httpStatus, type, kind, message = 'canary'] of rows) {
  test(`16: HTTP ${httpStatus} ${type} is ${kind}: ${message}`, () => {
    const error = { type: 'error', error: { type, message }, request_id: 'req_1' }
    const failure = answerOf(httpStatus, error)
    assert.deepEqual([failure.kind, failure.httpStatus, failure.providerCode], [kind, httpStatus, type])
    assert.ok(!failure.message.includes(message))
    assert.equal(failureOfAnthropicErrorFrame(error).kind, kind)
  })
}

test('16: an empty account, a spend limit, a long prompt and a filter let another model answer', () => {
  for (const [, type, kind] of rows.filter(
    ([, type, kind]) => type === 'invalid_request_error' && kind !== 'invalid-request',
  ))
    assert.equal(failureTable[kind].advice, 'fallback', type)
})

test('16: what is none of its own is read by its status, or as another provider means it', () => {
  const kinds: readonly (readonly [number, unknown, FailureKind])[] = [
    [502, '<html>', 'provider-error'],
    [529, undefined, 'overloaded'],
    [400, { error: { code: 'context_length_exceeded' } }, 'context-too-long'],
    [429, { error: { code: 'insufficient_quota' } }, 'payment-required'],
    [400, { type: 'error', error: { type: 'toString', message: 'x' } }, 'invalid-request'],
    [302, '', 'protocol-violation'],
  ]
  for (const [status, body, kind] of kinds) assert.equal(answerOf(status, body).kind, kind, JSON.stringify(body))
})

const waitRows: readonly (readonly [number, string, number | undefined])[] = [
  [429, 'rate_limit_error', 7_000],
  [529, 'overloaded_error', 7_000],
  [401, 'authentication_error', undefined],
  [402, 'billing_error', undefined],
  [500, 'api_error', undefined],
]
for (const [status, type, retryAfterMs] of waitRows) {
  test(`17: the wait that the header says is ${retryAfterMs === undefined ? 'left out' : 'kept'} at ${type}`, () => {
    const failure = answerOf(status, { type: 'error', error: { type, message: 'x' } }, { 'retry-after': '7' })
    assert.equal(failure.retryAfterMs, retryAfterMs)
  })
}
