// What an attempt costs, end to end: real sockets, real wires, every kind of price, and answers that are cut at any point.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { rateRowOf } from '../../../daemon/core/quota/declaredPrice.ts'
import { interruptedReason } from '../../../daemon/gateway/tryEndpoint.ts'
import type { ContentPart } from '../../../shared/domain/chatRequest.ts'
import type { DeclaredPrice } from '../../../shared/domain/declaredModel.ts'
import type { Dialect } from '../../../shared/domain/dialect.ts'
import type { StreamPart } from '../../../shared/domain/streamPart.ts'
import type { AttemptRecord } from '../../../shared/domain/waybill.ts'
import {
  frameOfDone,
  frameOfFinish,
  frameOfText,
  openStream,
  type ProviderCall,
  startProvider,
} from '../../support/loopbackProvider.ts'
import { createSocketRig } from '../../support/socketRig.ts'
import { waitFor } from '../../support/waitFor.ts'

const frame = (value: object, type?: string) =>
  `${type === undefined ? '' : `event: ${type}\n`}data: ${JSON.stringify(value)}\n\n`

/** Whole answers that report this usage, in each dialect. */
const answers: Readonly<Record<Dialect, (usage: object) => string>> = {
  'openai-chat': (usage) => frameOfText('Hi') + frameOfFinish + frame({ choices: [], usage }) + frameOfDone,
  'anthropic-messages': (usage) =>
    frame({ type: 'message_start', message: { usage: { ...usage, output_tokens: 1 } } }, 'message_start') +
    frame(
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Hi' } },
      'content_block_start',
    ) +
    frame({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage }, 'message_delta') +
    frame({ type: 'message_stop' }, 'message_stop'),
  'gemini-generate': (usage) =>
    frame({ candidates: [{ content: { parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }], usageMetadata: usage }),
}

const kinds = { 'openai-chat': 'custom', 'anthropic-messages': 'anthropic', 'gemini-generate': 'google' } as const

type PriceRow = {
  readonly name: string
  readonly dialect: Dialect
  readonly price: DeclaredPrice
  readonly usage: object
  readonly content?: readonly ContentPart[]
  readonly nanodollars: number
}

const image: ContentPart = { type: 'image', mediaType: 'image/png', base64: 'AAAA' }
const claude = { input: 5, output: 25, cachedInput: '0.50', cacheWrite: '6.25', cacheWrite1h: 10 }

const rows: readonly PriceRow[] = [
  {
    name: 'cached input',
    dialect: 'openai-chat',
    price: { input: 1, output: 2, cachedInput: '0.1' },
    usage: { prompt_tokens: 100, prompt_tokens_details: { cached_tokens: 90 }, completion_tokens: 10 },
    // 10 * 1,000 + 90 * 100 + 10 * 2,000
    nanodollars: 39_000,
  },
  {
    name: 'a cache write for 5 minutes and one for an hour',
    dialect: 'anthropic-messages',
    price: claude,
    usage: {
      input_tokens: 10,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 10 },
      output_tokens: 7,
    },
    // 10 * 5,000 + 100 * 500 + 20 * 6,250 + 10 * 10,000 + 7 * 25,000
    nanodollars: 500_000,
  },
  {
    name: 'reasoning at a price of its own',
    dialect: 'gemini-generate',
    price: { input: 1, output: 2, reasoning: 3 },
    usage: { promptTokenCount: 10, candidatesTokenCount: 5, thoughtsTokenCount: 20, totalTokenCount: 35 },
    // 10 * 1,000 + 5 * 2,000 + 20 * 3,000
    nanodollars: 80_000,
  },
  {
    name: 'each image, and each request',
    dialect: 'openai-chat',
    price: { input: 1, output: 2, image: '0.001', request: '0.005' },
    usage: { prompt_tokens: 10, completion_tokens: 5 },
    content: [image, { type: 'text', text: 'what is this?' }, image],
    // 10 * 1,000 + 5 * 2,000 + 2 * 1,000,000 + 5,000,000
    nanodollars: 7_020_000,
  },
  {
    name: 'a long input in its tier',
    dialect: 'gemini-generate',
    price: { input: 1, output: 2, tiers: [{ aboveInputTokens: 99, input: 3, output: 4 }] },
    usage: { promptTokenCount: 100, candidatesTokenCount: 10, totalTokenCount: 110 },
    // 100 * 3,000 + 10 * 4,000
    nanodollars: 340_000,
  },
  {
    name: 'a fraction of a nanodollar',
    dialect: 'openai-chat',
    price: { input: '0.0000001', output: 0 },
    usage: { prompt_tokens: 1, completion_tokens: 0 },
    nanodollars: 1,
  },
]

for (const row of rows) {
  test(`over the wire of ${row.dialect} ${row.name} is priced as declared, within its bound, and the row is kept`, async (t) => {
    const answer = (call: ProviderCall) => {
      openStream(call)
      call.response.end(answers[row.dialect](row.usage))
    }
    const { attempt } = await attemptOf(t, answer, row)
    assert.deepEqual(attempt.cost, { kind: 'measured', nanodollars: row.nanodollars })
    assert.deepEqual(attempt.rates, rateRowOf(row.price, 'declared'))
    assert.ok(attempt.bound.kind === 'measured' && attempt.bound.nanodollars >= row.nanodollars)
    assert.equal(attempt.receivedBytes, undefined)
  })
}

