import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createGeminiDecoder, decodeGeminiAnswer } from '../../../../daemon/core/wire/geminiGenerate.ts'
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

const decode = (name: string) => decoded(createGeminiDecoder, fixtureOf(name))
const frame = (data: object) => `data: ${JSON.stringify(data)}\n\n`
const chunk = (parts: readonly object[], more: object = {}) =>
  frame({ candidates: [{ content: { parts, role: 'model' }, ...more }] })
const said = (text: string) => saidBy(decodedText(createGeminiDecoder, text))

describe('gemini-generate, by pitfall', () => {
  test('8: every fixture says the same wherever its bytes are cut, also with CRLF and CR', () => {
    for (const name of ['text', 'thoughts-tools', 'signature-on-empty-text', 'blocked-prompt']) {
      const bytes = fixtureOf(`gemini-${name}`)
      assertSameWhereverCut(createGeminiDecoder, bytes)
      for (const lineEnd of ['\r\n', '\r'] as const) {
        assert.deepEqual(decoded(createGeminiDecoder, withLineEnds(bytes, lineEnd)), decode(`gemini-${name}`))
      }
    }
  })

  test('1, 3, 11: the newest usage counts, and a repeated finish reason ends it once', () => {
    const events = decode('gemini-text')
    assert.deepEqual(lastUsage(events), { inputTokens: 8, cachedInputTokens: 4, outputTokens: 6 })
    assert.deepEqual(saidBy(events), { text: 'Grüße, Welt 🌍!', reasoning: '', calls: [], end: 'done stop' })
    assert.equal(events.filter(({ type }) => type === 'done').length, 1)
  })

  test('10, 11, 13: calls are numbered here, STOP with calls is tool-calls, none has arguments of {}', () => {
    const events = decode('gemini-thoughts-tools')
    assert.deepEqual(saidBy(events), {
      text: 'I will look.',
      reasoning: 'Two files.',
      calls: [
        { id: 'call_0', name: 'read', argumentsText: '{"path":"a.ts"}' },
        { id: 'call_1', name: 'read', argumentsText: '{"path":"b.ts"}' },
        { id: 'call_2', name: 'list_files', argumentsText: '{}' },
      ],
      end: 'done tool-calls',
    })
    assert.deepEqual(lastUsage(events), { inputTokens: 50, outputTokens: 50, reasoningTokens: 20 })
  })

  test('12: a signature is kept on its call, and on a text that is empty', () => {
    const [call] = decode('gemini-thoughts-tools').filter(({ type }) => type === 'tool-call')
    assert.ok(call?.type === 'tool-call')
    assert.deepEqual(call.seal, { dialect: 'gemini-generate', signature: 'CpcBAdHtim9x+ABC/==' })
    assert.deepEqual(sealsOf(decode('gemini-signature-on-empty-text')), [
      { dialect: 'gemini-generate', signature: 'AVSoXO7n==' },
    ])
  })

  test('7: an error inside the stream, and a prompt that was blocked', () => {
    assert.equal(saidBy(decode('gemini-blocked-prompt')).end, 'failure content-filtered')
    const error = frame({ error: { code: 503, message: 'x', status: 'UNAVAILABLE' } })
    assert.equal(said(chunk([{ text: 'Half' }]) + error).end, 'failure overloaded')
    const quota = frame({ error: { code: 429, message: 'x', status: 'RESOURCE_EXHAUSTED' } })
    assert.equal(said(quota).end, 'failure rate-limited')
  })

  test('9: what cannot be read is a violation, and so is a frame without candidates', () => {
    for (const garbage of ['data: {"candidates":\n\n', 'data: 1\n\n', 'data: {}\n\n', 'garbage\n\n']) {
      const end = said(chunk([{ text: 'Hi' }]) + garbage + chunk([], { finishReason: 'STOP' })).end
      assert.equal(end, 'failure protocol-violation', garbage)
    }
    assert.equal(said(`: note\n\ndata:\n\n${chunk([{ text: 'Hi' }], { finishReason: 'STOP' })}`).end, 'done stop')
  })

  test('13: a call that the provider itself calls malformed fails closed', () => {
    assert.equal(said(chunk([], { finishReason: 'MALFORMED_FUNCTION_CALL' })).end, 'failure protocol-violation')
    assert.equal(said(chunk([{ functionCall: { args: {} } }])).end, 'failure protocol-violation')
  })

  test('20: a stream without a finish reason is truncated', () => {
    assert.equal(saidBy(decoded(createGeminiDecoder, cutBefore(fixtureOf('gemini-text'), 2))).end, 'failure truncated')
    assert.equal(saidBy(decoded(createGeminiDecoder, cutBefore(fixtureOf('gemini-text'), 1))).end, 'done stop')
    assert.equal(said('').end, 'failure truncated')
  })
})

test('finish reasons are unified', () => {
  const reasons = {
    STOP: 'stop',
    MAX_TOKENS: 'length',
    SAFETY: 'content-filter',
    SPII: 'content-filter',
    OTHER: 'other',
  }
  for (const [reason, unified] of Object.entries({ ...reasons, toString: 'other' })) {
    assert.equal(said(chunk([{ text: 'Hi' }], { finishReason: reason })).end, `done ${unified}`)
  }
  assert.equal(said(chunk([{ text: 'Hi' }], { finishReason: 'FINISH_REASON_UNSPECIFIED' })).end, 'failure truncated')
})

test('an answer as one object, as a list of chunks, as an error, as nothing', () => {
  const half = { candidates: [{ content: { parts: [{ text: 'Hi ' }] } }] }
  const rest = { candidates: [{ content: { parts: [{ text: 'you' }] }, finishReason: 'STOP' }] }
  assert.deepEqual(saidBy(decodeGeminiAnswer(JSON.stringify([half, rest]))).text, 'Hi you')
  assert.equal(saidBy(decodeGeminiAnswer(JSON.stringify(rest))).end, 'done stop')
  const error = [{ error: { code: 400, status: 'INVALID_ARGUMENT', message: 'API key not valid.' } }]
  assert.equal(saidBy(decodeGeminiAnswer(JSON.stringify(error))).end, 'failure bad-credentials')
  assert.equal(saidBy(decodeGeminiAnswer('')).end, 'failure truncated')
  assert.equal(saidBy(decodeGeminiAnswer('x')).end, 'failure protocol-violation')
})

test('the probability of each token comes with those of the likeliest others', () => {
  const logprobsResult = {
    chosenCandidates: [{ token: 'Hi', logProbability: -0.1 }],
    topCandidates: [{ candidates: [{ token: 'Ho', logProbability: -3 }] }],
  }
  const events = decodedText(createGeminiDecoder, chunk([{ text: 'Hi' }], { finishReason: 'STOP', logprobsResult }))
  assert.deepEqual(
    events.filter(({ type }) => type === 'logprobs'),
    [{ type: 'logprobs', tokens: [{ token: 'Hi', logprob: -0.1, top: [{ token: 'Ho', logprob: -3 }] }] }],
  )
})
