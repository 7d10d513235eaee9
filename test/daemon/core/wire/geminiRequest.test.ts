import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeGemini } from '../../../../daemon/core/wire/geminiRequest.ts'
import type { WireOptions } from '../../../../daemon/core/wire/wire.ts'
import type { ChatParameters, ChatRequest } from '../../../../shared/domain/chatRequest.ts'

const messages: ChatRequest['messages'] = [{ role: 'user', content: 'Hello' }]
const contents = [{ role: 'user', parts: [{ text: 'Hello' }] }]
const tools: ChatRequest['tools'] = [
  {
    name: 'read_file',
    description: 'Reads',
    parameters: { type: 'object', properties: { path: { type: 'string', minLength: 1 } }, required: ['path'] },
    cacheControl: { type: 'ephemeral' },
  },
  { name: 'list_files', parameters: { type: 'object', properties: {} } },
]
const declared = [
  {
    functionDeclarations: [
      {
        name: 'read_file',
        description: 'Reads',
        parametersJsonSchema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
      },
      { name: 'list_files', description: '' },
    ],
  },
]

function bodyOf(request: Partial<ChatRequest>, options: Partial<WireOptions> = {}): unknown {
  return JSON.parse(
    encodeGemini(
      { messages, parameters: {}, ...request },
      { model: 'gemini-3-flash-preview', quirks: { maxTokensParameter: 'max_tokens' }, ...options },
    ),
  )
}

test('the least request', () => {
  assert.deepEqual(bodyOf({}), { contents, generationConfig: {} })
  assert.deepEqual(bodyOf({ tools: [], parameters: { toolChoice: 'required' } }), { contents, generationConfig: {} })
})

test('every parameter has its name', () => {
  const parameters: ChatParameters = {
    maxOutputTokens: 100,
    temperature: 0.5,
    topP: 0.9,
    topK: 40,
    frequencyPenalty: 0.1,
    presencePenalty: -0.1,
    stop: ['END'],
    seed: 7,
    reasoningEffort: 'low',
    responseFormat: { type: 'json' },
    parallelToolCalls: false,
    logprobs: true,
    topLogprobs: 5,
  }
  assert.deepEqual(bodyOf({ parameters }), {
    contents,
    generationConfig: {
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      frequencyPenalty: 0.1,
      presencePenalty: -0.1,
      stopSequences: ['END'],
      seed: 7,
      responseLogprobs: true,
      logprobs: 5,
      thinkingConfig: { includeThoughts: true, thinkingLevel: 'low' },
      responseMimeType: 'application/json',
    },
  })
})

type Row = {
  readonly name: string
  readonly parameters: ChatParameters
  readonly options?: Partial<WireOptions>
  readonly config: object
}

const rows: readonly Row[] = [
  { name: 'no stop sequence', parameters: { stop: [] }, config: {} },
  { name: 'a seed of more than 32 bits', parameters: { seed: 2 ** 32 + 5 }, config: { seed: 5 } },
  { name: 'top logprobs without logprobs', parameters: { topLogprobs: 5 }, config: {} },
  {
    name: 'thinking of 2.5 is a budget',
    parameters: { reasoningEffort: 'medium' },
    options: { model: 'gemini-2.5-flash' },
    config: { thinkingConfig: { includeThoughts: true, thinkingBudget: 8192 } },
  },
  {
    name: '15: an answer by a schema',
    parameters: {
      responseFormat: {
        type: 'json-schema',
        name: 'x',
        strict: true,
        schema: { type: 'object', properties: { kind: { const: 'a' } }, $schema: 'x' },
      },
    },
    config: {
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'object', properties: { kind: { type: 'string', enum: ['a'] } } },
    },
  },
]

for (const row of rows) {
  test(`encodes parameters: ${row.name}`, () => {
    assert.deepEqual(bodyOf({ parameters: row.parameters }, row.options), { contents, generationConfig: row.config })
  })
}

const choices: readonly (readonly [ChatParameters['toolChoice'], object | undefined])[] = [
  [undefined, undefined],
  ['auto', { mode: 'AUTO' }],
  ['none', { mode: 'NONE' }],
  ['required', { mode: 'ANY' }],
  [{ name: 'read_file' }, { mode: 'ANY', allowedFunctionNames: ['read_file'] }],
]

for (const [toolChoice, functionCallingConfig] of choices) {
  test(`13: tools, one of them without parameters, and the choice ${JSON.stringify(toolChoice)}`, () => {
    assert.deepEqual(bodyOf({ tools, parameters: toolChoice === undefined ? {} : { toolChoice } }), {
      contents,
      tools: declared,
      ...(functionCallingConfig && { toolConfig: { functionCallingConfig } }),
      generationConfig: {},
    })
  })
}

test('images and the system have their places', () => {
  const request: Partial<ChatRequest> = {
    messages: [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: [{ type: 'image', mediaType: 'image/png', base64: 'AAAA' }] },
    ],
  }
  assert.deepEqual(bodyOf(request), {
    systemInstruction: { parts: [{ text: 'Be short.' }] },
    contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }] }],
    generationConfig: {},
  })
})

test('13: a tool that takes any object keeps saying so', () => {
  const parameters = { type: 'object', additionalProperties: true }
  assert.deepEqual(bodyOf({ tools: [{ name: 'f', parameters }] }), {
    contents,
    tools: [{ functionDeclarations: [{ name: 'f', description: '', parametersJsonSchema: parameters }] }],
    generationConfig: {},
  })
})