for (const { name, usage, reported } of [
  { name: 'OpenRouter’s', usage: { cost: 0.00011018, is_byok: false }, reported: 110_180 },
  { name: 'xAI’s', usage: { cost_in_usd_ticks: 37_756_000 }, reported: 3_775_600 },
  { name: 'Perplexity’s', usage: { cost: { total_cost: 0.012609 } }, reported: 12_609_000 },
]) {
  test(`${name} own cost is kept beside ours`, async (t) => {
    const answer = (call: ProviderCall) => {
      openStream(call)
      call.response.end(answers['openai-chat']({ prompt_tokens: 100, completion_tokens: 10, ...usage }))
    }
    const { attempt } = await attemptOf(t, answer, { dialect: 'openai-chat', price: { input: 1, output: 2 } })
    assert.deepEqual(attempt.cost, { kind: 'measured', nanodollars: 120_000 })
    assert.equal(attempt.reportedNanodollars, reported)
  })
}

const said = 'x'.repeat(400)

test('an answer that is cut is estimated from the bytes that came, up to its bound', async (t) => {
  const answer = (call: ProviderCall) => {
    openStream(call)
    call.response.write(frameOfText(said), () => call.response.destroy())
  }
  const { attempt } = await attemptOf(t, answer, { dialect: 'openai-chat', price: { input: 0, output: 2 } })
  assert.equal(attempt.outcome, 'failed')
  assert.equal(attempt.receivedBytes, 400)
  assert.ok(attempt.bound.kind === 'measured')
  // 400 bytes are about 100 tokens, and at least 4.
  assert.deepEqual(attempt.cost, {
    kind: 'estimated',
    nanodollars: 200_000,
    lowNanodollars: 8_000,
    highNanodollars: attempt.bound.nanodollars,
  })
})

for (const { reason, outcome } of [
  { reason: 'cancel', outcome: 'cancelled' },
  { reason: interruptedReason, outcome: 'interrupted' },
] as const) {
  test(`an answer that is ${outcome} counts what the provider said before: it is the least, and no measured cost`, async (t) => {
    const counts = { input_tokens: 1_000, cache_read_input_tokens: 9_000, output_tokens: 3 }
    const answer = (call: ProviderCall) => {
      openStream(call)
      call.response.write(
        frame({ type: 'message_start', message: { usage: counts } }, 'message_start') +
          frame(
            { type: 'content_block_start', index: 0, content_block: { type: 'text', text: said } },
            'content_block_start',
          ),
      )
    }
    const row = { dialect: 'anthropic-messages', price: claude } as const
    const { attempt } = await attemptOf(t, answer, row, { part: 'text-append', reason })
    assert.equal(attempt.outcome, outcome)
    assert.deepEqual([attempt.usage?.inputTokens, attempt.isUsagePartial], [10_000, true])
    // 1,000 * 5,000 + 9,000 * 500, then 3 or about 100 tokens at 25,000; 400 bytes are at least 4 tokens.
    assert.ok(attempt.cost.kind === 'estimated')
    assert.deepEqual([attempt.cost.lowNanodollars, attempt.cost.nanodollars], [9_600_000, 12_000_000])
  })
}

test('a call whose connection breaks before the answer may have been billed; one that nobody took has not', async (t) => {
  const row = { dialect: 'openai-chat', price: { input: 1, output: 2 } } as const
  const failed = { part: 'attempt-fail', reason: 'cancel' } as const
  const { attempt } = await attemptOf(t, (call) => void call.response.destroy(), row, failed)
  assert.deepEqual([attempt.failure?.kind, attempt.failure?.mayHaveArrived], ['unreachable', true])
  assert.ok(attempt.cost.kind === 'estimated' && attempt.bound.kind === 'measured')
  assert.deepEqual([attempt.cost.lowNanodollars, attempt.cost.highNanodollars], [0, attempt.bound.nanodollars])
  const place = { baseUrl: 'http://127.0.0.1:9/v1', rates: rateRowOf(row.price, 'declared') }
  const abort = new AbortController()
  const run = createSocketRig(t, { place }).start({}, {}, abort.signal)
  await waitFor('the failure', () => run.parts.find((part) => part.type === 'attempt-fail'))
  abort.abort('cancel')
  assert.deepEqual((await run.ended).attempts[0]?.cost, { kind: 'measured', nanodollars: 0 })
})

for (const [dialect, kind] of Object.entries(kinds) as readonly [Dialect, (typeof kinds)[Dialect]][]) {
  test(`the output limit leaves with every call of ${dialect}, whatever was asked for`, async (t) => {
    const provider = await startProvider(t, (call) => {
      openStream(call)
      call.response.end(answers[dialect]({}))
    })
    const rig = createSocketRig(t, { one: { baseUrl: provider.baseUrl, kind, dialect } })
    await rig.start().ended
    const body = JSON.parse(provider.calls[0]?.bodyText ?? '')
    assert.equal(body.max_tokens ?? body.generationConfig?.maxOutputTokens, 1_000)
  })
}

type Asked = Pick<PriceRow, 'dialect' | 'price'> & { readonly content?: readonly ContentPart[] }

/** One attempt that the test answers. `end`: the request is ended for that reason once that part has come. */
async function attemptOf(
  t: TestContext,
  onCall: (call: ProviderCall) => void,
  asked: Asked,
  end?: { readonly part: StreamPart['type']; readonly reason: string },
): Promise<{ readonly attempt: AttemptRecord }> {
  const { dialect, price, content } = asked
  const provider = await startProvider(t, onCall)
  const place = { baseUrl: provider.baseUrl, kind: kinds[dialect], dialect, rates: rateRowOf(price, 'declared') }
  const rig = createSocketRig(t, { one: place })
  const abort = new AbortController()
  const messages = [{ role: 'user' as const, content: content ?? 'why?' }]
  const run = rig.start({}, { messages }, abort.signal)
  if (end !== undefined) {
    await waitFor(end.part, () => run.parts.find(({ type }) => type === end.part))
    abort.abort(end.reason)
  }
  const [attempt] = (await run.ended).attempts
  assert.ok(attempt !== undefined)
  return { attempt }
}
