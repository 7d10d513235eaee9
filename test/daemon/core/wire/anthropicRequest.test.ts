import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeAnthropicMessages } from '../../../../daemon/core/wire/anthropicRequest.ts'
import type { ChatMessage, ChatParameters, ChatRequest } from '../../../../shared/domain/chatRequest.ts'

const user = (content: ChatMessage['content']): ChatMessage => ({ role: 'user', content })
const look = { name: 'look', description: 'Looks', parameters: { properties: { x: { type: 'number' } } } }
const text = (said: string) => ({ type: 'text', text: said })
const hello = [{ role: 'user', content: [text('Hello')] }]

function bodyOf(request: Partial<ChatRequest>, model = 'claude-sonnet-4-6') {
  const body: Readonly<Record<string, unknown>> = JSON.parse(
    encodeAnthropicMessages({ messages: [user('Hello')], parameters: {}, ...request }, { model }),
  )
  return body
}

test('the least: a limit is always sent, and it streams', () => {
  assert.deepEqual(bodyOf({ tools: [] }), {
    model: 'claude-sonnet-4-6',
    max_tokens: 8_192,
    stream: true,
    messages: hello,
  })
})

test('every parameter has its name', () => {
  const parameters: ChatParameters = {
    maxOutputTokens: 100,
    temperature: 1.5,
    topK: 40,
    stop: ['END', '\n'],
    responseFormat: { type: 'json' },
    toolChoice: 'auto',
    seed: 7,
  }
  assert.deepEqual(bodyOf({ parameters, tools: [look] }), {
    model: 'claude-sonnet-4-6',
    max_tokens: 100,
    stream: true,
    messages: hello,
    temperature: 1,
    top_k: 40,
    stop_sequences: ['END'],
    tools: [{ name: 'look', description: 'Looks', input_schema: { type: 'object', ...look.parameters } }],
    tool_choice: { type: 'auto' },
  })
  assert.equal(bodyOf({ parameters: { topP: 0.9 } }).top_p, 0.9)
})

test('what the model would refuse is not sent: sampling, a budget beside a forced call, a schema, blank stop sequences', () => {
  const parameters: ChatParameters = { temperature: 0.5, topP: 0.9, topK: 40, stop: ['\n'] }
  const fields = ['temperature', 'top_p', 'top_k', 'stop_sequences', 'thinking', 'output_config']
  const sentTo = (model: string, more: ChatParameters = {}) =>
    fields.filter(
      (field) => bodyOf({ parameters: { ...parameters, ...more }, tools: [look] }, model)[field] !== undefined,
    )
  assert.deepEqual(sentTo('claude-opus-4-7'), [])
  assert.deepEqual(sentTo('claude-sonnet-4-5'), ['temperature', 'top_k'])
  assert.deepEqual(sentTo('claude-opus-4-6', { reasoningEffort: 'high' }), ['thinking', 'output_config'])
  assert.deepEqual(sentTo('claude-haiku-4-5', { reasoningEffort: 'high', toolChoice: 'required' }), [
    'temperature',
    'top_k',
  ])
  assert.deepEqual(sentTo('claude-3-5-sonnet-20241022', { reasoningEffort: 'high' }), ['temperature', 'top_p', 'top_k'])
  const responseFormat = { type: 'json-schema', name: 'x', schema: { items: { $ref: '#' } } } as const
  assert.deepEqual(sentTo('claude-opus-4-7', { responseFormat }), [])
})

test('14: effort and thinking stand where the API wants them', () => {
  const body = bodyOf({ parameters: { reasoningEffort: 'medium' } }, 'claude-opus-4-7')
  assert.deepEqual(body.thinking, { type: 'adaptive', display: 'summarized' })
  assert.deepEqual(body.output_config, { effort: 'medium' })
})

test('a schema is the format of the output, closed and without limits, beside the effort', () => {
  const schema = { type: 'object', properties: { n: { type: 'integer', minimum: 1 } }, required: ['n'] }
  const responseFormat = { type: 'json-schema', name: 'x', schema, strict: true } as const
  const format = {
    type: 'json_schema',
    schema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'], additionalProperties: false },
  }
  assert.deepEqual(bodyOf({ parameters: { responseFormat } }).output_config, { format })
  assert.deepEqual(bodyOf({ parameters: { responseFormat, reasoningEffort: 'low' } }).output_config, {
    effort: 'low',
    format,
  })
})

