import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type AnthropicTurn,
  anthropicTurnsOf,
  endedByUser,
  endedForPrefill,
  isAmidForeignTurn,
} from '../../../../daemon/core/wire/anthropicTurns.ts'
import type { ChatMessage } from '../../../../shared/domain/chatRequest.ts'

const user = (content: ChatMessage['content']): ChatMessage => ({ role: 'user', content })
const assistant = (content: string, more: Partial<ChatMessage> = {}): ChatMessage => ({
  role: 'assistant',
  content,
  ...more,
})
const result = (toolCallId: string, content: ChatMessage['content'] = `of ${toolCallId}`): ChatMessage => ({
  role: 'tool',
  content,
  toolCallId,
})
const calling = (...ids: readonly string[]): Partial<ChatMessage> => ({
  toolCalls: ids.map((id) => ({ id, name: 'look', argumentsText: '{"x":1}' })),
})
const thought = (signature: string): Partial<ChatMessage> => ({
  reasoning: [{ text: 'Hm.', seal: { dialect: 'anthropic-messages', signature } }],
})

const text = (said: string) => ({ type: 'text', text: said })
const use = (id: string) => ({ type: 'tool_use', id, name: 'look', input: { x: 1 } })
const given = (id: string, said = `of ${id}`) => ({ type: 'tool_result', tool_use_id: id, content: [text(said)] })
const missing = (id: string) => ({
  type: 'tool_result',
  tool_use_id: id,
  is_error: true,
  content: 'The tool gave no result.',
})
const thinking = (signature: string) => ({ type: 'thinking', thinking: 'Hm.', signature })
const ofUser = (...content: readonly object[]) => ({ role: 'user', content })
const ofAssistant = (...content: readonly object[]) => ({ role: 'assistant', content })

type Row = { readonly name: string; readonly messages: readonly ChatMessage[]; readonly turns: readonly object[] }

