import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createAnthropicDecoder, decodeAnthropicAnswer } from '../../../../daemon/core/wire/anthropicMessages.ts'
import type { WireEvent } from '../../../../daemon/core/wire/wireEvent.ts'
import {
  anthropicEventsOf,
  anthropicEventsOfText,
  anthropicFixtureNames,
  blockDelta,
  blockStart,
  blockStop,
  callStart,
  ended,
  inputDelta,
  messageDelta,
  messageStop,
  start,
  textBlock,
} from './anthropicFixtures.ts'
import { assertSameWhereverCut, lastUsage, saidBy, sealsOf, withLineEnds } from './decoding.ts'
import { endOf, fixtureBytes, frame, textOf } from './wireFixtures.ts'

const seal = (signature: string) => ({ dialect: 'anthropic-messages' as const, signature })
const redacted = (data: string) => ({ dialect: 'anthropic-messages' as const, redacted: data })
const endCountOf = (events: readonly WireEvent[]) =>
  events.filter(({ type }) => type === 'done' || type === 'failure').length

for (const name of anthropicFixtureNames) {
  const bytes = fixtureBytes(name)
  const whole = anthropicEventsOf(bytes)

  test(`8: ${name} says the same wherever its bytes are split`, () => {
    assertSameWhereverCut(createAnthropicDecoder, bytes)
  })

  test(`8: ${name} says the same with the other line ends, and without its last blank line`, () => {
    for (const end of ['\r\n', '\r'] as const) assert.deepEqual(anthropicEventsOf(withLineEnds(bytes, end)), whole)
    assert.deepEqual(anthropicEventsOf(bytes.subarray(0, -2)), whole)
  })

  test(`20: ${name} cut at any byte is truncated unless its end was seen, and says nothing that was not said`, () => {
    const text = new TextDecoder('latin1').decode(bytes)
    const endAt = Math.max(text.indexOf('"stop_reason":"'), text.indexOf('"type":"error"'))
    const endEnd = text.indexOf('\n', endAt)
    assert.ok(endAt > 0)
    for (let end = 0; end < bytes.length; end += 1) {
      const events = anthropicEventsOf(bytes.subarray(0, end))
      assert.equal(endOf(events), end < endEnd ? 'failure truncated' : endOf(whole), `cut at byte ${end}`)
      assert.ok(textOf(whole).startsWith(textOf(events)), `cut at byte ${end}`)
      assert.equal(endCountOf(events), 1)
    }
  })

  test(`9: ${name} with a byte damaged never ends well with part of what it said`, () => {
    const lost: number[] = []
    for (let at = bytes.indexOf(10) + 1; at < bytes.length; at += 1) {
      if (endsEventName(bytes, at)) continue
      const damaged = Uint8Array.from(bytes)
      damaged[at] = damaged[at] === 1 ? 2 : 1
      const events = eventsOfDamaged(damaged)
      if (endOf(events).startsWith('done') && contentOf(events) !== contentOf(whole)) lost.push(at)
    }
    assert.deepEqual(lost, [])
  })
}

/** Without that line end the data are a part of the name: nothing then tells them from an event that has none. */
function endsEventName(bytes: Uint8Array, at: number): boolean {
  const line = new TextDecoder().decode(bytes.subarray(bytes.lastIndexOf(10, at - 1) + 1, at))
  return bytes[at] === 10 && line.startsWith('event:')
}

/** A damaged byte within a character is no UTF-8: upstreamHttp makes a failure of it. */
function eventsOfDamaged(bytes: Uint8Array): readonly WireEvent[] {
  try {
    return anthropicEventsOf(bytes)
  } catch {
    return []
  }
}

function contentOf(events: readonly WireEvent[]): string {
  const { text, reasoning, calls } = saidBy(events)
  return JSON.stringify([text, reasoning, calls])
}

