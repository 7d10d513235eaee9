import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAnswerBuilder, createStreamDecoder } from '../../../../daemon/core/wire/answerBuilder.ts'
import { decodedText, saidBy } from './decoding.ts'

test('after the end or a failure nothing more comes', () => {
  const ended = createAnswerBuilder('frames')
  ended.onText('Hi')
  ended.finish('stop')
  ended.end()
  ended.onText('more')
  ended.violate('more')
  ended.end()
  assert.deepEqual(ended.take(), [
    { type: 'text', text: 'Hi' },
    { type: 'done', finishReason: 'stop' },
  ])
  const failed = createAnswerBuilder('frames')
  failed.violate('nonsense')
  failed.finish('stop')
  failed.end()
  const [failure, ...more] = failed.take()
  assert.ok(failure?.type === 'failure' && more.length === 0)
  assert.equal(failure.failure.message, 'Expected frames; the provider sent nonsense.')
})

test('nothing is said by empty text, but by a seal it is', () => {
  const builder = createAnswerBuilder('frames')
  builder.onText('')
  builder.onReasoning('', 0)
  builder.onLogprobs([])
  assert.deepEqual(builder.take(), [])
  builder.onReasoning('', 2, { dialect: 'gemini-generate', signature: 'x' })
  assert.deepEqual(builder.take(), [
    { type: 'reasoning', text: '', block: 2, seal: { dialect: 'gemini-generate', signature: 'x' } },
  ])
})

test('a call without a name is no call', () => {
  const builder = createAnswerBuilder('frames')
  builder.onToolCall({ index: 0, id: 'a', argumentsText: '{}' })
  assert.equal(saidBy(builder.take()).end, 'failure protocol-violation')
})

test('a stream is read frame by frame; its last piece may be cut', () => {
  const create = () =>
    createStreamDecoder('frames', (builder) => (frame) => {
      builder.onText(String(frame.say))
      if (frame.end === true) builder.finish('stop')
    })
  assert.deepEqual(saidBy(decodedText(create, 'data: {"say":"a"}\n\ndata: {"say":"b","end":true}\n\n')), {
    text: 'ab',
    reasoning: '',
    calls: [],
    end: 'done stop',
  })
  assert.equal(saidBy(decodedText(create, 'data: {"say":"a"}\n\ndata: {"sa')).end, 'failure truncated')
  assert.equal(saidBy(decodedText(create, 'data: {"sa\n\ndata: {"say":"a"}\n\n')).end, 'failure protocol-violation')
  assert.equal(saidBy(decodedText(create, 'oops\n\n')).end, 'failure protocol-violation')
})

test('13: a call has an object for its arguments, or the answer ends badly where it ends with calls', () => {
  const endWith = (argumentsText: string, reason: 'tool-calls' | 'length' | 'stop') => {
    const builder = createAnswerBuilder('frames')
    builder.onToolCall({ index: 0, id: 'a', name: 'f', argumentsText })
    builder.finish(reason)
    builder.end()
    const { calls, end } = saidBy(builder.take())
    return [calls[0]?.argumentsText, end]
  }
  assert.deepEqual(endWith('', 'stop'), ['{}', 'done tool-calls'])
  assert.deepEqual(endWith('{"x":1}', 'tool-calls'), ['{"x":1}', 'done tool-calls'])
  for (const broken of ['{"x"', '[1]', 'null', '7', '"x"'])
    assert.equal(endWith(broken, 'tool-calls')[1], 'failure protocol-violation', broken)
  assert.deepEqual(endWith('{"x"', 'length'), ['{"x"', 'done length'])
})

test('8: events named ping are skipped, whatever they hold', () => {
  const create = () => createStreamDecoder('frames', (builder) => () => builder.finish('stop'))
  assert.equal(saidBy(decodedText(create, 'event: ping\ndata: pong\n\ndata: {}\n\n')).end, 'done stop')
  assert.equal(saidBy(decodedText(create, 'event: ping\ndata: {}\n\n')).end, 'failure truncated')
})
