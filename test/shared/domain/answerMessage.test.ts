import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerMessageOf } from '../../../shared/domain/answerMessage.ts'
import type { ChatMessage } from '../../../shared/domain/chatRequest.ts'
import type { UnnumberedPart } from '../../../shared/domain/streamPart.ts'
import { endpoint } from '../../support/endpoints.ts'

const { id, provider, model } = endpoint('a/x@one')
const attempt = 1
const said = (text: string): UnnumberedPart => ({ type: 'text-append', attempt, text })
const sealOf = (signature: string) => ({ dialect: 'anthropic-messages', signature }) as const

type Row = {
  readonly name: string
  readonly parts: readonly UnnumberedPart[]
  readonly message: Omit<ChatMessage, 'role'>
}

const rows: readonly Row[] = [
  { name: 'nothing', parts: [], message: { content: '' } },
  {
    name: 'texts are joined, what is no part of the answer is passed over',
    parts: [
      { type: 'attempt-start', attempt, endpoint: id, provider, model, isPractice: false },
      said('Hel'),
      { type: 'logprobs-append', attempt, tokens: [] },
      said('lo'),
      { type: 'request-end', outcome: 'succeeded' },
    ],
    message: { content: 'Hello' },
  },
  {
    name: 'reasoning is in the order of its stretches, each with its last seal',
    parts: [
      { type: 'reasoning-append', attempt, text: 'b', block: 1 },
      { type: 'reasoning-append', attempt, text: 'a' },
      { type: 'reasoning-append', attempt, text: '', seal: sealOf('early') },
      { type: 'reasoning-append', attempt, text: '', block: 0, seal: sealOf('late') },
      { type: 'reasoning-append', attempt, text: '.' },
      { type: 'reasoning-append', attempt, text: 'c', block: 1 },
      { type: 'reasoning-append', attempt, text: '', block: 2, seal: { dialect: 'anthropic-messages', redacted: 'r' } },
    ],
    message: {
      content: '',
      reasoning: [
        { text: 'a.', seal: sealOf('late') },
        { text: 'bc' },
        { text: '', seal: { dialect: 'anthropic-messages', redacted: 'r' } },
      ],
    },
  },
  {
    name: 'calls in turns are put together by their index',
    parts: [
      { type: 'tool-call-append', attempt, index: 0, id: 'a', name: 'f', argumentsText: '', seal: sealOf('s') },
      { type: 'tool-call-append', attempt, index: 1, id: 'b', name: 'g', argumentsText: '{' },
      { type: 'tool-call-append', attempt, index: 0, argumentsText: '{"x":1}' },
      { type: 'tool-call-append', attempt, index: 1, argumentsText: '}' },
    ],
    message: {
      content: '',
      toolCalls: [
        { id: 'a', name: 'f', argumentsText: '{"x":1}', seal: sealOf('s') },
        { id: 'b', name: 'g', argumentsText: '{}' },
      ],
    },
  },
  {
    name: 'a rewind takes all back',
    parts: [
      said('no'),
      { type: 'reasoning-append', attempt, text: 'no' },
      { type: 'tool-call-append', attempt, index: 0, id: 'a', name: 'f', argumentsText: '' },
      { type: 'rewind', attempt },
      { type: 'text-append', attempt: 2, text: 'yes' },
    ],
    message: { content: 'yes' },
  },
]

for (const { name, parts, message } of rows) {
  test(`an answer as the message that goes back: ${name}`, () => {
    assert.deepEqual(answerMessageOf(parts), { role: 'assistant', ...message })
  })
}