const said = start() + textBlock(0, 'Hi')
const overloaded = frame({ type: 'error', error: { type: 'overloaded_error', message: 'x' } })
const error = (type: string, message = 'x') => frame({ type: 'error', error: { type, message } })
const call = (id: string, ...json: readonly string[]) =>
  callStart(1, id) + json.map((piece) => inputDelta(1, piece)).join('') + blockStop(1)

type Row = { readonly name: string; readonly stream: string; readonly end: string; readonly text?: string }

const rows: readonly Row[] = [
  { name: '7: an error before any content', stream: overloaded, end: 'failure overloaded', text: '' },
  { name: '7: an error after content', stream: said + overloaded, end: 'failure overloaded' },
  {
    name: '7: an error after the stop reason',
    stream: said + messageDelta('end_turn') + overloaded,
    end: 'failure overloaded',
  },
  {
    name: '7: an error as an event of that name',
    stream: `event: error\n${overloaded}`,
    end: 'failure overloaded',
    text: '',
  },
  { name: '7: a rate limit', stream: said + error('rate_limit_error'), end: 'failure rate-limited' },
  { name: '7: a key that is refused', stream: error('authentication_error'), end: 'failure bad-credentials', text: '' },
  { name: '7: an outage', stream: said + error('api_error'), end: 'failure provider-error' },
  {
    name: '7: a prompt that is too long',
    stream: error('invalid_request_error', 'prompt is too long: 9 > 8'),
    end: 'failure context-too-long',
    text: '',
  },
  {
    name: '7: an error as a bare line of JSON',
    stream: '{"type":"error","error":{"type":"overloaded_error"}}',
    end: 'failure overloaded',
    text: '',
  },
  {
    name: '7: an error of another shape',
    stream: frame({ type: 'error', error: { code: 'insufficient_quota' } }),
    end: 'failure payment-required',
    text: '',
  },
  {
    name: '8: comments, empty data and pings, whatever a ping holds',
    stream: `: note\n\ndata:\n\nevent: ping\ndata: pong\n\nevent: ping\ndata: {}\n\n${frame({ type: 'ping' })}${said}${ended('end_turn')}`,
    end: 'done stop',
  },
  {
    name: '9: a type of event that is not known',
    stream: said + frame({ type: 'something_new', text: 'no' }) + ended('end_turn'),
    end: 'done stop',
  },
  {
    name: '9: a block and a part of types that are not known',
    stream:
      start() +
      blockStart(0, { type: 'new', text: 'no' }) +
      blockDelta(0, { type: 'new_delta', text: 'no' }) +
      textBlock(1, 'Hi') +
      ended('end_turn'),
    end: 'done stop',
  },
  {
    name: '9: a frame that does not parse',
    stream: `${said}data: {"type":\n\n${ended('end_turn')}`,
    end: 'failure protocol-violation',
  },
  {
    name: '9: a frame that is no object',
    stream: `${said}data: [1]\n\n${ended('end_turn')}`,
    end: 'failure protocol-violation',
  },
  {
    name: '9: a frame without a type',
    stream: said + frame({ no: 'type' }) + ended('end_turn'),
    end: 'failure protocol-violation',
  },
  {
    name: '9: a line that is no event',
    stream: `${said}garbage\n\n${ended('end_turn')}`,
    end: 'failure protocol-violation',
  },
  {
    name: '9: text of another type',
    stream: said + blockDelta(0, { type: 'text_delta', text: { a: 1 } }) + ended('end_turn'),
    end: 'failure protocol-violation',
  },
  {
    name: '9: a part of a call that never began',
    stream: said + inputDelta(7, '{}') + ended('tool_use'),
    end: 'failure protocol-violation',
  },
  {
    name: '9: a thought that never began',
    stream: said + blockDelta(7, { type: 'thinking_delta', thinking: 'Hm' }) + ended('end_turn'),
    end: 'failure protocol-violation',
  },
  { name: '9: a stream without its end', stream: said, end: 'failure truncated' },
  { name: '9: an empty body', stream: '', end: 'failure truncated', text: '' },
  { name: '9: the end alone', stream: said + messageStop, end: 'failure truncated' },
  {
    name: '10: a call that has no name',
    stream: said + blockStart(1, { type: 'tool_use', id: 'a' }) + ended('tool_use'),
    end: 'failure protocol-violation',
  },
  { name: '13: a call without parameters', stream: said + call('a') + ended('tool_use'), end: 'done tool-calls' },
  {
    name: '13: arguments that were cut short',
    stream: said + call('a', '{"path":"a') + ended('tool_use'),
    end: 'failure protocol-violation',
  },
  {
    name: '13: arguments that were cut short behind a plain end',
    stream: said + call('a', '{"path":"a') + ended('end_turn'),
    end: 'failure protocol-violation',
  },
  {
    name: '13: arguments that are no object',
    stream: said + call('a', '[1]') + ended('tool_use'),
    end: 'failure protocol-violation',
  },
  {
    name: '13: input of another type',
    stream: said + callStart(1, 'a', 7) + ended('tool_use'),
    end: 'failure protocol-violation',
  },
  {
    name: '13: arguments cut at the limit are an answer cut short',
    stream: said + call('a', '{"path":"a') + ended('max_tokens'),
    end: 'done length',
  },
  {
    name: '19: no text, empty parts and no stop reason until the end',
    stream:
      start() +
      blockStart(0, { type: 'text', text: null }) +
      blockDelta(0, {}) +
      blockDelta(0, { type: 'text_delta' }) +
      textBlock(0, 'Hi') +
      messageDelta(null) +
      ended('end_turn'),
    end: 'done stop',
  },
  {
    name: '19: text in the beginning of its block',
    stream: start() + blockStart(0, { type: 'text', text: 'Hi' }) + ended('end_turn'),
    end: 'done stop',
  },
  { name: '20: cut behind the stop reason', stream: said + messageDelta('end_turn'), end: 'done stop' },
  {
    name: '20: cut within the frame behind the stop reason',
    stream: `${said}${messageDelta('end_turn')}data: {"type":"mess`,
    end: 'done stop',
  },
  {
    name: '20: a second delta takes no stop reason back',
    stream: said + messageDelta('end_turn') + messageDelta(null) + messageStop,
    end: 'done stop',
  },
  { name: '20: no blank line at the end', stream: (said + ended('end_turn')).trimEnd(), end: 'done stop' },
  {
    name: 'what comes behind the end is not read',
    stream: `${said}${ended('end_turn')}${textBlock(1, 'no')}data: [DONE]\n\n`,
    end: 'done stop',
  },
  { name: 'a refusal is a failure', stream: said + ended('refusal'), end: 'failure content-filtered' },
  {
    name: 'a refusal before any content is a failure',
    stream: start() + ended('refusal'),
    end: 'failure content-filtered',
    text: '',
  },
  ...Object.entries({
    end_turn: 'stop',
    stop_sequence: 'stop',
    max_tokens: 'length',
    model_context_window_exceeded: 'length',
    pause_turn: 'other',
    a_new_one: 'other',
    toString: 'other',
  }).map(([reason, unified]) => ({
    name: `stop reason ${reason} is ${unified}`,
    stream: said + ended(reason),
    end: `done ${unified}`,
  })),
]

