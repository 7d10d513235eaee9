import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { geminiWire } from '../../../../daemon/core/wire/geminiGenerate.ts'
import type { WireEvent } from '../../../../daemon/core/wire/wireEvent.ts'
import type { ChatMessage, ReasoningBlock } from '../../../../shared/domain/chatRequest.ts'
import { chunk, geminiEventsOf, geminiFixtureNames } from './geminiFixtures.ts'
import { decodedText, endOf, fixtureBytes, frame, reasoningOf, textOf } from './wireFixtures.ts'

const seal = (signature: string) => ({ dialect: 'gemini-generate' as const, signature })

/** Without usage, which comes with every chunk; the last one is named beside. */
const expected: Readonly<
  Record<(typeof geminiFixtureNames)[number], { readonly events: readonly WireEvent[]; readonly usage: object }>
> = {
  'gemini-text': {
    events: [
      { type: 'text', text: 'A waybill, ' },
      { type: 'text', text: 'naïve or not: 貨物 🚚' },
      { type: 'text', text: '\nline "two".' },
      { type: 'reasoning', text: '', seal: seal('EoYCsig+text/one==') },
      { type: 'done', finishReason: 'stop' },
    ],
    usage: { inputTokens: 19, cachedInputTokens: 8, outputTokens: 47, reasoningTokens: 30 },
  },
  'gemini-tool-calls': {
    events: [
      {
        type: 'tool-call',
        index: 0,
        id: 'call_0',
        name: 'read_file',
        argumentsText: '{"path":"a.ts"}',
        seal: seal('EqUCsig+call/one=='),
      },
      {
        type: 'tool-call',
        index: 1,
        id: 'call_1',
        name: 'read_file',
        argumentsText: '{"path":"b \\"ü\\".ts","lines":[1,2]}',
      },
      { type: 'tool-call', index: 2, id: 'call_2', name: 'list_files', argumentsText: '{}' },
      { type: 'done', finishReason: 'tool-calls' },
    ],
    usage: { inputTokens: 70, outputTokens: 76, reasoningTokens: 45 },
  },
  'gemini-thoughts': {
    events: [
      { type: 'reasoning', text: '**Counting**\n\nSeven times six' },
      { type: 'reasoning', text: ' is asked.' },
      { type: 'text', text: 'It is 4' },
      { type: 'text', text: '2, and' },
      { type: 'done', finishReason: 'length' },
    ],
    usage: { inputTokens: 12, outputTokens: 73, reasoningTokens: 66 },
  },
}

function usagesOf(events: readonly WireEvent[]): readonly object[] {
  return events.flatMap((event) => (event.type === 'usage' ? [event.usage] : []))
}

for (const name of geminiFixtureNames) {
  const bytes = fixtureBytes(name)
  const whole = geminiEventsOf(bytes)

  test(`${name} says what it should`, () => {
    assert.deepEqual(
      whole.filter((event) => event.type !== 'usage'),
      expected[name].events,
    )
    assert.deepEqual(usagesOf(whole).at(-1), expected[name].usage)
  })

  test(`8: ${name} says the same wherever its bytes are split`, () => {
    for (let at = 1; at < bytes.length; at += 1) {
      assert.deepEqual(geminiEventsOf(bytes, [at]), whole, `split at byte ${at}`)
    }
    const everyByte = Array.from({ length: bytes.length - 1 }, (_, at) => at + 1)
    assert.deepEqual(geminiEventsOf(bytes, everyByte), whole)
  })

  test(`8: ${name} says the same with the other line ends`, () => {
    const text = new TextDecoder().decode(bytes)
    for (const end of ['\r\n', '\r'])
      assert.deepEqual(decodedText(geminiWire.createDecoder(), text.replaceAll('\n', end)), whole)
  })

  test(`20: ${name} cut at any byte is truncated unless a finish reason was seen, and says nothing that was not said`, () => {
    const finishAt = new TextDecoder('latin1').decode(bytes).indexOf('"finishReason":"')
    const finishEnd = bytes.indexOf(10, finishAt)
    for (let end = 0; end < bytes.length; end += 1) {
      const events = geminiEventsOf(bytes.subarray(0, end))
      assert.equal(endOf(events).startsWith('done'), end >= finishEnd, `cut at byte ${end}`)
      if (end < finishEnd) assert.equal(endOf(events), 'failure truncated', `cut at byte ${end}`)
      assert.ok(textOf(whole).startsWith(textOf(events)), `cut at byte ${end}`)
      assert.equal(events.filter((event) => event.type === 'done' || event.type === 'failure').length, 1)
    }
  })

  test(`9: ${name} with a byte damaged never ends well with part of what it said`, () => {
    const lost: number[] = []
    for (let at = bytes.indexOf(10) + 1; at < bytes.length; at += 1) {
      const damaged = Uint8Array.from(bytes)
      damaged[at] = damaged[at] === 1 ? 2 : 1
      const events = eventsOfDamaged(damaged)
      const isWhole = saidBy(events) === saidBy(whole)
      if (endOf(events).startsWith('done') && !isWhole) lost.push(at)
    }
    assert.deepEqual(lost, [])
  })

  test(`${name} as a list of chunks, with and without whitespace, says the same as its stream`, () => {
    const frames = new TextDecoder()
      .decode(bytes)
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .map((line) => JSON.parse(line.slice('data: '.length)))
    for (const body of [JSON.stringify(frames), `\n ${JSON.stringify(frames, undefined, 2)}`]) {
      assert.deepEqual(geminiWire.decodeAnswer(body), whole)
      assert.deepEqual(decodedText(geminiWire.createDecoder(), body), whole)
    }
  })
}

