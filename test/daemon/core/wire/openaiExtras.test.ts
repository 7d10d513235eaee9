import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOpenaiChatDecoder } from '../../../../daemon/core/wire/openaiChat.ts'
import { createReasoningDetails, logprobsOf } from '../../../../daemon/core/wire/openaiExtras.ts'
import { decodedText, saidBy, sealsOf } from './decoding.ts'
import { delta, doneMark, frame } from './wireFixtures.ts'

test('12: details that come in pieces are put together and given whole, in their order', () => {
  const details = createReasoningDetails()
  details.onDetails([
    { index: 0, type: 'reasoning.text', text: 'Two ', signature: null, format: 'anthropic-claude-v1' },
  ])
  details.onDetails([{ index: 0, type: 'reasoning.text', text: 'files.' }, 'no object'])
  details.onDetails([
    { index: 0, signature: 'sig==' },
    { index: 1, type: 'reasoning.encrypted', data: 'abc' },
  ])
  assert.deepEqual(details.seals(), [
    {
      type: 'reasoning',
      text: '',
      seal: {
        dialect: 'openai-chat',
        detail: {
          index: 0,
          type: 'reasoning.text',
          text: 'Two files.',
          signature: 'sig==',
          format: 'anthropic-claude-v1',
        },
      },
    },
    {
      type: 'reasoning',
      text: '',
      block: 1,
      seal: { dialect: 'openai-chat', detail: { index: 1, type: 'reasoning.encrypted', data: 'abc' } },
    },
  ])
})

test('12: an answer of OpenRouter ends with its details, after their words came as reasoning', () => {
  const events = decodedText(
    createOpenaiChatDecoder,
    delta({ reasoning: 'Hm.', reasoning_details: [{ index: 0, type: 'reasoning.text', text: 'Hm.' }] }) +
      delta({ content: 'So.' }, 'stop') +
      doneMark,
  )
  assert.deepEqual([saidBy(events).reasoning, saidBy(events).text, saidBy(events).end], ['Hm.', 'So.', 'done stop'])
  assert.deepEqual(sealsOf(events), [
    { dialect: 'openai-chat', detail: { index: 0, type: 'reasoning.text', text: 'Hm.' } },
  ])
})

test('probabilities of tokens, and nothing where there are none', () => {
  const content = [{ token: 'Hi', logprob: -0.5, top_logprobs: [{ token: 'Ho', logprob: -2 }, { token: 'x' }] }]
  const tokens = [{ token: 'Hi', logprob: -0.5, top: [{ token: 'Ho', logprob: -2 }] }]
  assert.deepEqual(logprobsOf({ content }), tokens)
  for (const nothing of [null, undefined, {}, { content: null }]) assert.deepEqual(logprobsOf(nothing), [])
  const choice = { index: 0, delta: { content: 'Hi' }, finish_reason: 'stop', logprobs: { content } }
  const events = decodedText(createOpenaiChatDecoder, frame({ choices: [choice] }) + doneMark)
  assert.deepEqual(
    events.filter(({ type }) => type === 'logprobs'),
    [{ type: 'logprobs', tokens }],
  )
})
