import assert from 'node:assert/strict'
import { test } from 'node:test'
import { geminiContentsOf } from '../../../../daemon/core/wire/geminiContents.ts'
import type { ChatMessage } from '../../../../shared/domain/chatRequest.ts'

const seal = (signature: string) => ({ dialect: 'gemini-generate' as const, signature })
const user = (text: string) => ({ role: 'user' as const, parts: [{ text }] })
const model = (...parts: readonly object[]) => ({ role: 'model' as const, parts })
const results = (...parts: readonly object[]) => ({ role: 'user' as const, parts })
const result = (name: string, response: object) => ({ functionResponse: { name, response } })
const image = { type: 'image' as const, mediaType: 'image/png', base64: 'AAAA' }
const inlineData = { inlineData: { mimeType: 'image/png', data: 'AAAA' } }

type Row = {
  readonly name: string
  readonly messages: readonly ChatMessage[]
  readonly isGemini3?: boolean
  readonly encoded: object
}

const twoCalls: ChatMessage = {
  role: 'assistant',
  content: '',
  toolCalls: [
    { id: 'call_0', name: 'read', argumentsText: '{"path":"a"}', seal: seal('s') },
    { id: 'call_1', name: 'list', argumentsText: '' },
  ],
}
const twoCallParts = [
  { functionCall: { name: 'read', args: { path: 'a' } }, thoughtSignature: 's' },
  { functionCall: { name: 'list', args: {} } },
]

const rows: readonly Row[] = [
  {
    name: 'the system stands apart, neighbours are one, and empty texts are none',
    messages: [
      { role: 'system', content: 'A' },
      { role: 'user', content: 'B' },
      { role: 'system', content: [{ type: 'text', text: 'C' }] },
      { role: 'user', content: [{ type: 'text', text: 'D', cacheControl: { type: 'ephemeral' } }, image] },
      { role: 'assistant', content: '' },
      { role: 'assistant', content: 'E' },
      { role: 'user', content: '' },
    ],
    encoded: {
      systemInstruction: { parts: [{ text: 'A' }, { text: 'C' }] },
      contents: [{ role: 'user', parts: [{ text: 'B' }, { text: 'D' }, inlineData] }, model({ text: 'E' })],
    },
  },
  {
    name: 'a system alone is said by the user',
    messages: [{ role: 'system', content: 'A' }],
    encoded: { contents: [user('A')] },
  },
  {
    name: '10: results by name, in the order of the calls, in a content of their own',
    messages: [
      { role: 'user', content: 'Q' },
      twoCalls,
      { role: 'tool', content: 'nothing', toolCallId: 'call_1' },
      { role: 'tool', content: '{"text":"x"}', toolCallId: 'call_0' },
      { role: 'user', content: 'And?' },
    ],
    encoded: {
      contents: [
        user('Q'),
        model(...twoCallParts),
        results(result('read', { text: 'x' }), result('list', { output: 'nothing' })),
        user('And?'),
      ],
    },
  },
  {
    name: '10: ids of ours repeat: the latest call of that id is answered',
    messages: [
      twoCalls,
      { role: 'tool', content: 'a', toolCallId: 'call_0' },
      { role: 'tool', content: 'b', toolCallId: 'call_1' },
      { role: 'assistant', content: '', toolCalls: [{ id: 'call_0', name: 'write', argumentsText: '{}' }] },
      { role: 'tool', content: '[1]', toolCallId: 'call_0' },
    ],
    encoded: {
      contents: [
        model(...twoCallParts),
        results(result('read', { output: 'a' }), result('list', { output: 'b' })),
        model({ functionCall: { name: 'write', args: {} } }),
        results(result('write', { output: '[1]' })),
      ],
    },
  },
  {
    name: '10: an id that Gemini gave goes back with call and result',
    messages: [
      { role: 'assistant', content: '', toolCalls: [{ id: 'fc-7', name: 'f', argumentsText: '{}', seal: seal('s') }] },
      { role: 'tool', content: '1', toolCallId: 'fc-7' },
    ],
    encoded: {
      contents: [
        model({ functionCall: { id: 'fc-7', name: 'f', args: {} }, thoughtSignature: 's' }),
        results({ functionResponse: { id: 'fc-7', name: 'f', response: { output: '1' } } }),
      ],
    },
  },
  {
    name: 'a result without its call is what was said',
    messages: [{ role: 'tool', content: 'lost', toolCallId: 'x' }],
    encoded: { contents: [user('lost')] },
  },
  {
    name: 'images of a result stand behind all results',
    messages: [
      twoCalls,
      { role: 'tool', content: [{ type: 'text', text: 'see' }, image], toolCallId: 'call_0' },
      { role: 'tool', content: 'b', toolCallId: 'call_1' },
    ],
    encoded: {
      contents: [
        model(...twoCallParts),
        results(result('read', { output: 'see' }), result('list', { output: 'b' })),
        results(inlineData),
      ],
    },
  },
  {
    name: 'images of a result lie within it since Gemini 3',
    messages: [twoCalls, { role: 'tool', content: [image], toolCallId: 'call_0' }],
    isGemini3: true,
    encoded: {
      contents: [
        model(...twoCallParts),
        results({ functionResponse: { name: 'read', response: { output: '' }, parts: [inlineData] } }),
      ],
    },
  },
  {
    name: '12: signatures go back where they came; unsealed thoughts and seals of others stay out',
    messages: [
      {
        role: 'assistant',
        content: 'Hi',
        reasoning: [
          { text: 'hm' },
          { text: 'Hm.', seal: seal('thought') },
          { text: 'x', seal: { dialect: 'anthropic-messages', signature: 'other' } },
          { text: '', seal: seal('text+/=') },
        ],
        toolCalls: [
          { id: 'call_0', name: 'f', argumentsText: '{}', seal: seal('call') },
          {
            id: 'call_1',
            name: 'g',
            argumentsText: '{}',
            seal: { dialect: 'openai-chat', signature: 'other' },
          },
        ],
      },
    ],
    isGemini3: true,
    encoded: {
      contents: [
        model(
          { text: 'Hm.', thought: true, thoughtSignature: 'thought' },
          { text: 'Hi' },
          { text: '', thoughtSignature: 'text+/=' },
          { functionCall: { name: 'f', args: {} }, thoughtSignature: 'call' },
          { functionCall: { name: 'g', args: {} } },
        ),
      ],
    },
  },
  {
    name: '12: calls that another model made carry the documented word, the first of them, since Gemini 3',
    messages: [
      {
        role: 'assistant',
        content: '',
        toolCalls: [
          { id: 'toolu_1', name: 'f', argumentsText: '{"p' },
          { id: 'toolu_2', name: 'g', argumentsText: '{}' },
        ],
      },
    ],
    isGemini3: true,
    encoded: {
      contents: [
        model(
          {
            functionCall: { name: 'f', args: { arguments: '{"p' } },
            thoughtSignature: 'skip_thought_signature_validator',
          },
          { functionCall: { name: 'g', args: {} } },
        ),
      ],
    },
  },
  {
    name: '12: before Gemini 3 they need none',
    messages: [{ role: 'assistant', content: '', toolCalls: [{ id: 'a', name: 'f', argumentsText: '{}' }] }],
    encoded: { contents: [model({ functionCall: { name: 'f', args: {} } })] },
  },
]

for (const row of rows) {
  test(`encodes messages: ${row.name}`, () => {
    const encoded = geminiContentsOf(row.messages, { isGemini3: row.isGemini3 ?? false })
    assert.deepEqual(JSON.parse(JSON.stringify(encoded)), row.encoded)
  })
}