const rows: readonly Row[] = [
  {
    name: 'neighbours of one role become one, blank text and system messages leave',
    messages: [
      user('One'),
      user('  '),
      { role: 'system', content: 'Brief.' },
      user('Two'),
      assistant(''),
      user('Three'),
    ],
    turns: [ofUser(text('One'), text('Two'), text('Three'))],
  },
  {
    name: 'results stand first and in the order of the calls, whatever stood before them',
    messages: [user('Go'), assistant('', calling('a', 'b')), user('Hurry'), result('b'), result('a'), user('Now')],
    turns: [
      ofUser(text('Go')),
      ofAssistant(use('a'), use('b')),
      ofUser(given('a'), given('b'), text('Hurry'), text('Now')),
    ],
  },
  {
    name: 'parallel calls that came in several messages are of one turn, behind what was said',
    messages: [user('Go'), assistant('A', calling('a')), assistant('B', calling('b')), result('a'), result('b')],
    turns: [ofUser(text('Go')), ofAssistant(text('A'), text('B'), use('a'), use('b')), ofUser(given('a'), given('b'))],
  },
  {
    name: 'a call without a result has one that says so, also at the end',
    messages: [user('Go'), assistant('', calling('a')), user('Never mind'), assistant('', calling('b'))],
    turns: [
      ofUser(text('Go')),
      ofAssistant(use('a')),
      ofUser(missing('a'), text('Never mind')),
      ofAssistant(use('b')),
      ofUser(missing('b')),
    ],
  },
  {
    name: 'a result whose call is not there is text',
    messages: [user('Go'), result('x', 'lost'), assistant('A', calling('a')), result('a'), result('a', 'again')],
    turns: [ofUser(text('Go'), text('lost')), ofAssistant(text('A'), use('a')), ofUser(given('a'), text('again'))],
  },
  {
    name: 'an empty result has no content',
    messages: [user('Go'), assistant('', calling('a')), result('a', ' ')],
    turns: [ofUser(text('Go')), ofAssistant(use('a')), ofUser({ type: 'tool_result', tool_use_id: 'a' })],
  },
  {
    name: 'images and cache marks within a result stay there',
    messages: [
      user('Go'),
      assistant('', calling('a')),
      result('a', [
        { type: 'text', text: 'x', cacheControl: { type: 'ephemeral', ttl: '1h' } },
        { type: 'image', mediaType: 'image/png', base64: 'AAAA' },
      ]),
    ],
    turns: [
      ofUser(text('Go')),
      ofAssistant(use('a')),
      ofUser({
        type: 'tool_result',
        tool_use_id: 'a',
        content: [
          { type: 'text', text: 'x', cache_control: { type: 'ephemeral', ttl: '1h' } },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
        ],
      }),
    ],
  },
  {
    name: 'foreign ids are made to fit and to differ, on the calls and on their results',
    messages: [
      user('Go'),
      assistant('', calling('functions.f:0', 'call_0')),
      result('functions.f:0'),
      result('call_0'),
      assistant('', calling('call_0')),
      result('call_0', 'second'),
    ],
    turns: [
      ofUser(text('Go')),
      ofAssistant(use('functions_f_0'), use('call_0')),
      ofUser(given('functions_f_0', 'of functions.f:0'), given('call_0')),
      ofAssistant(use('call_0_2')),
      ofUser(given('call_0_2', 'second')),
    ],
  },
  {
    name: '13: arguments that were cut short, or are no object, are none',
    messages: [
      user('Go'),
      assistant('', {
        toolCalls: ['{"x":', '[1]', ''].map((argumentsText, id) => ({ id: `${id}`, name: 'look', argumentsText })),
      }),
    ],
    turns: [
      ofUser(text('Go')),
      ofAssistant(...['0', '1', '2'].map((id) => ({ ...use(id), input: {} }))),
      ofUser(missing('0'), missing('1'), missing('2')),
    ],
  },
  {
    name: '12: thoughts stand before what they led to, and none ends a turn',
    messages: [
      user('Go'),
      assistant('A', thought('s1')),
      assistant('', { ...thought('s2'), ...calling('a') }),
      result('a'),
      assistant('', thought('s3')),
    ],
    turns: [ofUser(text('Go')), ofAssistant(thinking('s1'), text('A'), thinking('s2'), use('a')), ofUser(given('a'))],
  },
  {
    name: 'a conversation that begins with the assistant is begun by the user',
    messages: [assistant('Welcome.'), user('Hello')],
    turns: [ofUser(text('Begin.')), ofAssistant(text('Welcome.')), ofUser(text('Hello'))],
  },
  {
    name: 'a conversation that says nothing is begun by the user',
    messages: [user(''), assistant('')],
    turns: [ofUser(text('Begin.'))],
  },
]

for (const { name, messages, turns } of rows) {
  test(`turns: ${name}`, () => assert.deepEqual(anthropicTurnsOf(messages), turns))
}

test('a conversation that ends with the assistant goes on by the word of the user, or without white space at its end', () => {
  const turns = anthropicTurnsOf([user('Go'), assistant('{ "a": \n')])
  assert.deepEqual(endedByUser(turns).at(-1), ofUser(text('Continue.')))
  assert.deepEqual(endedForPrefill(turns).at(-1), ofAssistant(text('{ "a":')))
  const whole = anthropicTurnsOf([user('Go ')])
  assert.equal(endedByUser(whole), whole)
  assert.equal(endedForPrefill(whole), whole)
})