function saidBy(events: readonly WireEvent[]): string {
  const calls = events.filter((event) => event.type === 'tool-call')
  return JSON.stringify([textOf(events), reasoningOf(events), calls])
}

/** A damaged byte within a character is no UTF-8: upstreamHttp makes a failure of it. */
function eventsOfDamaged(bytes: Uint8Array): readonly WireEvent[] {
  try {
    return geminiEventsOf(bytes)
  } catch {
    return []
  }
}

const said = chunk([{ text: 'Hi' }])
const stop = chunk([], 'STOP')
const call = (functionCall: object) => chunk([{ functionCall }])
const finished = (reason: string) => said + chunk([], reason)

type Row = { readonly name: string; readonly stream: string; readonly end: string; readonly text?: string }

const rows: readonly Row[] = [
  {
    name: '7: an error before any content',
    stream: frame({ error: { code: 503, message: 'x', status: 'UNAVAILABLE' } }),
    end: 'failure overloaded',
  },
  {
    name: '7: an error after content',
    stream: said + frame({ error: { code: 429, status: 'RESOURCE_EXHAUSTED' } }),
    end: 'failure rate-limited',
    text: 'Hi',
  },
  {
    name: '7: an error after the finish',
    stream: said + stop + frame({ error: { code: 500, status: 'INTERNAL' } }),
    end: 'failure provider-error',
    text: 'Hi',
  },
  {
    name: '7: an error as an event of that name',
    stream: `event: error\n${frame({ error: { code: 401 } })}`,
    end: 'failure bad-credentials',
  },
  {
    name: '7: an error as a list',
    stream: frame([{ error: { code: 500 } }]),
    end: 'failure provider-error',
  },
  {
    name: '7: an error as plain JSON over several lines',
    stream: JSON.stringify({ error: { code: 503, status: 'UNAVAILABLE' } }, undefined, 2),
    end: 'failure overloaded',
  },
  {
    name: '7: a prompt that was blocked',
    stream: frame({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata: { promptTokenCount: 3 } }),
    end: 'failure content-filtered',
  },
  {
    name: '8: comments, empty data and pings',
    stream: `: ping\n\ndata:\n\nevent: ping\ndata: pong\n\n${said}${stop}`,
    end: 'done stop',
    text: 'Hi',
  },
  { name: '8: no blank line at the end', stream: (said + stop).trimEnd(), end: 'done stop', text: 'Hi' },
  {
    name: '9: a frame that does not parse',
    stream: `${said}data: {"candidates":[{"cont\n\n${stop}`,
    end: 'failure protocol-violation',
    text: 'Hi',
  },
  { name: '9: a frame that is no object', stream: `data: 17\n\n${stop}`, end: 'failure protocol-violation' },
  { name: '9: a frame without candidates', stream: frame({ id: 1 }) + stop, end: 'failure protocol-violation' },
  { name: '9: text of another type', stream: chunk([{ text: { a: 1 } }]) + stop, end: 'failure protocol-violation' },
  { name: '9: a stream without a finish reason', stream: said, end: 'failure truncated', text: 'Hi' },
  { name: '9: an empty body', stream: '', end: 'failure truncated' },
  {
    name: '9: an unknown kind of part',
    stream: chunk([{ executableCode: {} }]) + said + stop,
    end: 'done stop',
    text: 'Hi',
  },
  { name: '10: a call that has no name', stream: call({ args: {} }) + stop, end: 'failure protocol-violation' },
  { name: '11: STOP with calls means calls', stream: call({ name: 'f', args: {} }) + stop, end: 'done tool-calls' },
  {
    name: '11: STOP on every chunk',
    stream: chunk([{ text: 'a' }], 'STOP') + chunk([{ text: 'b' }], 'STOP'),
    end: 'done stop',
    text: 'ab',
  },
  {
    name: '13: arguments that are no object',
    stream: call({ name: 'f', args: '{"p' }) + stop,
    end: 'failure protocol-violation',
  },
  {
    name: '13: a call that the model could not finish',
    stream: chunk([], 'MALFORMED_FUNCTION_CALL'),
    end: 'failure protocol-violation',
  },
  {
    name: '13: a tool that nobody offered',
    stream: finished('UNEXPECTED_TOOL_CALL'),
    end: 'failure protocol-violation',
    text: 'Hi',
  },
  {
    name: '19: no content beside the finish reason, and none at all',
    stream: said + frame({ candidates: [{ finishReason: 'STOP' }] }),
    end: 'done stop',
    text: 'Hi',
  },
  {
    name: '19: an id that changes in mid-stream',
    stream:
      frame({ responseId: 'a', candidates: [{ content: { parts: [{ text: 'H' }] } }] }) +
      frame({ responseId: 'b', candidates: [{ content: { parts: [{ text: 'i' }] }, finishReason: 'STOP' }] }),
    end: 'done stop',
    text: 'Hi',
  },
  {
    name: '20: a chunk without a finish reason takes none back',
    stream: chunk([{ text: 'H' }], 'STOP') + chunk([{ text: 'i' }]),
    end: 'done stop',
    text: 'Hi',
  },
  {
    name: '20: usage alone after the finish reason',
    stream: said + stop + frame({ usageMetadata: { promptTokenCount: 1 } }),
    end: 'done stop',
    text: 'Hi',
  },
  {
    name: '20: cut in the frame after the finish reason',
    stream: `${said}${stop}data: {"usageMeta`,
    end: 'done stop',
    text: 'Hi',
  },
  {
    name: 'of several candidates the first counts',
    stream:
      frame({
        candidates: [
          { index: 1, content: { parts: [{ text: 'no' }] } },
          { index: 0, content: { parts: [{ text: 'Hi' }] } },
        ],
      }) + stop,
    end: 'done stop',
    text: 'Hi',
  },
  { name: 'the token limit', stream: finished('MAX_TOKENS'), end: 'done length', text: 'Hi' },
  ...['SAFETY', 'RECITATION', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII'].map((reason) => ({
    name: `${reason} in mid-answer is a content filter`,
    stream: finished(reason),
    end: 'done content-filter',
    text: 'Hi',
  })),
  { name: 'SAFETY before any content', stream: chunk([], 'SAFETY'), end: 'failure content-filtered' },
  {
    name: 'a signature that is missed',
    stream: chunk([], 'MISSING_THOUGHT_SIGNATURE'),
    end: 'failure invalid-request',
  },
  ...['LANGUAGE', 'OTHER', 'constructor'].map((reason) => ({
    name: `${reason} is no reason that has a word`,
    stream: finished(reason),
    end: 'done other',
    text: 'Hi',
  })),
]