const choiceRows: readonly (readonly [ChatParameters, object | undefined, string?])[] = [
  [{}, undefined],
  [{ toolChoice: 'auto' }, { type: 'auto' }],
  [{ toolChoice: 'none' }, { type: 'none' }],
  [{ toolChoice: 'required' }, { type: 'any' }],
  [{ toolChoice: { name: 'look' } }, { type: 'tool', name: 'look' }],
  [{ parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
  [
    { toolChoice: 'required', parallelToolCalls: false },
    { type: 'any', disable_parallel_tool_use: true },
  ],
  [{ toolChoice: 'required' }, { type: 'auto' }, 'claude-opus-5-5'],
  [
    { toolChoice: { name: 'look' }, parallelToolCalls: false },
    { type: 'auto', disable_parallel_tool_use: true },
    'claude-fable-5-1',
  ],
]
for (const [parameters, choice, model = 'claude-sonnet-4-6'] of choiceRows) {
  test(`${model} is told the tool choice ${JSON.stringify(parameters)}`, () => {
    assert.deepEqual(bodyOf({ tools: [look], parameters }, model).tool_choice, choice)
    assert.equal(bodyOf({ parameters }, model).tool_choice, undefined)
  })
}

test('system stands apart; alone it is what the user says', () => {
  const system: ChatMessage = { role: 'system', content: 'Be brief.' }
  const kind: ChatMessage = { role: 'system', content: [{ type: 'text', text: 'And kind.' }] }
  const body = bodyOf({ messages: [system, user('Hello'), kind] })
  assert.deepEqual(body.system, [text('Be brief.'), text('And kind.')])
  assert.deepEqual(body.messages, hello)
  const alone = bodyOf({ messages: [system, user(' ')] })
  assert.equal(alone.system, undefined)
  assert.deepEqual(alone.messages, [{ role: 'user', content: [text('Be brief.')] }])
})

test('a conversation that ends with the assistant is carried on where the model does that, else by a word of the user', () => {
  const messages: readonly ChatMessage[] = [user('Hello'), { role: 'assistant', content: 'So ' }]
  const begun = [...hello, { role: 'assistant', content: [text('So')] }]
  assert.deepEqual(bodyOf({ messages }, 'claude-sonnet-4-5').messages, begun)
  const ended = [
    ...hello,
    { role: 'assistant', content: [text('So ')] },
    { role: 'user', content: [text('Continue.')] },
  ]
  assert.deepEqual(bodyOf({ messages }, 'claude-opus-4-7').messages, ended)
})

test('cache marks are kept with their ttl on tools, system, text, images and within results, at most four', () => {
  const hour = { type: 'ephemeral', ttl: '1h' } as const
  const five = { type: 'ephemeral', ttl: '5m' } as const
  const call = { id: 'a', name: 'look', argumentsText: '{}' }
  const messages: readonly ChatMessage[] = [
    { role: 'system', content: [{ type: 'text', text: 's', cacheControl: hour }] },
    user([{ type: 'image', mediaType: 'image/png', base64: 'AAAA', cacheControl: five }]),
    { role: 'assistant', content: '', toolCalls: [call] },
    { role: 'tool', toolCallId: 'a', content: [{ type: 'text', text: 'r', cacheControl: five }] },
  ]
  const marks = (more: readonly ChatMessage[]) => {
    const body = JSON.stringify(bodyOf({ messages: [...messages, ...more], tools: [{ ...look, cacheControl: hour }] }))
    return [...body.matchAll(/"cache_control":\{"type":"ephemeral","ttl":"(..)"\}/g)].map(([, ttl]) => ttl).sort()
  }
  assert.deepEqual(marks([]), ['1h', '1h', '5m', '5m'])
  const more = user([{ type: 'text', text: 'u', cacheControl: five }])
  assert.deepEqual(marks([more]), ['1h', '5m', '5m', '5m'])
})

const words = fc.constantFrom('', ' ', 'word')
const anyMessages: fc.Arbitrary<readonly ChatMessage[]> = fc.array(
  fc.record({ role: fc.constantFrom('system', 'user', 'assistant', 'tool'), content: words, toolCallId: words }),
  { maxLength: 6 },
)

test('15: never a request with only a system message, whatever the conversation and the model', () => {
  const models = fc.constantFrom('claude-sonnet-4-5', 'claude-opus-5-5', 'glm-5.2')
  fc.assert(
    fc.property(anyMessages, models, (messages, model) => {
      const turns = bodyOf({ messages }, model).messages as readonly {
        readonly role: string
        readonly content: unknown[]
      }[]
      assert.equal(turns[0]?.role, 'user')
      assert.ok(turns.every(({ role, content }, at) => role !== turns[at - 1]?.role && content.length > 0))
      if (model === 'claude-opus-5-5') assert.equal(turns.at(-1)?.role, 'user')
    }),
  )
})
