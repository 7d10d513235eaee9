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

const frame = (value: object, type?: string) =>
  `${type === undefined ? '' : `event: ${type}\n`}data: ${JSON.stringify(value)}\n\n`
const chunk = (value: object) => frame({ choices: [{ index: 0, delta: { content: 'Hi' }, ...value }] })
const candidate = (value: object, tokens: number) =>
  frame({ candidates: [{ content: { parts: [{ text: 'Hi' }] }, ...value }], usageMetadata: counted(tokens) })
const counted = (tokens: number) => ({ promptTokenCount: 9, candidatesTokenCount: tokens })
const usage = (tokens: number) => ({ prompt_tokens: 9, completion_tokens: tokens })

/** An answer that is counted while it goes on, as each dialect does, and a count of its whole. */
const countedStreams = {
  'openai-chat': {
    before: frame({ choices: [{ index: 0, delta: { content: 'Hi' } }], usage: usage(1) }),
    end: chunk({ finish_reason: 'stop' }) + frame({ choices: [], usage: usage(7) }),
  },
  'anthropic-messages': {
    before: frame(
      { type: 'message_start', message: { usage: { input_tokens: 9, output_tokens: 1 } } },
      'message_start',
    ),
    end: frame(
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } },
      'message_delta',
    ),
  },
  'gemini-generate': { before: candidate({}, 1), end: candidate({ finishReason: 'STOP' }, 7) },
} as const

for (const dialect of dialects) {
  test(`${dialect}: a count that comes before the end of the answer says so; that of the end does not`, () => {
    const { before, end } = countedStreams[dialect]
    const decoder = wireOf(dialect).createDecoder()
    const counts = (text: string) => decoder.decode(text).filter((event) => event.type === 'usage')
    assert.deepEqual(counts(before), [{ type: 'usage', usage: { inputTokens: 9, outputTokens: 1 }, isPartial: true }])
    assert.deepEqual(counts(end), [{ type: 'usage', usage: { inputTokens: 9, outputTokens: 7 } }])
  })
}
