import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createOpenaiChatDecoder, decodeOpenaiAnswer } from '../../../../daemon/core/wire/openaiChat.ts'
import type { WireEvent } from '../../../../daemon/core/wire/wireEvent.ts'
import { assertSameWhereverCut } from './decoding.ts'
import {
  delta,
  doneMark,
  endOf,
  eventsOfBytes,
  eventsOfText,
  fixtureBytes,
  fixtureNames,
  frame,
  reasoningOf,
  textOf,
} from './wireFixtures.ts'

const expected: Readonly<Record<(typeof fixtureNames)[number], readonly WireEvent[]>> = {
  'openai-text': [
    { type: 'text', text: 'A waybill, ' },
    { type: 'text', text: 'naïve or not: 貨物 🚚' },
    { type: 'text', text: '\nline "two".' },
    { type: 'usage', usage: { inputTokens: 19, cachedInputTokens: 8, outputTokens: 41, reasoningTokens: 30 } },
    { type: 'done', finishReason: 'stop' },
  ],
  'openai-tool-calls': [
    { type: 'tool-call', index: 0, id: 'call_one', name: 'read_file', argumentsText: '' },
    { type: 'tool-call', index: 0, argumentsText: '{"path":' },
    { type: 'tool-call', index: 0, argumentsText: '"main.ts"}' },
    { type: 'tool-call', index: 1, id: 'call_two', name: 'read_file', argumentsText: '{"path":"b.ts"}' },
    { type: 'usage', usage: { inputTokens: 70, outputTokens: 33 } },
    { type: 'done', finishReason: 'tool-calls' },
  ],
  'deepseek-reasoning': [
    { type: 'reasoning', text: 'Seven times six' },
    { type: 'reasoning', text: ' is asked.' },
    { type: 'text', text: '42' },
    { type: 'usage', usage: { inputTokens: 12, cachedInputTokens: 5, outputTokens: 9, reasoningTokens: 7 } },
    { type: 'done', finishReason: 'stop' },
  ],
  'openrouter-text': [
    { type: 'text', text: 'One' },
    { type: 'text', text: ' carrier.' },
    {
      type: 'usage',
      usage: { inputTokens: 2200, cachedInputTokens: 0, cacheWriteTokens: 2100, outputTokens: 4, reasoningTokens: 0 },
      reportedNanodollars: 3_100_000,
    },
    { type: 'done', finishReason: 'length' },
  ],
  'mistral-parts': [
    { type: 'reasoning', text: 'Ports first.' },
    { type: 'text', text: 'Then ships' },
    { type: 'text', text: '.' },
    { type: 'usage', usage: { inputTokens: 9, outputTokens: 7 } },
    { type: 'done', finishReason: 'stop' },
  ],
}

