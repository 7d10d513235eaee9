import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createAnthropicDecoder, decodeAnthropicAnswer } from '../../../../daemon/core/wire/anthropicMessages.ts'
import {
  assertSameWhereverCut,
  cutBefore,
  decoded,
  decodedText,
  fixtureOf,
  lastUsage,
  saidBy,
  sealsOf,
  withLineEnds,
} from './decoding.ts'

const decode = (name: string) => decoded(createAnthropicDecoder, fixtureOf(name))
const frame = (data: object) => `data: ${JSON.stringify(data)}\n\n`
const start = (usage: object) => frame({ type: 'message_start', message: { usage } })
const text = (said: string) =>
  frame({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }) +
  frame({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: said } })
const ended = (reason: string, usage: object = {}) =>
  frame({ type: 'message_delta', delta: { stop_reason: reason }, usage }) + frame({ type: 'message_stop' })
const call = (json: string) =>
  frame({ type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'a', name: 'n', input: {} } }) +
  frame({ type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: json } })

describe('anthropic-messages, by pitfall', () => {
  test('8: every fixture says the same wherever its bytes are cut, also with CRLF and CR', () => {
    for (const name of ['text', 'thinking-tools', 'cached-usage', 'overloaded', 'refusal']) {
      const bytes = fixtureOf(`anthropic-${name}`)
      assertSameWhereverCut(createAnthropicDecoder, bytes)
      for (const lineEnd of ['\r\n', '\r'] as const) {
        assert.deepEqual(decoded(createAnthropicDecoder, withLineEnds(bytes, lineEnd)), decode(`anthropic-${name}`))
      }
    }
  })

  test('8: the last event counts without its blank line', () => {
    const bytes = fixtureOf('anthropic-text')
    assert.deepEqual(decoded(createAnthropicDecoder, bytes.subarray(0, -2)), decode('anthropic-text'))
  })

  test('1, 2: input includes cache reads and writes, and an hour is told from five minutes', () => {
    assert.deepEqual(lastUsage(decode('anthropic-cached-usage')), {
      inputTokens: 2_312,
      cachedInputTokens: 2_000,
      cacheWriteTokens: 300,
      cacheWrite1hTokens: 200,
      outputTokens: 7,
    })
  })

  test('4: a later count replaces an earlier one and is not added to it', () => {
    const events = decodedText(
      createAnthropicDecoder,
      start({ input_tokens: 9, output_tokens: 1 }) + text('Hi') + ended('end_turn', { output_tokens: 5 }),
    )
    assert.deepEqual(lastUsage(events), { inputTokens: 9, outputTokens: 5 })
  })

  test('6: usage that is not said is unknown, an explicit 0 is 0', () => {
    assert.equal(lastUsage(decodedText(createAnthropicDecoder, text('Hi') + ended('end_turn'))), undefined)
    const none = start({ input_tokens: 0 }) + text('Hi') + ended('end_turn', { output_tokens: 0 })
    assert.deepEqual(lastUsage(decodedText(createAnthropicDecoder, none)), { inputTokens: 0, outputTokens: 0 })
  })

  test('7: an error inside a 200 is the failure that it means, also before any content', () => {
    assert.deepEqual(saidBy(decode('anthropic-overloaded')), {
      text: 'Half of',
      reasoning: '',
      calls: [],
      end: 'failure overloaded',
    })
    const kinds = {
      rate_limit_error: 'rate-limited',
      authentication_error: 'bad-credentials',
      api_error: 'provider-error',
    }
    for (const [type, kind] of Object.entries(kinds)) {
      const events = decodedText(createAnthropicDecoder, frame({ type: 'error', error: { type, message: 'x' } }))
      assert.equal(saidBy(events).end, `failure ${kind}`)
    }
  })

  test('9: pings, comments and unknown events are passed over; what cannot be read is a violation', () => {
    const odd = `: note\n\nevent: ping\ndata: {"type":"ping"}\n\n${frame({ type: 'something_new', text: 'no' })}`
    const events = decodedText(createAnthropicDecoder, odd + text('Hi') + ended('end_turn'))
    assert.deepEqual([saidBy(events).text, saidBy(events).end], ['Hi', 'done stop'])
    for (const garbage of ['data: {"type":\n\n', 'data: [1]\n\n', 'data: {"no":"type"}\n\n', 'garbage\n\n']) {
      const broken = decodedText(createAnthropicDecoder, text('Hi') + garbage + ended('end_turn'))
      assert.equal(saidBy(broken).end, 'failure protocol-violation', garbage)
    }
  })

  test('10, 13: parallel calls by block, a call without parameters has {}', () => {
    assert.deepEqual(saidBy(decode('anthropic-thinking-tools')), {
      text: 'I will look.',
      reasoning: 'Two files, so two calls.',
      calls: [
        { id: 'toolu_1', name: 'read', argumentsText: '{"path":"a.ts"}' },
        { id: 'toolu_2', name: 'read', argumentsText: '{"path":"b.ts"}' },
        { id: 'toolu_3', name: 'list_files', argumentsText: '{}' },
      ],
      end: 'done tool-calls',
    })
  })

  test('12: signatures and redacted thinking are kept as they came', () => {
    assert.deepEqual(sealsOf(decode('anthropic-thinking-tools')), [
      { dialect: 'anthropic-messages', signature: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3h==' },
      { dialect: 'anthropic-messages', redacted: 'EmwKAhgBEgy3va3pzix/LafPsn4=' },
    ])
  })

  test('13: arguments that were cut short at tool_use fail closed; at the limit they are an answer cut short', () => {
    const cut = decodedText(createAnthropicDecoder, call('{"path":"a') + ended('tool_use'))
    assert.equal(saidBy(cut).end, 'failure protocol-violation')
    assert.equal(
      saidBy(decodedText(createAnthropicDecoder, call('{"path":"a') + ended('max_tokens'))).end,
      'done length',
    )
  })

  test('19: a refusal is the filter of the provider, so that another model may answer', () => {
    assert.equal(saidBy(decode('anthropic-refusal')).end, 'failure content-filtered')
  })

  test('20: a stream without its end is truncated, unless the stop reason was seen', () => {
    const bytes = fixtureOf('anthropic-text')
    assert.equal(saidBy(decoded(createAnthropicDecoder, cutBefore(bytes, 1))).end, 'done stop')
    assert.equal(saidBy(decoded(createAnthropicDecoder, cutBefore(bytes, 2))).end, 'failure truncated')
    for (let length = 0; length < cutBefore(bytes, 2).length; length++) {
      const cut = bytes.subarray(0, length)
      // A cut within a character never reaches the decoder as text.
      const isWhole = new TextDecoder().decode(cut) === new TextDecoder('utf-8').decode(cut.slice())
      if (isWhole) assert.equal(saidBy(decoded(createAnthropicDecoder, cut)).end, 'failure truncated', `at ${length}`)
    }
  })
})

test('stop reasons are unified', () => {
  const reasons = {
    end_turn: 'stop',
    stop_sequence: 'stop',
    max_tokens: 'length',
    model_context_window_exceeded: 'length',
    pause_turn: 'other',
    toString: 'other',
  }
  for (const [reason, unified] of Object.entries(reasons)) {
    assert.equal(saidBy(decodedText(createAnthropicDecoder, text('Hi') + ended(reason))).end, `done ${unified}`)
  }
})

test('a whole message says the same as its stream; an error body is a failure; anything else a violation', () => {
  const message = {
    type: 'message',
    content: [
      { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
      { type: 'text', text: 'Hi' },
      { type: 'tool_use', id: 'a', name: 'n', input: { x: 1 } },
    ],
    stop_reason: 'tool_use',
    usage: { input_tokens: 3, output_tokens: 4 },
  }
  const events = decodeAnthropicAnswer(JSON.stringify(message))
  assert.deepEqual(saidBy(events), {
    text: 'Hi',
    reasoning: 'Hm.',
    calls: [{ id: 'a', name: 'n', argumentsText: '{"x":1}' }],
    end: 'done tool-calls',
  })
  assert.deepEqual(lastUsage(events), { inputTokens: 3, outputTokens: 4 })
  assert.deepEqual(sealsOf(events), [{ dialect: 'anthropic-messages', signature: 'sig' }])
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'x' } }
  assert.equal(saidBy(decodeAnthropicAnswer(JSON.stringify(error))).end, 'failure overloaded')
  for (const body of ['{}', '[]', 'x'])
    assert.equal(saidBy(decodeAnthropicAnswer(body)).end, 'failure protocol-violation')
  assert.equal(saidBy(decodeAnthropicAnswer('')).end, 'failure truncated')
})

test('a tool that the server runs itself is no call of ours', () => {
  const server = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }
  const events = decodedText(
    createAnthropicDecoder,
    frame({ type: 'content_block_start', index: 0, content_block: server }) +
      frame({ type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"q":1}' } }) +
      frame({ type: 'content_block_start', index: 1, content_block: { type: 'text', text: 'Found' } }) +
      ended('end_turn'),
  )
  assert.deepEqual(saidBy(events), { text: 'Found', reasoning: '', calls: [], end: 'done stop' })
})