for (const row of rows) {
  test(`pitfall ${row.name}, split anywhere`, () => {
    const bytes = new TextEncoder().encode(row.stream)
    const events = geminiEventsOf(bytes)
    assert.equal(endOf(events), row.end)
    assert.equal(textOf(events), row.text ?? '')
    assert.equal(events.filter((event) => event.type === 'done' || event.type === 'failure').length, 1)
    for (let at = 1; at < bytes.length; at += 1) assert.deepEqual(geminiEventsOf(bytes, [at]), events, `split at ${at}`)
  })
}

test('6: without usage it stays unknown, and the newest usage is the last', () => {
  assert.deepEqual(usagesOf(decodedText(geminiWire.createDecoder(), said + stop)), [])
  const usage = (count: number) => frame({ usageMetadata: { promptTokenCount: 0, candidatesTokenCount: count } })
  assert.deepEqual(usagesOf(decodedText(geminiWire.createDecoder(), usage(1) + said + usage(2) + stop)).at(-1), {
    inputTokens: 0,
    outputTokens: 2,
  })
})

test('10: an id that the wire gives is kept', () => {
  const events = decodedText(geminiWire.createDecoder(), call({ id: 'fc-7', name: 'f' }) + stop)
  assert.deepEqual(events[0], { type: 'tool-call', index: 0, id: 'fc-7', name: 'f', argumentsText: '{}' })
})

