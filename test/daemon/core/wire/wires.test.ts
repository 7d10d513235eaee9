import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wireOf } from '../../../../daemon/core/wire/wires.ts'
import type { ChatMessage } from '../../../../shared/domain/chatRequest.ts'
import { dialects } from '../../../../shared/domain/dialect.ts'
import { decoded, fixtureOf, saidBy } from './decoding.ts'

const fixtures = {
  'openai-chat': 'openai-text',
  'anthropic-messages': 'anthropic-text',
  'gemini-generate': 'gemini-text',
} as const

type ErrorRow = readonly [number, object, string]

const errorsOfAll: readonly ErrorRow[] = [
  [404, { error: { type: 'not_found_error', message: 'x' } }, 'not-found'],
  [429, { error: { type: 'rate_limit_error', message: 'x' } }, 'rate-limited'],
  [500, { error: { type: 'api_error', message: 'x' } }, 'provider-error'],
]
const google: readonly ErrorRow[] = [
  [
    400,
    { error: { code: 400, status: 'INVALID_ARGUMENT', message: 'The input token count (9) exceeds the maximum' } },
    'context-too-long',
  ],
  [400, { error: { code: 400, status: 'INVALID_ARGUMENT', message: 'API key not valid.' } }, 'bad-credentials'],
  [403, { error: { code: 403, status: 'PERMISSION_DENIED', message: 'x' } }, 'bad-credentials'],
  [503, { error: { code: 503, status: 'UNAVAILABLE', message: 'x' } }, 'overloaded'],
]
const others: readonly ErrorRow[] = [
  [400, { error: { type: 'invalid_request_error', message: 'Your credit balance is too low.' } }, 'payment-required'],
  [400, { error: { type: 'invalid_request_error', message: 'prompt is too long: 9 tokens > 8' } }, 'context-too-long'],
  [413, { error: { type: 'request_too_large', message: 'x' } }, 'too-large'],
  [529, { error: { type: 'overloaded_error', message: 'x' } }, 'overloaded'],
]

for (const dialect of dialects) {
  const wire = wireOf(dialect)

  test(`${dialect}: encodes, streams, reads a whole body and tells what an error means`, () => {
    const messages: readonly ChatMessage[] = [{ role: 'user', content: 'Hello' }]
    const body = wire.encode({ messages, parameters: {} }, { model: 'm', quirks: { maxTokensParameter: 'max_tokens' } })
    assert.ok(body.includes('Hello'))
    const said = saidBy(decoded(wire.createDecoder, fixtureOf(fixtures[dialect])))
    assert.equal(said.end, 'done stop')
    assert.notEqual(said.text, '')
    assert.equal(saidBy(wire.decodeAnswer('')).end, 'failure truncated')
  })

  test(`16: ${dialect} knows an empty account, an overload and a long prompt from a bad request`, () => {
    for (const [httpStatus, body, kind] of [...errorsOfAll, ...(dialect === 'gemini-generate' ? google : others)]) {
      const failure = wire.failureOf({ httpStatus, headers: {}, bodyText: JSON.stringify(body), nowMs: 0 })
      assert.equal(failure.kind, kind, JSON.stringify(body))
    }
  })

  test(`17: ${dialect} is told how long to wait by a header or, as Google says it, by the body`, () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.5s' }]
    const body = { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'x', details } }
    const answer = { httpStatus: 429, bodyText: JSON.stringify(body), nowMs: 0 }
    assert.equal(wire.failureOf({ ...answer, headers: {} }).retryAfterMs, 34_500)
    const silent = { ...answer, bodyText: '{}', headers: { 'retry-after': '7' } }
    assert.equal(wire.failureOf(silent).retryAfterMs, 7_000)
  })
}
