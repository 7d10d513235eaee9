import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planAnthropic, stopSequencesOf } from '../../../../daemon/core/wire/anthropicPlan.ts'
import type { ChatMessage, ChatParameters, ChatRequest } from '../../../../shared/domain/chatRequest.ts'

const messages: readonly ChatMessage[] = [{ role: 'user', content: 'Hello' }]
const look = { name: 'look', parameters: {} }
const adaptive = { type: 'adaptive', display: 'summarized' }
const budget = (tokens: number) => ({ type: 'enabled', budget_tokens: tokens })

function planOf(model: string, parameters: ChatParameters, more: Partial<ChatRequest> = {}) {
  const { thinking, effort, refused, mayPrefill } = planAnthropic({ messages, parameters, ...more }, model)
  return { thinking, effort, refused: [...refused].sort(), mayPrefill }
}

type ThinkingRow = readonly [model: string, parameters: ChatParameters, thinking: unknown, effort?: string]

const thinkingRows: readonly ThinkingRow[] = [
  ['claude-3-5-sonnet-20241022', { reasoningEffort: 'high' }, undefined],
  ['claude-3-haiku-20240307', { reasoningEffort: 'none' }, undefined],
  ['claude-3-7-sonnet-20250219', { reasoningEffort: 'minimal', maxOutputTokens: 4_000 }, budget(1_024)],
  ['claude-sonnet-4-20250514', { reasoningEffort: 'high', maxOutputTokens: 10_000 }, budget(8_000)],
  ['claude-sonnet-4-5-20250929', { reasoningEffort: 'medium', maxOutputTokens: 10_000 }, budget(5_000)],
  ['claude-haiku-4-5', { reasoningEffort: 'low' }, budget(1_638)],
  ['claude-haiku-4-5', { reasoningEffort: 'none' }, undefined],
  ['claude-opus-4-6', {}, undefined],
  ['claude-opus-4-6', { reasoningEffort: 'none' }, undefined],
  ['claude-opus-4-6', { reasoningEffort: 'minimal' }, adaptive, 'low'],
  ['claude-opus-4-7', { reasoningEffort: 'high' }, adaptive, 'high'],
  ['claude-opus-4-7', { reasoningEffort: 'none' }, undefined],
  ['claude-opus-5', {}, adaptive],
  ['claude-opus-5', { reasoningEffort: 'medium' }, adaptive, 'medium'],
  ['claude-opus-5', { reasoningEffort: 'none' }, { type: 'disabled' }],
  ['claude-sonnet-5', { reasoningEffort: 'none' }, { type: 'disabled' }],
  ['claude-haiku-5-5', { reasoningEffort: 'none' }, { type: 'disabled' }],
  ['claude-sonnet-5-5', { reasoningEffort: 'none' }, { type: 'between_tools' }],
  ['claude-opus-5-5', {}, adaptive],
  ['claude-opus-5-5', { reasoningEffort: 'none' }, undefined, 'low'],
  ['claude-fable-5-1', { reasoningEffort: 'low' }, adaptive, 'low'],
  ['claude-opus-latest', { reasoningEffort: 'none' }, undefined, 'low'],
  ['glm-5.2', { reasoningEffort: 'low', maxOutputTokens: 10_000 }, budget(2_000)],
  ['glm-5.2', { reasoningEffort: 'none' }, { type: 'disabled' }],
  ['glm-5.2', {}, undefined],
]

for (const [model, parameters, thinking, effort] of thinkingRows) {
  test(`14: ${model} asked with ${JSON.stringify(parameters)} thinks as it can`, () => {
    const plan = planOf(model, parameters)
    assert.deepEqual([plan.thinking, plan.effort], [thinking, effort])
  })
}

type RefusedRow = readonly [name: string, model: string, parameters: ChatParameters, refused: readonly string[]]

const sampling = { temperature: 0.5, topP: 0.9, topK: 40 } as const
const schema = { type: 'json-schema', name: 'x', schema: { type: 'object', properties: {} } } as const
const recursive = { type: 'json-schema', name: 'x', schema: { items: { $ref: '#' } } } as const

const refusedRows: readonly RefusedRow[] = [
  ['Claude 4 takes all sampling', 'claude-sonnet-4-20250514', sampling, []],
  ['4.5 takes temperature or top_p', 'claude-sonnet-4-5', sampling, ['top_p']],
  ['4.6 takes temperature or top_p', 'claude-sonnet-4-6', sampling, ['top_p']],
  ['top_p alone is taken', 'claude-sonnet-4-6', { topP: 0.9, topK: 40 }, []],
  ['4.7 takes no sampling', 'claude-opus-4-7', sampling, ['temperature', 'top_k', 'top_p']],
  [
    'nor does a later one that does not think',
    'claude-opus-5',
    { ...sampling, reasoningEffort: 'none' },
    ['temperature', 'top_k', 'top_p'],
  ],
  [
    'a model that thinks takes no sampling',
    'claude-sonnet-4-5',
    { ...sampling, reasoningEffort: 'low' },
    ['temperature', 'top_k', 'top_p'],
  ],
  ['other makers take all sampling', 'glm-5.2', { ...sampling, reasoningEffort: 'none' }, []],
  ['Claude 3.5 cannot think', 'claude-3-5-sonnet-20241022', { reasoningEffort: 'low', temperature: 1 }, ['reasoning']],
  ['there is no room to think', 'claude-opus-4-1', { reasoningEffort: 'low', maxOutputTokens: 1_024 }, ['reasoning']],
  ['a schema before 4.5', 'claude-opus-4-1', { responseFormat: schema }, ['structured_outputs']],
  ['a schema since 4.5', 'claude-haiku-4-5', { responseFormat: schema }, []],
  ['a schema that refers to itself', 'claude-haiku-4-5', { responseFormat: recursive }, ['structured_outputs']],
  ['stop sequences of white space alone', 'claude-opus-5', { stop: ['\n', ' '] }, ['stop']],
  ['some of them', 'claude-opus-5', { stop: ['\n', 'END'] }, []],
  ['none', 'claude-opus-5', { stop: [] }, []],
]

