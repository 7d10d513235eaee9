import assert from 'node:assert/strict'
import { test } from 'node:test'
import { geminiVersionOf, thinkingConfigOf } from '../../../../daemon/core/wire/geminiThinking.ts'
import type { reasoningEfforts } from '../../../../shared/domain/chatRequest.ts'

type Effort = (typeof reasoningEfforts)[number]
type Row = readonly [model: string, effort: Effort, config: object | undefined]

const shown = { includeThoughts: true }
const hidden = { includeThoughts: false }

const rows: readonly Row[] = [
  ['gemini-3-flash-preview', 'none', { ...hidden, thinkingLevel: 'minimal' }],
  ['gemini-3-flash-preview', 'minimal', { ...shown, thinkingLevel: 'minimal' }],
  ['gemini-3-flash-preview', 'medium', { ...shown, thinkingLevel: 'medium' }],
  ['gemini-3-pro-preview', 'none', { ...hidden, thinkingLevel: 'low' }],
  ['gemini-3-pro-preview', 'medium', { ...shown, thinkingLevel: 'high' }],
  ['gemini-3.1-pro-preview', 'minimal', { ...shown, thinkingLevel: 'low' }],
  ['gemini-3.1-pro-preview', 'medium', { ...shown, thinkingLevel: 'medium' }],
  ['models/gemini-3-pro-preview', 'high', { ...shown, thinkingLevel: 'high' }],
  ['gemini-flash-latest', 'low', { ...shown, thinkingLevel: 'low' }],
  ['gemini-2.5-flash', 'none', { ...hidden, thinkingBudget: 0 }],
  ['gemini-2.5-flash-lite', 'minimal', { ...shown, thinkingBudget: 1024 }],
  ['gemini-2.5-pro', 'none', { ...hidden, thinkingBudget: 128 }],
  ['gemini-2.5-pro', 'medium', { ...shown, thinkingBudget: 8192 }],
  ['gemini-2.5-pro', 'high', { ...shown, thinkingBudget: 24576 }],
  ['gemini-2.0-flash', 'high', undefined],
  ['gemma-3-27b-it', 'high', undefined],
]

for (const [model, effort, config] of rows) {
  test(`${model} thinks ${effort}`, () => assert.deepEqual(thinkingConfigOf(model, effort), config))
}

test('nothing is said where nothing is asked', () => {
  assert.equal(thinkingConfigOf('gemini-3-pro-preview', undefined), undefined)
})

test('the version is read from the name', () => {
  assert.equal(geminiVersionOf('models/gemini-2.5-pro'), 2.5)
  assert.equal(geminiVersionOf('gemini-3.1-flash-lite'), 3.1)
  assert.equal(geminiVersionOf('gemini-flash-lite-latest'), 3)
  assert.equal(geminiVersionOf('learnlm'), 0)
})