test('amid the tool turn of another model, or of one that did not think', () => {
  const begun = [user('Go'), assistant('', { ...thought('s'), ...calling('a') }), result('a')]
  assert.equal(isAmidForeignTurn(anthropicTurnsOf(begun)), false)
  const second = [...begun, assistant('', calling('b')), result('b')]
  assert.equal(isAmidForeignTurn(anthropicTurnsOf(second)), false)
  const foreign = [user('Go'), assistant('Let me look.', calling('a')), result('a')]
  assert.equal(isAmidForeignTurn(anthropicTurnsOf(foreign)), true)
  const after = [...foreign, assistant('', { ...thought('s'), ...calling('b') }), result('b')]
  assert.equal(isAmidForeignTurn(anthropicTurnsOf(after)), true)
  assert.equal(isAmidForeignTurn(anthropicTurnsOf([...foreign, assistant('Done.'), user('Thanks')])), false)
})

const seals = fc.constantFrom(
  { dialect: 'anthropic-messages' as const, signature: 's' },
  { dialect: 'anthropic-messages' as const, redacted: 'r' },
  { dialect: 'gemini-generate' as const, signature: 'g' },
)
const ids = fc.constantFrom('a', 'b', 'call_0', 'functions.f:0', 'ü', '')
const words = fc.constantFrom('', ' ', '\n', 'word', ' word ')
const content = fc.oneof(
  words,
  fc.array(
    words.map((said) => ({ type: 'text' as const, text: said })),
    { maxLength: 3 },
  ),
)
const anyMessage: fc.Arbitrary<ChatMessage> = fc.oneof(
  fc.record({ role: fc.constantFrom('system' as const, 'user' as const), content }),
  fc.record({ role: fc.constant('tool' as const), content, toolCallId: ids }),
  fc.record({
    role: fc.constant('assistant' as const),
    content,
    reasoning: fc.array(fc.record({ text: words, seal: seals }), { maxLength: 2 }),
    toolCalls: fc.array(
      fc.record({ id: ids, name: fc.constant('f'), argumentsText: fc.constantFrom('{}', '', 'x', '1') }),
      { maxLength: 3 },
    ),
  }),
)

test('15: whatever the conversation, roles alternate, results come first, ids fit, and no text block is empty', () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 12 }), (messages) => {
      const turns = anthropicTurnsOf(messages)
      for (const ended of [turns, endedByUser(turns), endedForPrefill(turns)]) assertTaken(ended)
      assert.equal(endedByUser(turns).at(-1)?.role, 'user')
    }),
    { numRuns: 1_000 },
  )
})

test('15: a conversation that goes on keeps the turns that it had', () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 8 }), fc.array(anyMessage, { maxLength: 4 }), (before, after) => {
      const turns = anthropicTurnsOf([user('Go'), ...before])
      const later = anthropicTurnsOf([user('Go'), ...before, ...after])
      // The last two may still grow: a turn that goes on, and the results of its calls.
      assert.deepEqual(later.slice(0, Math.max(0, turns.length - 2)), turns.slice(0, -2))
    }),
  )
})

function assertTaken(turns: readonly AnthropicTurn[]): void {
  assert.equal(turns[0]?.role, 'user')
  for (const [at, turn] of turns.entries()) {
    assert.notEqual(turn.role, turns[at - 1]?.role)
    assert.ok(turn.content.length > 0)
    for (const { type, text: said } of turn.content) if (type === 'text') assert.notEqual(String(said).trim(), '')
    const uses = idsOf(turns[at - 1], 'tool_use', 'id')
    assert.deepEqual(idsOf(turn, 'tool_result', 'tool_use_id'), uses)
    assert.ok(turn.content.slice(0, uses.length).every(({ type }) => type === 'tool_result'))
    if (turn.role === 'assistant') assert.doesNotMatch(String(turn.content.at(-1)?.type), /thinking/)
  }
  const all = turns.flatMap((turn) => idsOf(turn, 'tool_use', 'id'))
  for (const id of all) assert.match(String(id), /^[a-zA-Z0-9_-]+$/)
  assert.equal(new Set(all).size, all.length)
}

function idsOf(turn: AnthropicTurn | undefined, type: string, field: string): readonly unknown[] {
  return (turn?.content ?? []).filter((block) => block.type === type).map((block) => block[field])
}