for (const row of rows) {
  test(`pitfall ${row.name}, split anywhere`, () => {
    const bytes = new TextEncoder().encode(row.stream)
    const events = anthropicEventsOf(bytes)
    assert.equal(endOf(events), row.end)
    assert.equal(textOf(events), row.text ?? 'Hi')
    assert.equal(endCountOf(events), 1)
    assertSameWhereverCut(createAnthropicDecoder, bytes)
  })
}

test('1, 2: input includes cache reads and writes, and an hour is told from five minutes', () => {
  assert.deepEqual(lastUsage(anthropicEventsOf(fixtureBytes('anthropic-cached-usage'))), {
    inputTokens: 2_312,
    cachedInputTokens: 2_000,
    cacheWriteTokens: 300,
    cacheWrite1hTokens: 200,
    outputTokens: 7,
  })
})

test('4: a later count replaces an earlier one and is not added to it', () => {
  const stream =
    start({ input_tokens: 9, cache_read_input_tokens: 4, output_tokens: 1 }) +
    textBlock(0, 'Hi') +
    messageDelta(null, { output_tokens: 5 }) +
    ended('end_turn', { input_tokens: 7, output_tokens: 8 })
  assert.deepEqual(lastUsage(anthropicEventsOfText(stream)), { inputTokens: 11, cachedInputTokens: 4, outputTokens: 8 })
})

