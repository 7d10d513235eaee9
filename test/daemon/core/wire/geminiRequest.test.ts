import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeGeminiGenerate } from '../../../../daemon/core/wire/geminiRequest.ts'
import type { ChatMessage, ChatParameters, ChatRequest } from '../../../../shared/domain/chatRequest.ts'

type Body = {
  readonly contents: readonly { readonly role: string; readonly parts: readonly object[] }[]
  readonly systemInstruction?: unknown
  readonly tools?: unknown
  readonly toolConfig?: unknown
  readonly generationConfig: Readonly<Record<string, unknown>>
}

const user = (content: ChatMessage['content']): ChatMessage => ({ role: 'user', content })
const look = { name: 'look', parameters: { type: 'object', properties: {} } }

function bodyOf(request: Partial<ChatRequest>, model = 'gemini-2.5-flash'): Body {
  return JSON.parse(encodeGeminiGenerate({ messages: [user('Hello')], parameters: {}, ...request }, { model }))
}

test('the least', () => {
  assert.deepEqual(bodyOf({}), { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }], generationConfig: {} })
})

test('system stands apart, neighbours of one role become one, empty text leaves', () => {
  const body = bodyOf({
    messages: [
      { role: 'system', content: 'Brief.' },
      user('One'),
      user(''),
      user('Two'),
      { role: 'assistant', content: 'So' },
    ],
  })
  assert.deepEqual(body.systemInstruction, { parts: [{ text: 'Brief.' }] })
  assert.deepEqual(body.contents, [
    { role: 'user', parts: [{ text: 'One' }, { text: 'Two' }] },
    { role: 'model', parts: [{ text: 'So' }] },
  ])
})

test('a result names the function of its call, and is an object', () => {
  const toolCalls = [{ id: 'call-1', name: 'look', argumentsText: '{"x":1}' }]
  const { contents } = bodyOf({
    messages: [
      { role: 'assistant', content: '', toolCalls },
      { role: 'tool', content: 'plain words', toolCallId: 'call-1' },
    ],
  })
  assert.deepEqual(contents[1]?.parts, [{ functionResponse: { name: 'look', response: { result: 'plain words' } } }])
})

test('12: signatures go back on the part that they came on; those of other wires do not', () => {
  const dialect = 'gemini-generate' as const
  const message: ChatMessage = {
    role: 'assistant',
    content: 'So.',
    reasoning: [
      { text: 'Hm.', seal: { dialect, signature: 'a==' } },
      { text: '', seal: { dialect, signature: 'b==' } },
      { text: 'no seal' },
      { text: '', seal: { dialect: 'anthropic-messages', signature: 'x' } },
    ],
    toolCalls: [
      { id: '1', name: 'look', argumentsText: '{}', seal: { dialect, signature: 'c==' } },
      { id: '2', name: 'look', argumentsText: '{}' },
    ],
  }
  assert.deepEqual(bodyOf({ messages: [message] }).contents[0]?.parts, [
    { text: 'Hm.', thoughtSignature: 'a==', thought: true },
    { text: 'So.' },
    { text: '', thoughtSignature: 'b==' },
    { functionCall: { name: 'look', args: {} }, thoughtSignature: 'c==' },
    { functionCall: { name: 'look', args: {} } },
  ])
})

test('12: Gemini 3 is given the documented stand-in for a call of another model', () => {
  const toolCalls = ['1', '2'].map((id) => ({ id, name: 'look', argumentsText: '{}' }))
  const { contents } = bodyOf({ messages: [{ role: 'assistant', content: '', toolCalls }] }, 'gemini-3.1-pro')
  assert.deepEqual(contents[0]?.parts, [
    { functionCall: { name: 'look', args: {} }, thoughtSignature: 'skip_thought_signature_validator' },
    { functionCall: { name: 'look', args: {} } },
  ])
})

test('tools and their choice', () => {
  assert.deepEqual(bodyOf({ tools: [look] }).tools, [{ functionDeclarations: [{ name: 'look' }] }])
  const choiceOf = (parameters: ChatParameters) => bodyOf({ tools: [look], parameters }).toolConfig
  assert.deepEqual(choiceOf({ toolChoice: 'none' }), { functionCallingConfig: { mode: 'NONE' } })
  assert.deepEqual(choiceOf({ toolChoice: { name: 'look' } }), {
    functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['look'] },
  })
  assert.equal(choiceOf({}), undefined)
})

const thinking: readonly (readonly [string, ChatParameters['reasoningEffort'], object])[] = [
  ['gemini-2.5-flash', 'none', { thinkingBudget: 0, includeThoughts: false }],
  ['gemini-2.5-pro', 'none', { thinkingBudget: 128, includeThoughts: false }],
  ['gemini-2.5-pro', 'high', { thinkingBudget: 24_576, includeThoughts: true }],
  ['gemini-3-flash', 'minimal', { thinkingLevel: 'minimal', includeThoughts: true }],
  ['gemini-3.1-pro', 'minimal', { thinkingLevel: 'low', includeThoughts: true }],
  ['gemini-3.1-pro', 'high', { thinkingLevel: 'high', includeThoughts: true }],
]
for (const [model, reasoningEffort, expected] of thinking) {
  test(`14: ${model} thinks with effort ${reasoningEffort}`, () => {
    const parameters: ChatParameters = reasoningEffort === undefined ? {} : { reasoningEffort }
    assert.deepEqual(bodyOf({ parameters }, model).generationConfig.thinkingConfig, expected)
  })
}

test('JSON with and without a schema', () => {
  assert.deepEqual(bodyOf({ parameters: { responseFormat: { type: 'json' } } }).generationConfig, {
    responseMimeType: 'application/json',
  })
})
