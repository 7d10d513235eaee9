// Every row of providers against a loopback server: the bytes that leave for a rich request, and what comes back.

import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { fitParameters } from '../../../daemon/core/routing/parameters.ts'
import type { UpstreamEvent } from '../../../daemon/gateway/ports.ts'
import { createHttpProvider, type ProviderConnection } from '../../../daemon/providers/httpProvider.ts'
import { type ProviderRowKind, supportedParametersOf, upstreamModelOf } from '../../../daemon/providers/providerRow.ts'
import { providerRows } from '../../../daemon/providers/specs.ts'
import type { ChatRequest } from '../../../shared/domain/chatRequest.ts'
import type { Dialect } from '../../../shared/domain/dialect.ts'
import { endpoint, model, provider } from '../../support/endpoints.ts'
import { ownHttp, startLoopback, streamHead } from './loopback.ts'

const key = 'canary-key-0123456789'
const schema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] }

/** Text, an image, a call and its result, tools, a schema and every parameter. */
const rich: ChatRequest = {
  messages: [
    { role: 'system', content: [{ type: 'text', text: 'Be brief.', cacheControl: { type: 'ephemeral', ttl: '1h' } }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image', mediaType: 'image/png', base64: 'aGk=' },
      ],
    },
    {
      role: 'assistant',
      content: '',
      reasoning: [{ text: 'Let me look.' }],
      toolCalls: [{ id: 'call-1', name: 'look', argumentsText: '{"name":"x"}' }],
    },
    { role: 'tool', content: '{"found":true}', toolCallId: 'call-1' },
  ],
  tools: [{ name: 'look', description: 'Looks.', parameters: schema }],
  parameters: {
    maxOutputTokens: 5_000,
    temperature: 0.2,
    topP: 0.9,
    topK: 40,
    frequencyPenalty: 0.1,
    presencePenalty: 0.2,
    stop: ['END'],
    seed: 7,
    reasoningEffort: 'low',
    responseFormat: { type: 'json-schema', name: 'thing', schema, strict: true },
    toolChoice: 'required',
    parallelToolCalls: false,
    logprobs: true,
    topLogprobs: 3,
  },
}

const openaiBody = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call-1', type: 'function', function: { name: 'look', arguments: '{"name":"x"}' } }],
    },
    { role: 'tool', content: '{"found":true}', tool_call_id: 'call-1' },
  ],
  stream: true,
  stream_options: { include_usage: true },
  max_tokens: 5_000,
  temperature: 0.2,
  top_p: 0.9,
  top_k: 40,
  frequency_penalty: 0.1,
  presence_penalty: 0.2,
  stop: ['END'],
  seed: 7,
  reasoning_effort: 'low',
  response_format: { type: 'json_schema', json_schema: { name: 'thing', schema, strict: true } },
  tools: [{ type: 'function', function: { name: 'look', description: 'Looks.', parameters: schema } }],
  tool_choice: 'required',
  parallel_tool_calls: false,
  logprobs: true,
  top_logprobs: 3,
}

type Field = keyof typeof openaiBody
type Body = Readonly<Record<string, unknown>>

const without = (...fields: readonly Field[]): Body =>
  Object.fromEntries(Object.entries(openaiBody).filter(([name]) => !fields.includes(name as Field)))
const completion = (body: Body): Body => {
  const { max_tokens, ...others } = body
  return { ...others, max_completion_tokens: max_tokens }
}
const withThoughts = (body: Body): Body => ({
  ...body,
  messages: openaiBody.messages.map((message) =>
    message.role === 'assistant' ? { ...message, reasoning_content: 'Let me look.' } : message,
  ),
})
const penalties: readonly Field[] = ['frequency_penalty', 'presence_penalty']
const logprobs: readonly Field[] = ['logprobs', 'top_logprobs']

const anthropicBody = {
  max_tokens: 5_000,
  stream: true,
  system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
      ],
    },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'call-1', name: 'look', input: { name: 'x' } }] },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'call-1', content: [{ type: 'text', text: '{"found":true}' }] }],
    },
  ],
  // A tool must be called, so it does not think, and may be told a temperature.
  temperature: 0.2,
  top_p: 0.9,
  stop_sequences: ['END'],
  output_config: { format: { type: 'json_schema', schema: { ...schema, additionalProperties: false } } },
  tools: [{ name: 'look', description: 'Looks.', input_schema: schema }],
  tool_choice: { type: 'any', disable_parallel_tool_use: true },
}

