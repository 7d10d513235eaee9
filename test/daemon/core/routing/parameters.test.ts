import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  fitParameters,
  modalitiesOf,
  requestedParametersOf,
  withoutParameters,
} from '../../../../daemon/core/routing/parameters.ts'
import type { ChatRequest } from '../../../../shared/domain/chatRequest.ts'
import { parameterNames } from '../../../../shared/domain/parameterName.ts'

const everything: ChatRequest = {
  messages: [{ role: 'user', content: 'Hello' }],
  tools: [{ name: 'look', parameters: {} }],
  parameters: {
    maxOutputTokens: 9,
    temperature: 0,
    topP: 1,
    topK: 1,
    frequencyPenalty: 0,
    presencePenalty: 0,
    stop: ['x'],
    seed: 1,
    reasoningEffort: 'low',
    responseFormat: { type: 'json-schema', name: 'x', schema: {} },
    toolChoice: 'auto',
    parallelToolCalls: false,
    logprobs: true,
    topLogprobs: 2,
  },
}

test('all that can be asked for is named, but the limit, which every endpoint has', () => {
  const json = requestedParametersOf({ parameters: { responseFormat: { type: 'json' } } })
  assert.deepEqual(json, ['response_format'])
  const names = new Set([...requestedParametersOf(everything), ...json, 'max_tokens'])
  assert.deepEqual([...names].sort(), [...parameterNames].sort())
  assert.deepEqual(requestedParametersOf({ parameters: { reasoningEffort: 'none', logprobs: false }, tools: [] }), [])
})

test('what an endpoint does not know is dropped and named, the rest stays as it was', () => {
  const supported = new Set(['temperature', 'seed', 'tools'] as const)
  const { request, dropped } = fitParameters(everything, supported)
  assert.deepEqual(request.parameters, { maxOutputTokens: 9, temperature: 0, seed: 1 })
  assert.deepEqual(request.tools, everything.tools)
  assert.deepEqual([...dropped, ...supported].sort(), requestedParametersOf(everything))
})

test('tools go as a whole; nothing is touched where all is supported or nothing is known', () => {
  assert.equal('tools' in fitParameters(everything, new Set()).request, false)
  assert.equal(fitParameters(everything, undefined).request, everything)
  assert.equal(fitParameters(everything, new Set(parameterNames)).request, everything)
})

test('what is refused is left out and named, if it was asked for', () => {
  const asked = { messages: [], parameters: { temperature: 0, toolChoice: 'required' } } as const
  const { request, dropped } = withoutParameters(asked, (name) => name === 'tool_choice' || name === 'seed')
  assert.deepEqual([request.parameters, dropped], [{ temperature: 0 }, ['tool_choice']])
  assert.equal(withoutParameters(asked, () => false).request, asked)
})

test('images are a modality, text is none', () => {
  assert.deepEqual(modalitiesOf(everything.messages), [])
  const image = { type: 'image', mediaType: 'image/png', base64: 'aGk=' } as const
  assert.deepEqual(modalitiesOf([{ role: 'user', content: [image] }]), ['image'])
})
