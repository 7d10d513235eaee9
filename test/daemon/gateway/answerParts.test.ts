// From the bytes of an answer through the gateway's parts to the message that a client sends back, and out again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WireEvent } from '../../../daemon/core/wire/wireEvent.ts'
import { wireOf } from '../../../daemon/core/wire/wires.ts'
import { createAnswerParts } from '../../../daemon/gateway/answerParts.ts'
import { createPartStream } from '../../../daemon/gateway/partStream.ts'
import { answerMessageOf } from '../../../shared/domain/answerMessage.ts'
import type { ChatMessage } from '../../../shared/domain/chatRequest.ts'
import type { Dialect } from '../../../shared/domain/dialect.ts'
import { dialects } from '../../../shared/domain/dialect.ts'
import type { StreamPart } from '../../../shared/domain/streamPart.ts'
import { createManualClock } from '../../support/manualClock.ts'
import { anthropicFixtureNames } from '../core/wire/anthropicFixtures.ts'
import { decoded, saidBy } from '../core/wire/decoding.ts'
import { geminiFixtureNames } from '../core/wire/geminiFixtures.ts'
import { fixtureBytes } from '../core/wire/wireFixtures.ts'

const models: Readonly<Record<Dialect, string>> = {
  'openai-chat': 'gpt-5',
  'anthropic-messages': 'claude-opus-5-5',
  'gemini-generate': 'gemini-3-flash-preview',
}

async function partsOf(events: readonly WireEvent[]): Promise<readonly StreamPart[]> {
  const stream = createPartStream(4 * 1024 * 1024)
  const parts: StreamPart[] = []
  stream.attach(0, (fresh) => {
    parts.push(...fresh)
    return undefined
  })
  const answer = createAnswerParts({ stream, attempt: 1, clock: createManualClock() })
  await answer.onEvents(events)
  answer.commit()
  return parts
}

function encoded(dialect: Dialect, message: ChatMessage): string {
  const results = (message.toolCalls ?? []).map(({ id }) => ({ role: 'tool' as const, content: 'ok', toolCallId: id }))
  return wireOf(dialect).encode(
    {
      messages: [{ role: 'user', content: 'Go' }, message, ...results, { role: 'user', content: 'On' }],
      parameters: {},
    },
    { model: models[dialect], quirks: { maxTokensParameter: 'max_tokens' } },
  )
}

const sealPatterns: Readonly<Partial<Record<Dialect, RegExp>>> = {
  'anthropic-messages': /"(?:signature|data)":"[^"]+"/g,
  'gemini-generate': /"thoughtSignature":"[^"]+"/g,
}

const fixtures = [
  ...anthropicFixtureNames.map((name) => ['anthropic-messages', name] as const),
  ...geminiFixtureNames.map((name) => ['gemini-generate', name] as const),
]

for (const [dialect, name] of fixtures) {
  const bytes = fixtureBytes(name)
  const events = decoded(wireOf(dialect).createDecoder, bytes)

  test(`12: what ${name} said goes back as a message that says the same`, async () => {
    const message = answerMessageOf(await partsOf(events))
    const { text, reasoning, calls } = saidBy(events)
    assert.equal(message.content, text)
    assert.equal((message.reasoning ?? []).map((block) => block.text).join(''), reasoning)
    assert.deepEqual(
      (message.toolCalls ?? []).map(({ seal: _, ...call }) => call),
      calls,
    )
  })

  test(`12: what ${name} sealed goes back byte for byte and in order, and to no other dialect`, async () => {
    const message = answerMessageOf(await partsOf(events))
    const pattern = sealPatterns[dialect] ?? /never/
    const sealed = new TextDecoder().decode(bytes).match(pattern) ?? []
    assert.deepEqual(encoded(dialect, message).match(pattern) ?? [], sealed)
    for (const other of dialects.filter((one) => one !== dialect)) {
      const body = encoded(other, message)
      for (const seal of sealed) assert.ok(!body.includes(seal.slice(seal.indexOf(':') + 2, -1)), `${other}: ${seal}`)
    }
  })
}

test('12: thoughts, words and calls of one answer go back to Anthropic whole', async () => {
  const events = decoded(wireOf('anthropic-messages').createDecoder, fixtureBytes('anthropic-thinking-tools'))
  const body = JSON.parse(encoded('anthropic-messages', answerMessageOf(await partsOf(events))))
  assert.deepEqual(body.messages[1], {
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: 'Two files, so two calls.', signature: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3h==' },
      { type: 'redacted_thinking', data: 'EmwKAhgBEgy3va3pzix/LafPsn4=' },
      { type: 'text', text: 'I will look.' },
      { type: 'tool_use', id: 'toolu_1', name: 'read', input: { path: 'a.ts' } },
      { type: 'tool_use', id: 'toolu_2', name: 'read', input: { path: 'b.ts' } },
      { type: 'tool_use', id: 'toolu_3', name: 'list_files', input: {} },
    ],
  })
})