const geminiBody = {
  systemInstruction: { parts: [{ text: 'Be brief.' }] },
  contents: [
    {
      role: 'user',
      parts: [{ text: 'What is this?' }, { inlineData: { mimeType: 'image/png', data: 'aGk=' } }],
    },
    { role: 'model', parts: [{ functionCall: { name: 'look', args: { name: 'x' } } }] },
    { role: 'user', parts: [{ functionResponse: { name: 'look', response: { found: true } } }] },
  ],
  tools: [{ functionDeclarations: [{ name: 'look', description: 'Looks.', parametersJsonSchema: schema }] }],
  toolConfig: { functionCallingConfig: { mode: 'ANY' } },
  generationConfig: {
    maxOutputTokens: 5_000,
    temperature: 0.2,
    topP: 0.9,
    stopSequences: ['END'],
    seed: 7,
    frequencyPenalty: 0.1,
    presencePenalty: 0.2,
    responseMimeType: 'application/json',
    responseJsonSchema: schema,
    responseLogprobs: true,
    logprobs: 3,
  },
}

type Expected = {
  readonly path: string
  /** The header that carries the key, and what stands in it. */
  readonly auth?: readonly [string, string]
  readonly headers?: Readonly<Record<string, string>>
  readonly model?: string
  readonly body: Body
}

const chat = '/base/chat/completions'
const whole = { path: chat, model: 'author/slug' }

const expected: Readonly<Record<ProviderRowKind, Expected>> = {
  openai: { path: chat, body: completion(without('top_k')) },
  anthropic: {
    path: '/base/messages',
    auth: ['x-api-key', key],
    headers: { 'anthropic-version': '2023-06-01' },
    body: (({ top_p, ...others }) => ({ ...others, top_p, top_k: 40 }))(anthropicBody),
  },
  google: {
    path: '/base/models/slug:streamGenerateContent?alt=sse',
    auth: ['x-goog-api-key', key],
    body: (({ generationConfig: { topP, ...config }, ...others }) => ({
      ...others,
      generationConfig: { ...config, topP, topK: 40 },
    }))(geminiBody),
  },
  openrouter: {
    ...whole,
    headers: { 'x-title': 'Waybill' },
    body: {
      ...without('reasoning_effort'),
      reasoning: { effort: 'low' },
      messages: openaiBody.messages.map((message) =>
        message.role === 'system'
          ? {
              role: 'system',
              content: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
            }
          : message,
      ),
    },
  },
  azure: { path: chat, auth: ['api-key', key], body: completion(without('top_k')) },
  bedrock: { path: chat, body: completion(without('top_k', 'seed', ...penalties, ...logprobs)) },
  groq: { path: chat, body: completion(without('top_k', ...penalties, ...logprobs)) },
  mistral: {
    path: chat,
    body: { ...without('top_k', 'seed', ...logprobs), random_seed: 7, tool_choice: 'any' },
  },
  deepseek: {
    path: chat,
    body: {
      ...withThoughts(without('top_k', 'seed', 'response_format', 'parallel_tool_calls')),
      thinking: { type: 'enabled' },
    },
  },
  xai: { path: chat, body: completion(without('top_k')) },
  cohere: { path: chat, body: without('top_k', 'parallel_tool_calls', ...logprobs) },
  together: { ...whole, body: without('parallel_tool_calls') },
  fireworks: { path: chat, body: without('parallel_tool_calls') },
  cerebras: { path: chat, body: completion(without('top_k', ...penalties)) },
  perplexity: {
    path: chat,
    body: without('stop', 'seed', 'tools', 'tool_choice', 'parallel_tool_calls', ...logprobs),
  },
  moonshot: {
    path: chat,
    body: withThoughts(without('top_k', 'seed', 'reasoning_effort', 'parallel_tool_calls', ...logprobs)),
  },
  zai: {
    path: chat,
    body: {
      ...withThoughts(
        without(
          'top_k',
          'seed',
          'reasoning_effort',
          'response_format',
          'parallel_tool_calls',
          ...penalties,
          ...logprobs,
        ),
      ),
      thinking: { type: 'enabled' },
    },
  },
  nvidia: { ...whole, body: without('top_k', 'parallel_tool_calls') },
  'github-models': { ...whole, body: without('top_k', 'parallel_tool_calls', ...logprobs) },
  huggingface: { ...whole, body: without('top_k', 'parallel_tool_calls') },
  deepinfra: { ...whole, body: without('parallel_tool_calls', ...logprobs) },
  ollama: { path: chat, body: openaiBody },
  lmstudio: { path: chat, body: openaiBody },
  llamacpp: { path: chat, body: openaiBody },
  vllm: { ...whole, body: openaiBody },
  custom: { path: chat, body: openaiBody },
  practice: { path: chat, body: openaiBody },
}

