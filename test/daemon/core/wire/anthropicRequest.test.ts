import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeAnthropicMessages } from '../../../../daemon/core/wire/anthropicRequest.ts'
import type { ChatMessage, ChatParameters, ChatRequest } from '../../../../shared/domain/chatRequest.ts'

type Body = {
  readonly max_tokens: number
  readonly messages: readonly {
    readonly role: string
    readonly content: readonly Readonly<Record<string, unknown>>[]
  }[]
  readonly system?: unknown
  readonly thinking?: unknown
  readonly output_config?: unknown
  readonly temperature?: number
  readonly tool_choice?: unknown
}

const user = (content: ChatMessage['content']): ChatMessage => ({ role: 'user', content })
const look = { name: 'look', parameters: {} }

function bodyOf(request: Partial<ChatRequest>, model = 'claude-sonnet-4-6'): Body {
  return JSON.parse(encodeAnthropicMessages({ messages: [user('Hello')], parameters: {}, ...request }, { model }))
}

test('the least: a limit is always sent, and it streams', () => {
  assert.deepEqual(bodyOf({}), {
    model: 'claude-sonnet-4-6',
    max_tokens: 8_192,
    stream: true,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
  })
})

test('system stands apart, neighbours of one role become one, blank text leaves', () => {
  const { system, messages } = bodyOf({
    messages: [
      { role: 'system', content: 'Be brief.' },
      user('One'),
      user('  '),
      user('Two'),
      { role: 'assistant', content: '' },
      { role: 'assistant', content: 'Three' },
      { role: 'system', content: 'And kind.' },
    ],
  })
  assert.deepEqual(system, [
    { type: 'text', text: 'Be brief.' },
    { type: 'text', text: 'And kind.' },
  ])
  assert.deepEqual(messages, [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'One' },
        { type: 'text', text: 'Two' },
      ],
    },
    { role: 'assistant', content: [{ type: 'text', text: 'Three' }] },
  ])
})

test('results of parallel calls are blocks of one user message, and truncated arguments become none', () => {
  const calls = ['a', 'b'].map((id) => ({ id, name: 'look', argumentsText: id === 'a' ? '{"x":1}' : '{"x":' }))
  const { messages } = bodyOf({
    messages: [
      { role: 'assistant', content: '', toolCalls: calls },
      { role: 'tool', content: '1', toolCallId: 'a' },
      { role: 'tool', content: '2', toolCallId: 'b' },
    ],
  })
  assert.deepEqual(messages[0]?.content, [
    { type: 'tool_use', id: 'a', name: 'look', input: { x: 1 } },
    { type: 'tool_use', id: 'b', name: 'look', input: {} },
  ])
  assert.deepEqual(
    messages[1]?.content.map((block) => block.tool_use_id),
    ['a', 'b'],
  )
})

test('12: sealed thoughts go back as they came and first; others do not go', () => {
  const dialect = 'anthropic-messages' as const
  const { messages } = bodyOf({
    messages: [
      {
        role: 'assistant',
        content: 'So.',
        reasoning: [
          { text: 'Hm.', seal: { dialect, signature: 'sig==' } },
          { text: '', seal: { dialect, signature: 'empty==' } },
          { text: '', seal: { dialect, redacted: 'secret==' } },
          { text: 'unsealed' },
          { text: 'of Gemini', seal: { dialect: 'gemini-generate', signature: 'x' } },
        ],
      },
    ],
  })
  assert.deepEqual(messages[0]?.content, [
    { type: 'thinking', thinking: 'Hm.', signature: 'sig==' },
    { type: 'thinking', thinking: '', signature: 'empty==' },
    { type: 'redacted_thinking', data: 'secret==' },
    { type: 'text', text: 'So.' },
  ])
})

