import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGeminiAnswer, protocolViolation } from '../../../../daemon/core/wire/geminiAnswer.ts'

const chunk = (parts: readonly object[], more: object = {}) => ({ candidates: [{ content: { parts }, ...more }] })

test('events are given once, and after the end nothing more comes', () => {
  const answer = createGeminiAnswer()
  answer.onFrames([chunk([{ text: 'H' }]), chunk([{ text: 'i' }], { finishReason: 'STOP' })])
  assert.deepEqual(answer.take(), [
    { type: 'text', text: 'H' },
    { type: 'text', text: 'i' },
  ])
  answer.onEnd()
  answer.onEnd()
  answer.onFrames(chunk([{ text: 'more' }]))
  assert.deepEqual(answer.take(), [{ type: 'done', finishReason: 'stop' }])
})

test('after a failure nothing more comes, whatever it was', () => {
  const answer = createGeminiAnswer()
  answer.fail(protocolViolation('a test'))
  answer.onFrames(chunk([{ text: 'Hi' }], { finishReason: 'STOP' }))
  answer.onEnd()
  const events = answer.take()
  assert.deepEqual(
    events.map((event) => event.type),
    ['failure'],
  )
})

test('logprobs come behind the text that they belong to', () => {
  const answer = createGeminiAnswer()
  const logprobsResult = { chosenCandidates: [{ token: 'Hi', logProbability: -0.5 }] }
  answer.onFrames(chunk([{ text: 'Hi' }], { logprobsResult, finishReason: 'STOP' }))
  assert.deepEqual(answer.take(), [
    { type: 'text', text: 'Hi' },
    { type: 'logprobs', tokens: [{ token: 'Hi', logprob: -0.5, top: [] }] },
  ])
})

test('the usage of a blocked prompt is told before the failure: it may cost', () => {
  const answer = createGeminiAnswer()
  answer.onFrames({ promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 9 } })
  assert.deepEqual(
    answer.take().map((event) => event.type),
    ['usage', 'failure'],
  )
})