for (const name of fixtureNames) {
  const bytes = fixtureBytes(name)

  test(`${name} says the same wherever its bytes are split`, () => {
    assert.deepEqual(eventsOfBytes(bytes), expected[name])
    for (let at = 1; at < bytes.length; at += 1) {
      assert.deepEqual(eventsOfBytes(bytes, [at]), expected[name], `split at byte ${at}`)
    }
    const everyByte = Array.from({ length: bytes.length - 1 }, (_, at) => at + 1)
    assert.deepEqual(eventsOfBytes(bytes, everyByte), expected[name])
  })

  test(`${name} says the same with the other line ends`, () => {
    const text = new TextDecoder().decode(bytes)
    assert.deepEqual(eventsOfText(text.replaceAll('\n', '\r\n')), expected[name])
    assert.deepEqual(eventsOfText(text.replaceAll('\n', '\r')), expected[name])
  })

  test(`${name} cut at any byte is truncated unless its finish reason was seen, and says nothing that was not said`, () => {
    const finishAt = new TextDecoder('latin1').decode(bytes).search(/"finish_reason":"/)
    const finishEnd = bytes.indexOf(10, finishAt)
    for (let end = 0; end < bytes.length; end += 1) {
      const events = eventsOfBytes(bytes.subarray(0, end))
      const isFinished = end >= finishEnd
      assert.equal(events.at(-1)?.type, isFinished ? 'done' : 'failure', `cut at byte ${end}`)
      if (!isFinished) assert.equal(endOf(events), 'failure truncated', `cut at byte ${end}`)
      assert.ok(textOf(expected[name]).startsWith(textOf(events)), `cut at byte ${end}`)
      assert.equal(events.filter((event) => event.type === 'done' || event.type === 'failure').length, 1)
    }
  })

  test(`${name} with a byte damaged so that its frame no longer parses never ends well with part of its text`, () => {
    const lost: number[] = []
    for (let at = bytes.indexOf(10) + 1; at < bytes.length; at += 1) {
      const damaged = Uint8Array.from(bytes)
      damaged[at] = damaged[at] === 1 ? 2 : 1
      const events = eventsOfDamaged(damaged)
      const isWhole = textOf(events) === textOf(expected[name]) && reasoningOf(events) === reasoningOf(expected[name])
      if (endOf(events).startsWith('done') && !isWhole) lost.push(at)
    }
    assert.deepEqual(lost, [])
  })
}

/** A damaged byte within a character is no UTF-8: upstreamHttp makes a failure of it. */
function eventsOfDamaged(bytes: Uint8Array): readonly WireEvent[] {
  try {
    return eventsOfBytes(bytes)
  } catch {
    return []
  }
}

const usage = { prompt_tokens: 3, completion_tokens: 2 }
const said = delta({ content: 'Hi' })

type Row = { readonly name: string; readonly stream: string; readonly end: string; readonly text?: string }

const rows: readonly Row[] = [
  {
    name: '7: an error before any content',
    stream: frame({ error: { code: 502, message: 'x' } }),
    end: 'failure provider-error',
  },
  {
    name: '7: an error after content',
    stream: said + frame({ error: { code: 429 }, choices: [] }),
    end: 'failure rate-limited',
    text: 'Hi',
  },
  {
    name: '7: an error as OpenRouter sends it in mid-stream',
    stream:
      said +
      frame({
        id: 'g',
        error: { code: 'server_error', message: 'x' },
        choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
      }),
    end: 'failure provider-error',
    text: 'Hi',
  },
  {
    name: '7: an error as an event of that name',
    stream: `event: error\n${frame({ error: { type: 'overloaded_error' } })}`,
    end: 'failure overloaded',
  },
  {
    name: '7: an error as vLLM sends it',
    stream: frame({
      object: 'error',
      type: 'BadRequestError',
      code: 400,
      message: "This model's maximum context length is 8 tokens",
    }),
    end: 'failure context-too-long',
  },
  { name: '7: an error in words alone', stream: frame({ error: 'something broke' }), end: 'failure provider-error' },
  {
    name: '7: an error without data: before it',
    stream: '{"error":{"type":"authentication_error"}}\n',
    end: 'failure bad-credentials',
  },
  {
    name: '7: an error after the finish',
    stream: said + delta({}, 'stop') + frame({ error: { code: 500 } }) + doneMark,
    end: 'failure provider-error',
    text: 'Hi',
  },
  {
    name: 'an error field that is null is none',
    stream: frame({ error: null, choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }] }) + doneMark,
    end: 'done stop',
    text: 'Hi',
  },
  {
    name: '8: comments, empty data and pings',
    stream: `: ping\n\ndata:\n\nevent: ping\ndata: pong\n\n${said}${delta({}, 'stop')}${doneMark}`,
    end: 'done stop',
    text: 'Hi',
  },
  {
    name: '9: a frame that does not parse',
    stream: `${said}data: {"choices":[{"delta":{"cont\n\n${delta({}, 'stop')}${doneMark}`,
    end: 'failure protocol-violation',
    text: 'Hi',
  },
  {
    name: '9: a frame that is no object',
    stream: `${said}data: 17\n\n${doneMark}`,
    end: 'failure protocol-violation',
    text: 'Hi',
  },
  {
    name: '9: a frame without choices',
    stream: said + frame({ id: 'x', chXices: [] }) + doneMark,
    end: 'failure protocol-violation',
    text: 'Hi',
  },
  {
    name: '9: content of another type',
    stream: delta({ content: { a: 1 } }) + doneMark,
    end: 'failure protocol-violation',
  },
  { name: '9: a stream without its terminal event', stream: said, end: 'failure truncated', text: 'Hi' },
  { name: '9: an empty body', stream: '', end: 'failure truncated' },
  { name: '9: the end mark alone', stream: doneMark, end: 'failure truncated' },
  {
    name: '11: stop with tool calls means tool calls',
    stream:
      delta({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }] }) +
      delta({}, 'stop') +
      doneMark,
    end: 'done tool-calls',
  },
  {
    name: '11: stop on every chunk',
    stream: delta({ content: 'a' }, 'stop') + delta({ content: 'b' }, 'stop') + doneMark,
    end: 'done stop',
    text: 'ab',
  },
  {
    name: '13: tool arguments that are cut short',
    stream:
      delta({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"p' } }] }) +
      delta({}, 'tool_calls') +
      doneMark,
    end: 'failure protocol-violation',
  },
  {
    name: '13: tool arguments that are cut short, and no finish reason',
    stream: delta({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"p' } }] }) + doneMark,
    end: 'failure protocol-violation',
  },
  {
    name: '13: tool arguments that are cut short, and a finish reason of the server’s own',
    stream:
      delta({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"p' } }] }) +
      delta({}, 'eos') +
      doneMark,
    end: 'failure protocol-violation',
  },
  {
    name: '13: tool arguments that the output limit cut short',
    stream:
      delta({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"p' } }] }) +
      delta({}, 'length') +
      doneMark,
    end: 'done length',
  },
  {
    name: '19: content null, delta {}, no finish reason until [DONE]',
    stream: delta({ content: null }) + delta({}) + said + doneMark,
    end: 'done other',
    text: 'Hi',
  },
  {
    name: '19: an id that changes in mid-stream',
    stream:
      frame({ id: '1', choices: [{ delta: { content: 'H' } }] }) +
      frame({ id: '2', choices: [{ delta: { content: 'i' }, finish_reason: 'stop' }] }) +
      doneMark,
    end: 'done stop',
    text: 'Hi',
  },
  {
    name: '19: no delta beside the finish reason',
    stream: said + frame({ choices: [{ finish_reason: 'stop' }] }) + doneMark,
    end: 'done stop',
    text: 'Hi',
  },
  { name: '20: no [DONE] after the finish reason', stream: said + delta({}, 'stop'), end: 'done stop', text: 'Hi' },
  {
    name: '20: cut in the usage after the finish reason',
    stream: `${said}${delta({}, 'stop')}data: {"choices":[],"usa`,
    end: 'done stop',
    text: 'Hi',
  },
  {
    name: '21: no role, no usage, finish only',
    stream: frame({ choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }] }) + doneMark,
    end: 'done stop',
    text: 'Hi',
  },
  {
    name: 'anything after [DONE]',
    stream: said + delta({}, 'stop') + doneMark + said + frame({ error: {} }),
    end: 'done stop',
    text: 'Hi',
  },
  {
    name: 'Azure: a first frame with no choice',
    stream: frame({ choices: [], prompt_filter_results: [] }) + said + delta({}, 'stop') + doneMark,
    end: 'done stop',
    text: 'Hi',
  },
  {
    name: 'a second choice that was not asked for',
    stream:
      frame({
        choices: [
          { index: 1, delta: { content: 'no' } },
          { index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' },
        ],
      }) + doneMark,
    end: 'done stop',
    text: 'Hi',
  },
  { name: 'a refusal', stream: delta({ refusal: 'I cannot' }) + delta({}, 'stop') + doneMark, end: 'failure refused' },
  {
    name: 'DeepSeek: out of capacity',
    stream: said + delta({}, 'insufficient_system_resource') + doneMark,
    end: 'failure overloaded',
    text: 'Hi',
  },
  {
    name: 'a content filter',
    stream: said + delta({}, 'content_filter') + doneMark,
    end: 'done content-filter',
    text: 'Hi',
  },
  {
    name: 'a finish reason that nobody knows',
    stream: said + delta({}, 'constructor') + doneMark,
    end: 'done other',
    text: 'Hi',
  },
]

for (const row of rows) {
  test(`pitfall ${row.name}, wherever its bytes are split`, () => {
    const events = eventsOfText(row.stream)
    assertSameWhereverCut(createOpenaiChatDecoder, new TextEncoder().encode(row.stream))
    assert.equal(endOf(events), row.end)
    assert.equal(textOf(events), row.text ?? '')
    assert.equal(events.filter((event) => event.type === 'done' || event.type === 'failure').length, 1)
  })
}

test('pitfalls 5 and 6: usage comes after the finish and before done; without any it stays unknown, and 0 is 0', () => {
  const late = eventsOfText(said + delta({}, 'stop') + frame({ choices: [], usage }) + doneMark)
  assert.deepEqual(late.slice(1), [
    { type: 'usage', usage: { inputTokens: 3, outputTokens: 2 } },
    { type: 'done', finishReason: 'stop' },
  ])
  assert.ok(!eventsOfText(said + delta({}, 'stop') + doneMark).some((event) => event.type === 'usage'))
  const nothing = eventsOfText(said + delta({}, 'stop') + frame({ choices: [], usage: { completion_tokens: 0 } }))
  assert.deepEqual(nothing[1], { type: 'usage', usage: { outputTokens: 0 } })
})

type SplitRow = { readonly name: string; readonly stream: string; readonly events: readonly WireEvent[] }

const call = (index: number | undefined, id: string | undefined, argumentsText: string) =>
  delta({ tool_calls: [{ index, id, type: 'function', function: { name: 'look', arguments: argumentsText } }] })

/** What stands in the events themselves matters here, so that they are compared whole. */
const splitRows: readonly SplitRow[] = [
  {
    name: '1: what was cached is part of the input',
    stream: `${said}${delta({}, 'stop')}${frame({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 7 } } })}${doneMark}`,
    events: [
      { type: 'text', text: 'Hi' },
      { type: 'usage', usage: { inputTokens: 9, cachedInputTokens: 7, outputTokens: 1 } },
      { type: 'done', finishReason: 'stop' },
    ],
  },
  {
    name: '10: parallel calls of one name without ids stay two, and are given ids',
    stream: call(0, undefined, '{"a":1}') + call(1, undefined, '{"a":2}') + delta({}, 'tool_calls') + doneMark,
    events: [
      { type: 'tool-call', index: 0, id: 'call_0', name: 'look', argumentsText: '{"a":1}' },
      { type: 'tool-call', index: 1, id: 'call_1', name: 'look', argumentsText: '{"a":2}' },
      { type: 'done', finishReason: 'tool-calls' },
    ],
  },
  {
    name: '13: a call without parameters has the arguments {}',
    stream: call(0, 'c1', '') + delta({}, 'tool_calls') + doneMark,
    events: [
      { type: 'tool-call', index: 0, id: 'c1', name: 'look', argumentsText: '' },
      { type: 'tool-call', index: 0, argumentsText: '{}' },
      { type: 'done', finishReason: 'tool-calls' },
    ],
  },
  {
    name: '13, 19: a call without parameters has the arguments {}, also without a finish reason',
    stream: call(0, 'c1', '') + doneMark,
    events: [
      { type: 'tool-call', index: 0, id: 'c1', name: 'look', argumentsText: '' },
      { type: 'tool-call', index: 0, argumentsText: '{}' },
      { type: 'done', finishReason: 'tool-calls' },
    ],
  },
  {
    name: '18: the model that an answer names is not read, whatever it is',
    stream: frame({ model: { generic: 1 }, choices: [{ delta: { content: 'Hi' }, finish_reason: 'stop' }] }) + doneMark,
    events: [
      { type: 'text', text: 'Hi' },
      { type: 'done', finishReason: 'stop' },
    ],
  },
  {
    name: '21: a local server that streams no usage and ends with its finish reason alone',
    stream: said + frame({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: null }),
    events: [
      { type: 'text', text: 'Hi' },
      { type: 'done', finishReason: 'stop' },
    ],
  },
]

for (const row of splitRows) {
  test(`pitfall ${row.name}, wherever its bytes are split`, () => {
    const bytes = new TextEncoder().encode(row.stream)
    assert.deepEqual(eventsOfBytes(bytes), row.events)
    assertSameWhereverCut(createOpenaiChatDecoder, bytes)
  })
}

test('no failure repeats what the provider said', () => {
  const canary = 'sk-canary-0123456789'
  const streams = [
    frame({ error: { code: canary.toUpperCase().replaceAll('-', ' '), message: canary, type: canary.repeat(9) } }),
    `data: ${canary}\n\n`,
    `${canary}: x\n\n`,
    delta({ refusal: canary }),
  ]
  for (const stream of streams) assert.ok(!JSON.stringify(eventsOfText(stream)).toLowerCase().includes(canary), stream)
})

test('whole answers are read where a server does not stream', () => {
  const message = { role: 'assistant', content: 'Hi', reasoning_content: 'hm' }
  const whole = { object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }], usage }
  assert.deepEqual(decodeOpenaiAnswer(JSON.stringify(whole)), [
    { type: 'reasoning', text: 'hm' },
    { type: 'text', text: 'Hi' },
    { type: 'usage', usage: { inputTokens: 3, outputTokens: 2 } },
    { type: 'done', finishReason: 'stop' },
  ])
  assert.equal(endOf(decodeOpenaiAnswer('{"error":{"code":"insufficient_quota"}}')), 'failure payment-required')
  assert.equal(endOf(decodeOpenaiAnswer('{"choices":[')), 'failure protocol-violation')
  assert.equal(endOf(decodeOpenaiAnswer('')), 'failure truncated')
  assert.equal(endOf(decodeOpenaiAnswer('{"choices":[]}')), 'failure truncated')
})

test('any text at all ends in exactly one done or failure, and never throws', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(said, doneMark, delta({}, 'stop'), frame({ error: 1 }), 'data: ', '\n\n', ':', '{"'),
    fc.json().map((json) => `data: ${json}\n\n`),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const events = eventsOfText(pieces.join(''))
      const ends = events.filter((event) => event.type === 'done' || event.type === 'failure')
      assert.equal(ends.length, 1)
      assert.equal(events.at(-1), ends[0])
    }),
    { numRuns: 500 },
  )
})