const thinkingRows: readonly (readonly [string, string, ChatParameters, object])[] = [
  ['a new model thinks adaptively', 'claude-opus-4-7', { reasoningEffort: 'high' }, { type: 'adaptive' }],
  ['so does one of another naming', 'claude-fable-5', { reasoningEffort: 'low' }, { type: 'adaptive' }],
  [
    'an older one has a budget',
    'claude-sonnet-4-5-20250929',
    { reasoningEffort: 'medium', maxOutputTokens: 10_000 },
    { type: 'enabled', budget_tokens: 5_000 },
  ],
  [
    'a budget is at least 1,024',
    'claude-3-7-sonnet-20250219',
    { reasoningEffort: 'minimal', maxOutputTokens: 4_000 },
    { type: 'enabled', budget_tokens: 1_024 },
  ],
  [
    'Claude 4 has one, too',
    'claude-sonnet-4-20250514',
    { reasoningEffort: 'high', maxOutputTokens: 10_000 },
    { type: 'enabled', budget_tokens: 8_000 },
  ],
]
for (const [name, model, parameters, thinking] of thinkingRows) {
  test(`14: ${name}, and then is told no temperature`, () => {
    const body = bodyOf({ parameters: { ...parameters, temperature: 0.5 } }, model)
    assert.deepEqual(body.thinking, thinking)
    assert.equal(body.temperature, undefined)
  })
}

test('no thinking where there is no room, no wish, or a tool that must be called', () => {
  const old = 'claude-opus-4-1-20250805'
  assert.equal(bodyOf({ parameters: { reasoningEffort: 'low', maxOutputTokens: 1_000 } }, old).thinking, undefined)
  assert.equal(bodyOf({ parameters: { reasoningEffort: 'none', temperature: 2 } }).thinking, undefined)
  assert.equal(bodyOf({ parameters: { reasoningEffort: 'none', temperature: 2 } }).temperature, 1)
  const forced = bodyOf({ tools: [look], parameters: { reasoningEffort: 'high', toolChoice: { name: 'look' } } })
  assert.equal(forced.thinking, undefined)
  assert.deepEqual(forced.tool_choice, { type: 'tool', name: 'look' })
})

test('effort and a schema stand beside each other', () => {
  const schema = { type: 'object', properties: {} }
  const responseFormat = { type: 'json-schema', name: 'x', schema } as const
  assert.deepEqual(bodyOf({ parameters: { reasoningEffort: 'medium', responseFormat } }).output_config, {
    effort: 'medium',
    format: { type: 'json_schema', schema },
  })
  assert.equal(bodyOf({ parameters: { responseFormat: { type: 'json' } } }).output_config, undefined)
})

test('tool choices', () => {
  const choiceOf = (parameters: ChatParameters) => bodyOf({ tools: [look], parameters }).tool_choice
  assert.deepEqual(choiceOf({ toolChoice: 'none' }), { type: 'none' })
  assert.deepEqual(choiceOf({ toolChoice: 'required' }), { type: 'any' })
  assert.deepEqual(choiceOf({ parallelToolCalls: false }), { type: 'auto', disable_parallel_tool_use: true })
  assert.equal(choiceOf({}), undefined)
  assert.equal(bodyOf({ parameters: { toolChoice: 'auto' } }).tool_choice, undefined)
})

test('15: whatever the conversation, roles alternate and no text block is empty', () => {
  const messages = fc.array(
    fc.record({
      role: fc.constantFrom('system', 'user', 'assistant', 'tool'),
      content: fc.oneof(fc.string(), fc.array(fc.string().map((text) => ({ type: 'text' as const, text })))),
    }),
  )
  fc.assert(
    fc.property(messages, (some) => {
      const body = bodyOf({ messages: some })
      for (const [index, { role, content }] of body.messages.entries()) {
        assert.notEqual(role, body.messages[index - 1]?.role)
        assert.ok(content.length > 0)
        for (const block of content) if (block.type === 'text') assert.notEqual(String(block.text).trim(), '')
      }
    }),
  )
})
