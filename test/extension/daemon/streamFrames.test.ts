/** What is taken for the parts of a stream. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeChatParts } from '../../../extension/daemon/streamFrames.ts'
import { streamPartSchema } from '../../../shared/domain/streamPart.ts'

const failure = { kind: 'timeout', message: '' }
const known: readonly Readonly<Record<string, unknown>>[] = [
  { type: 'attempt-start', endpoint: 'a/m@one', provider: 'one', model: 'a/m', isPractice: false },
  { type: 'text-append', text: 'a' },
  { type: 'reasoning-append', text: 'a' },
  { type: 'tool-call-append', index: 0, argumentsText: '' },
  { type: 'logprobs-append', tokens: [] },
  { type: 'attempt-fail', failure, next: 'stop' },
  { type: 'rewind' },
  { type: 'wait-start', delayMs: 1, endpoint: 'a/m@one' },
  { type: 'request-end', outcome: 'succeeded' },
]

test('every type of part that the protocol has is known', () => {
  const types = streamPartSchema.options.map((option) => option.shape.type.value)
  assert.deepEqual(known.map(({ type }) => type).sort(), [...types].sort())
})

for (const part of known) {
  test(`a part ${String(part.type)} is taken as it is`, () => {
    const params = { requestId: 'request-1', parts: [{ number: 1, attempt: 1, ...part }] }
    assert.deepEqual(decodeChatParts(params), params)
  })
}

test('a part of a type that a newer daemon has is left out, and those beside it are taken', () => {
  const text = { number: 2, attempt: 1, type: 'text-append', text: 'a' }
  const parts = [{ number: 1, attempt: 1, type: 'mood-append', mood: 'good' }, text]
  assert.deepEqual(decodeChatParts({ requestId: 'request-1', parts }), { requestId: 'request-1', parts: [text] })
})

const malformed: readonly unknown[] = [
  undefined,
  { parts: [] },
  { requestId: 'request-1', parts: 'none' },
  { requestId: 'request-1', parts: [{ attempt: 1, type: 'rewind' }] },
  { requestId: 'request-1', parts: [{ number: 1, type: 'rewind' }] },
  { requestId: 'request-1', parts: [{ number: 1, attempt: 1 }] },
  { requestId: 'request-1', parts: [{ number: 1, attempt: 1, type: 'wait-start' }] },
]
for (const params of malformed) {
  test(`refused: ${JSON.stringify(params) ?? 'nothing'}`, () => {
    assert.equal(decodeChatParts(params), undefined)
  })
}