const data = (frame: object) => `data: ${JSON.stringify(frame)}\n\n`
/** "Hi", three tokens in, one out, by each wire. */
const answers: Readonly<Record<Dialect, string>> = {
  'openai-chat': [
    data({ choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }] }),
    data({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 1 } }),
    'data: [DONE]\n\n',
  ].join(''),
  'anthropic-messages': [
    data({ type: 'message_start', message: { usage: { input_tokens: 3, output_tokens: 1 } } }),
    data({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    data({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } }),
    data({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }),
    data({ type: 'message_stop' }),
  ].join(''),
  'gemini-generate': data({
    candidates: [{ content: { parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1 },
  }),
}

for (const [name, row] of Object.entries(providerRows)) {
  const kind = name as ProviderRowKind
  const { path, auth = ['authorization', `Bearer ${key}`], headers = {}, model: named = 'slug', body } = expected[kind]

  test(`conformance, ${kind}: what leaves for a rich request, and what comes back`, async (context) => {
    const { received, events } = await called(context, kind)
    assert.equal(`${received?.method} ${received?.path}`, `POST ${path}`)
    const { host: _host, 'content-length': length, connection: _connection, ...sent } = received?.headers ?? {}
    assert.equal(length, String(Buffer.byteLength(received?.body ?? '')))
    assert.deepEqual(sent, {
      accept: 'text/event-stream',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'user-agent': 'waybill',
      ...headers,
      [auth[0]]: auth[1],
    })
    const isNamed = row.dialect !== 'gemini-generate'
    assert.deepEqual(JSON.parse(received?.body ?? ''), isNamed ? { model: named, ...body } : body)
    assert.equal(textOf(events), 'Hi')
    assert.deepEqual(usageOf(events), { inputTokens: 3, outputTokens: 1 })
    assert.equal(events.at(-1)?.type, 'done')
  })

  test(`conformance, ${kind}: of several keys the one asked for leaves, and no other`, async (context) => {
    const keys = new Map([
      ['ONE_KEY', 'canary-one-0123456789'],
      ['TWO_KEY', 'canary-two-0123456789'],
    ])
    const more = { keyNames: [...keys.keys()], keyOf: (one: string) => keys.get(one) }
    const { received } = await called(context, kind, more, 'TWO_KEY')
    const all = JSON.stringify(received)
    assert.ok(all.includes('canary-two') && !all.includes('canary-one'))
    const first = await called(context, kind, more)
    assert.ok(JSON.stringify(first.received).includes('canary-one'))
  })

  test(`conformance, ${kind}: without a key nothing leaves where one is expected, and none where none is`, async (context) => {
    const open = await called(context, kind, { keyNames: [] })
    assert.equal(open.received?.headers[auth[0]], undefined)
    assert.equal(open.events.at(-1)?.type, 'done')
    const shut = await called(context, kind, { keyNames: ['SOME_API_KEY'], keyOf: () => '' })
    const [failure] = shut.events
    assert.ok(failure?.type === 'failure' && failure.failure.kind === 'bad-credentials')
    assert.match(failure.failure.message, /SOME_API_KEY/)
    assert.equal(shut.received, undefined)
  })

  test(`conformance, ${kind}: a refused key is named by its status, and the key itself by nothing`, async (context) => {
    const refused = JSON.stringify({ error: { type: 'authentication_error', code: 401, message: `no ${key}` } })
    const { events } = await called(context, kind, {}, undefined, (response) => {
      response.writeHead(401, { 'content-type': 'application/json' }).end(refused)
    })
    const [failure] = events
    assert.ok(failure?.type === 'failure' && failure.failure.kind === 'bad-credentials')
    assert.equal(failure.failure.httpStatus, 401)
    assert.ok(!JSON.stringify(events).includes(key))
  })
}

test('what a model is called ends neither the path nor its query', async (context) => {
  const { received } = await called(context, 'google', {}, undefined, undefined, 'tuned/x?y#z')
  assert.equal(received?.path, '/base/models/tuned/x%3Fy%23z:streamGenerateContent?alt=sse')
})

async function called(
  context: TestContext,
  kind: ProviderRowKind,
  more: Partial<ProviderConnection> = {},
  keyName?: string,
  respond?: (response: ServerResponse) => void,
  upstream?: string,
) {
  const row = providerRows[kind]
  const answer = (response: ServerResponse) => response.writeHead(200, streamHead).end(answers[row.dialect])
  const loopback = await startLoopback(context, respond ?? answer)
  const connection = { row, baseUrl: `${loopback.url}/base/`, keyNames: ['KEY'], keyOf: () => key, ...more }
  const { stream } = createHttpProvider({
    http: ownHttp(context),
    providers: () => new Map([[provider('one'), connection]]),
    wallMs: () => 0,
  })
  const upstreamModel = upstream ?? upstreamModelOf(row, model('author/slug'))
  const { request } = fitParameters(rich, supportedParametersOf(row, upstreamModel))
  const call = {
    endpoint: endpoint('author/slug@one', { upstreamModel, dialect: row.dialect }),
    request,
    connectMs: 5_000,
    ...(keyName !== undefined && { keyName }),
  }
  const events: UpstreamEvent[] = []
  for await (const some of stream(call, new AbortController().signal)) events.push(...some)
  return { received: loopback.received[0], events }
}

function textOf(events: readonly UpstreamEvent[]): string {
  return events.map((event) => (event.type === 'text' ? event.text : '')).join('')
}

function usageOf(events: readonly UpstreamEvent[]) {
  return events.flatMap((event) => (event.type === 'usage' ? [event.usage] : [])).at(-1)
}