test('6: usage that is not said is unknown, an explicit 0 is 0', () => {
  assert.equal(lastUsage(anthropicEventsOfText(said + ended('end_turn'))), undefined)
  const none = start({ input_tokens: 0, cache_read_input_tokens: 0 }) + ended('end_turn', { output_tokens: 0 })
  assert.deepEqual(lastUsage(anthropicEventsOfText(none)), { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 })
})

test('10: parallel calls, calls in turns and calls without parameters keep their ids, names and arguments', () => {
  const tools = saidBy(anthropicEventsOf(fixtureBytes('anthropic-thinking-tools')))
  assert.deepEqual(tools.calls, [
    { id: 'toolu_1', name: 'read', argumentsText: '{"path":"a.ts"}' },
    { id: 'toolu_2', name: 'read', argumentsText: '{"path":"b.ts"}' },
    { id: 'toolu_3', name: 'list_files', argumentsText: '{}' },
  ])
  const interleaved = saidBy(anthropicEventsOf(fixtureBytes('anthropic-interleaved')))
  assert.deepEqual(interleaved.calls, [
    { id: 'toolu_A', name: 'read_file', argumentsText: '{"path":"a.ts","lines":[1,2]}' },
    { id: 'toolu_B', name: 'read_file', argumentsText: '{"path":"b \\"ü\\".ts"}' },
  ])
})

test('10: a call without an id is given one', () => {
  const events = anthropicEventsOfText(
    start() + callStart(0, 'a') + blockStart(1, { type: 'tool_use', name: 'n' }) + ended('tool_use'),
  )
  assert.deepEqual(
    saidBy(events).calls.map(({ id }) => id),
    ['a', 'call_1'],
  )
})

const inputRows: readonly (readonly [name: string, stream: string])[] = [
  ['with its block closed', callStart(0, 'a', { x: 1 }) + blockStop(0)],
  ['with its block left open', callStart(0, 'a', { x: 1 })],
  ['as text', callStart(0, 'a', '{"x":1}') + blockStop(0)],
  ['and once more in parts', callStart(0, 'a', { x: 1 }) + inputDelta(0, '{"x"') + inputDelta(0, ':1}') + blockStop(0)],
]
for (const [name, stream] of inputRows) {
  test(`10: input that comes whole at the start of its block is not lost: ${name}`, () => {
    const { calls, end } = saidBy(anthropicEventsOfText(start() + stream + ended('tool_use')))
    assert.deepEqual(calls, [{ id: 'a', name: 'tool_a', argumentsText: '{"x":1}' }])
    assert.equal(end, 'done tool-calls')
  })
}

test('12: signatures and redacted thinking are kept byte for byte, in order, each with its own stretch', () => {
  const events = anthropicEventsOf(fixtureBytes('anthropic-interleaved'))
  assert.deepEqual(
    events.filter(({ type }) => type === 'reasoning'),
    [
      { type: 'reasoning', text: '', seal: seal('EuYBempty+text/one==') },
      { type: 'reasoning', text: 'Both "at once".', block: 1 },
      { type: 'reasoning', text: '', block: 1, seal: seal('EuYBsecond/two+==') },
      { type: 'reasoning', text: '', block: 2, seal: redacted('EtwBredacted/three==') },
    ],
  )
})

test('a tool that the server runs itself is no call of ours', () => {
  const events = anthropicEventsOfText(
    start() +
      blockStart(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: { q: 1 } }) +
      inputDelta(0, '{"q":1}') +
      blockStop(0) +
      textBlock(1, 'Found') +
      ended('end_turn'),
  )
  assert.deepEqual(saidBy(events), { text: 'Found', reasoning: '', calls: [], end: 'done stop' })
})