test('12: signatures become seals of their own stretch, also on text, on thoughts and on nothing', () => {
  const stream =
    chunk([{ text: 'hm', thought: true }]) +
    chunk([{ text: '', thought: true, thoughtSignature: 's0' }]) +
    chunk([{ text: 'again', thought: true }]) +
    chunk([{ text: 'Hi', thoughtSignature: 's2' }, { thoughtSignature: 's3' }], 'STOP')
  assert.deepEqual(decodedText(geminiWire.createDecoder(), stream), [
    { type: 'reasoning', text: 'hm' },
    { type: 'reasoning', text: '', seal: seal('s0') },
    { type: 'reasoning', text: 'again', block: 1 },
    { type: 'text', text: 'Hi' },
    { type: 'reasoning', text: '', block: 2, seal: seal('s2') },
    { type: 'reasoning', text: '', block: 3, seal: seal('s3') },
    { type: 'done', finishReason: 'stop' },
  ])
})

for (const name of geminiFixtureNames) {
  test(`12: what ${name} signed goes back with the same signatures`, () => {
    const bytes = fixtureBytes(name)
    const message = messageOf(geminiEventsOf(bytes))
    const body = geminiWire.encode(
      { messages: [message], parameters: {} },
      { model: 'gemini-3-flash-preview', quirks: { maxTokensParameter: 'max_tokens' } },
    )
    const pattern = /"thoughtSignature":"[^"]*"/g
    assert.deepEqual(body.match(pattern), new TextDecoder().decode(bytes).match(pattern))
  })
}

/** The answer as a client sends it back. */
function messageOf(events: readonly WireEvent[]): ChatMessage {
  const blocks: ReasoningBlock[] = []
  for (const event of events) {
    if (event.type !== 'reasoning') continue
    const block = blocks[event.block ?? 0] ?? { text: '' }
    blocks[event.block ?? 0] = { ...block, text: block.text + event.text, ...(event.seal && { seal: event.seal }) }
  }
  const toolCalls = events.flatMap((event) =>
    event.type === 'tool-call'
      ? [
          {
            id: event.id ?? '',
            name: event.name ?? '',
            argumentsText: event.argumentsText,
            ...(event.seal && { seal: event.seal }),
          },
        ]
      : [],
  )
  return { role: 'assistant', content: textOf(events), reasoning: blocks, toolCalls }
}

test('no failure repeats what the provider said', () => {
  const canary = 'canary-0123456789'
  const streams = [
    frame({ error: { code: canary, message: canary, status: `${canary} ${canary}` } }),
    `data: ${canary}\n\n`,
    `${canary}: x\n\n`,
    frame({ promptFeedback: { blockReason: canary, blockReasonMessage: canary } }),
    chunk([{ functionCall: { name: canary, args: canary } }]),
  ]
  for (const stream of streams) {
    const events = decodedText(geminiWire.createDecoder(), stream)
    assert.equal(events.at(-1)?.type, 'failure')
    assert.ok(!JSON.stringify(events).includes(canary), stream)
  }
})

test('whole answers are read where a server does not stream', () => {
  const whole = { candidates: [{ content: { parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }] }
  assert.deepEqual(geminiWire.decodeAnswer(JSON.stringify(whole)), [
    { type: 'text', text: 'Hi' },
    { type: 'done', finishReason: 'stop' },
  ])
  assert.equal(endOf(geminiWire.decodeAnswer('[{"error":{"code":403}}]')), 'failure bad-credentials')
  assert.equal(endOf(geminiWire.decodeAnswer('{"candidates":[')), 'failure protocol-violation')
  assert.equal(endOf(geminiWire.decodeAnswer('')), 'failure truncated')
  assert.equal(endOf(geminiWire.decodeAnswer('[]')), 'failure truncated')
})

test('any text at all ends in exactly one done or failure, never throws, and says the same however it is split', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(said, stop, call({ name: 'f' }), frame({ error: 1 }), 'data: ', '\n\n', ':', '{"', '[', ']'),
    fc.json().map((json) => `data: ${json}\n\n`),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.array(fc.nat(200), { maxLength: 4 }), (pieces, offsets) => {
      const bytes = new TextEncoder().encode(pieces.join(''))
      const cuts = offsets.filter((at) => at < bytes.length).sort((one, other) => one - other)
      const events = geminiEventsOf(bytes)
      const ends = events.filter((event) => event.type === 'done' || event.type === 'failure')
      assert.equal(ends.length, 1)
      assert.equal(events.at(-1), ends[0])
      assert.deepEqual(geminiEventsOf(bytes, cuts), events)
    }),
    { numRuns: 500 },
  )
})
