import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeOpenaiChat } from '../../../../daemon/core/wire/openaiChatRequest.ts'
import type { WireOptions } from '../../../../daemon/core/wire/wire.ts'
import type { ChatRequest } from '../../../../shared/domain/chatRequest.ts'

const options: WireOptions = { model: 'gpt-5-mini', quirks: { maxTokensParameter: 'max_tokens' } }
const always = { model: 'gpt-5-mini', stream: true, stream_options: { include_usage: true } }
const hello = { role: 'user', content: 'Hello' } as const

type Row = {
  readonly name: string
  readonly request: ChatRequest
  readonly options?: WireOptions
  readonly body: object
}

const rows: readonly Row[] = [
  {
    name: 'the least',
    request: { messages: [hello], parameters: {} },
    body: { ...always, messages: [hello] },
  },
  {
    name: 'every parameter',
    request: {
      messages: [hello],
      parameters: { maxOutputTokens: 9, temperature: 0, topP: 0.5, stop: ['a', 'b'], seed: 7, reasoningEffort: 'low' },
    },
    body: {
      ...always,
      messages: [hello],
      max_tokens: 9,
      temperature: 0,
      top_p: 0.5,
      stop: ['a', 'b'],
      seed: 7,
      reasoning_effort: 'low',
    },
  },
  {
    name: 'the newer name of the output limit',
    request: { messages: [hello], parameters: { maxOutputTokens: 9 } },
    options: { model: 'gpt-5-mini', quirks: { maxTokensParameter: 'max_completion_tokens' } },
    body: { ...always, messages: [hello], max_completion_tokens: 9 },
  },
  {
    name: 'parts: one text alone is a string, an image is a data URL',
    request: {
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image', mediaType: 'image/png', base64: 'AAAA' },
          ],
        },
      ],
      parameters: {},
    },
    body: {
      ...always,
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          ],
        },
      ],
    },
  },
  {
    name: 'tools, calls and their results',
    request: {
      messages: [
        { role: 'assistant', content: '', toolCalls: [{ id: 'c1', name: 'look', argumentsText: '{"at":1}' }] },
        { role: 'tool', content: 'seen', toolCallId: 'c1' },
      ],
      parameters: {},
      tools: [{ name: 'look', description: 'Looks.', parameters: { type: 'object' } }],
    },
    body: {
      ...always,
      messages: [
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } }],
        },
        { role: 'tool', content: 'seen', tool_call_id: 'c1' },
      ],
      tools: [{ type: 'function', function: { name: 'look', description: 'Looks.', parameters: { type: 'object' } } }],
    },
  },
  {
    name: 'an empty list of tools is not sent',
    request: { messages: [hello], parameters: {}, tools: [] },
    body: { ...always, messages: [hello] },
  },
]

for (const row of rows) {
  test(`encodes a chat completion request: ${row.name}`, () => {
    assert.deepEqual(JSON.parse(encodeOpenaiChat(row.request, row.options ?? options)), row.body)
  })
}

const reasoningRows = [
  ['effort', { reasoning_effort: 'low' }, { reasoning_effort: 'none' }],
  ['object', { reasoning: { effort: 'low' } }, { reasoning: { effort: 'none' } }],
  ['effort-and-switch', { thinking: { type: 'enabled' }, reasoning_effort: 'low' }, { thinking: { type: 'disabled' } }],
  ['switch', { thinking: { type: 'enabled' } }, { thinking: { type: 'disabled' } }],
] as const

for (const [reasoning, low, none] of reasoningRows) {
  test(`reasoning is asked for and turned off as the provider wants it: ${reasoning}`, () => {
    const bodyOf = (reasoningEffort: 'low' | 'none') => {
      const quirks = { ...options.quirks, reasoning }
      return JSON.parse(
        encodeOpenaiChat({ messages: [hello], parameters: { reasoningEffort } }, { ...options, quirks }),
      )
    }
    assert.deepEqual(bodyOf('low'), { ...always, messages: [hello], ...low })
    assert.deepEqual(bodyOf('none'), { ...always, messages: [hello], ...none })
    const { messages, ...silent } = JSON.parse(encodeOpenaiChat({ messages: [hello], parameters: {} }, options))
    assert.deepEqual([messages, silent], [[hello], always])
  })
}