for (const [name, model, parameters, refused] of refusedRows) {
  test(`what is left out is named: ${name}`, () => assert.deepEqual(planOf(model, parameters).refused, refused))
}

type ForcedRow = readonly [model: string, parameters: ChatParameters, thinking: unknown, refused: readonly string[]]

const forcedRows: readonly ForcedRow[] = [
  ['claude-sonnet-4-5', { reasoningEffort: 'high' }, undefined, ['reasoning']],
  ['claude-sonnet-4-5', { temperature: 1 }, undefined, []],
  ['claude-sonnet-4-6', { reasoningEffort: 'high' }, adaptive, []],
  ['claude-opus-5', {}, adaptive, []],
  ['claude-opus-5', { reasoningEffort: 'none' }, { type: 'disabled' }, []],
  ['claude-haiku-5-5', { reasoningEffort: 'low' }, adaptive, []],
  ['claude-fable-5', {}, adaptive, []],
  ['claude-opus-5-5', {}, adaptive, ['tool_choice']],
  ['claude-sonnet-5-5', { reasoningEffort: 'none' }, { type: 'between_tools' }, ['tool_choice']],
  ['claude-fable-5-1', { reasoningEffort: 'low' }, adaptive, ['tool_choice']],
  ['glm-5.2', { reasoningEffort: 'high' }, undefined, ['reasoning']],
]

for (const [model, parameters, thinking, refused] of forcedRows) {
  test(`a forced call excludes a budget, and gives way where ${model} takes none: ${JSON.stringify(parameters)}`, () => {
    for (const toolChoice of ['required', { name: 'look' }] as const) {
      const plan = planOf(model, { ...parameters, toolChoice }, { tools: [look] })
      assert.deepEqual([plan.thinking, plan.refused], [thinking, refused])
    }
    const without = planOf(model, { ...parameters, toolChoice: 'required' })
    assert.deepEqual(without, planOf(model, parameters))
  })
}

test('no budget amid the tool turn of another model, but adaptive thinking', () => {
  const call = { id: 'a', name: 'look', argumentsText: '{}' }
  const foreign: readonly ChatMessage[] = [
    ...messages,
    { role: 'assistant', content: '', toolCalls: [call] },
    { role: 'tool', content: '1', toolCallId: 'a' },
  ]
  const asked = { reasoningEffort: 'low' } as const
  assert.equal(planOf('claude-sonnet-4-5', asked, { messages: foreign }).thinking, undefined)
  assert.deepEqual(planOf('claude-sonnet-4-5', asked, { messages: foreign }).refused, ['reasoning'])
  assert.deepEqual(planOf('claude-opus-4-7', asked, { messages: foreign }).thinking, adaptive)
  const seal = { dialect: 'anthropic-messages', signature: 's' } as const
  const own = foreign.map((message) =>
    message.role === 'assistant' ? { ...message, reasoning: [{ text: 'Hm.', seal }] } : message,
  )
  assert.deepEqual(planOf('claude-sonnet-4-5', asked, { messages: own }).thinking, budget(1_638))
})

test('an answer carries on what the assistant began only before 4.6, and only without thinking', () => {
  assert.equal(planOf('claude-sonnet-4-5', {}).mayPrefill, true)
  assert.equal(planOf('claude-sonnet-4-5', { reasoningEffort: 'low' }).mayPrefill, false)
  assert.equal(planOf('claude-sonnet-4-6', {}).mayPrefill, false)
})

test('what was left out once is not left out again', () => {
  for (const [, model, parameters] of refusedRows) {
    const { refused } = planOf(model, parameters)
    const { temperature, topP, topK, reasoningEffort, ...others } = parameters
    const left = {
      ...(refused.includes('stop') || refused.includes('structured_outputs') ? {} : others),
      ...(temperature !== undefined && !refused.includes('temperature') && { temperature }),
      ...(topP !== undefined && !refused.includes('top_p') && { topP }),
      ...(topK !== undefined && !refused.includes('top_k') && { topK }),
      ...(reasoningEffort !== undefined && !refused.includes('reasoning') && { reasoningEffort }),
    }
    assert.deepEqual(planOf(model, left).refused, [], model)
  }
})

test('stop sequences of only white space are dropped', () => {
  assert.deepEqual(stopSequencesOf({ stop: ['\n\n', 'END', '', ' ', '\nHuman:'] }), ['END', '\nHuman:'])
  assert.deepEqual(stopSequencesOf({}), [])
})