test('a whole message says the same as its stream; an error body is a failure; anything else a violation', () => {
  const message = {
    type: 'message',
    content: [
      { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
      { type: 'redacted_thinking', data: 'dark' },
      { type: 'text', text: 'Hi' },
      { type: 'tool_use', id: 'a', name: 'n', input: { x: 1 } },
      { type: 'tool_use', id: 'b', name: 'm', input: {} },
    ],
    stop_reason: 'tool_use',
    usage: { input_tokens: 3, output_tokens: 4 },
  }
  const events = decodeAnthropicAnswer(JSON.stringify(message))
  assert.deepEqual(saidBy(events), {
    text: 'Hi',
    reasoning: 'Hm.',
    calls: [
      { id: 'a', name: 'n', argumentsText: '{"x":1}' },
      { id: 'b', name: 'm', argumentsText: '{}' },
    ],
    end: 'done tool-calls',
  })
  assert.deepEqual(lastUsage(events), { inputTokens: 3, outputTokens: 4 })
  assert.deepEqual(sealsOf(events), [seal('sig'), redacted('dark')])
  const failed = { type: 'error', error: { type: 'overloaded_error', message: 'x' } }
  assert.equal(endOf(decodeAnthropicAnswer(JSON.stringify(failed))), 'failure overloaded')
  for (const body of ['{}', '[]', 'x']) assert.equal(endOf(decodeAnthropicAnswer(body)), 'failure protocol-violation')
  assert.equal(endOf(decodeAnthropicAnswer('')), 'failure truncated')
})

test('no failure repeats what the provider said', () => {
  const canary = 'canary-0123456789'
  const streams = [
    error(`${canary} ${canary}`, canary),
    error('invalid_request_error', canary),
    `data: ${canary}\n\n`,
    `${canary}: x\n\n`,
    callStart(0, canary, canary) + ended('tool_use'),
    messageDelta('refusal') + canary,
  ]
  for (const stream of streams) {
    const events = anthropicEventsOfText(stream)
    assert.ok(endOf(events).startsWith('failure'), stream)
    assert.ok(!JSON.stringify(events.filter(({ type }) => type === 'failure')).includes(canary), stream)
  }
})

const fragments = [
  ...new Set(rows.flatMap(({ stream }) => stream.split(/(?<=\n\n)/))),
  ...[
    '\n',
    '\r',
    '\r\n',
    'data: ',
    'data:{',
    '{',
    '"',
    '\u{1f69a}',
    '\ufeff',
    'event: error\n',
    ': c\n',
    '[DONE]',
    ' ',
  ],
]
const anyText = fc
  .array(fc.oneof(fc.constantFrom(...fragments), fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 12 })
  .map((pieces) => pieces.join(''))

test('any text at all ends in exactly one done or failure, never throws, and says the same however it is split', () => {
  fc.assert(
    fc.property(anyText, fc.array(fc.nat({ max: 400 }), { maxLength: 6 }), (text, places) => {
      const whole = eventsOfPieces([text])
      assert.equal(endCountOf(whole), 1)
      assert.ok(['done', 'failure'].includes(whole.at(-1)?.type ?? ''))
      const offsets = [0, ...places.map((place) => Math.min(place, text.length)).sort((a, b) => a - b), text.length]
      assert.deepEqual(eventsOfPieces(offsets.slice(1).map((end, at) => text.slice(offsets[at], end))), whole)
      assert.deepEqual(eventsOfPieces([...text]), whole)
      const answer = decodeAnthropicAnswer(text)
      assert.equal(endCountOf(answer), 1)
    }),
    { numRuns: 400 },
  )
})

function eventsOfPieces(pieces: readonly string[]): readonly WireEvent[] {
  const decoder = createAnthropicDecoder()
  return [...pieces.flatMap((piece) => decoder.decode(piece)), ...decoder.end()]
}
