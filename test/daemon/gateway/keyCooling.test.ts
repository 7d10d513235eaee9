// A provider that asks to be left alone, over real sockets, in every form that it may say so.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerWith, type ProviderCall, startProvider } from '../../support/loopbackProvider.ts'
import { createSocketRig, type SocketPlace } from '../../support/socketRig.ts'
import { waitFor } from '../../support/waitFor.ts'

/** When the manual clock begins. */
const nowMs = Date.UTC(2026, 10, 23, 12)
const dateIn = (delayMs: number) => new Date(nowMs + delayMs).toUTCString()

type Row = {
  readonly form: string
  readonly waitMs: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** The error comes inside a 200. */
  readonly isStream?: boolean
  readonly place?: Omit<SocketPlace, 'baseUrl'>
}

const gemini = { kind: 'google', dialect: 'gemini-generate' } as const
const quotaOf = (retryDelay: string) => ({
  error: {
    code: 429,
    status: 'RESOURCE_EXHAUSTED',
    message: 'You exceeded your current quota.',
    details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }],
  },
})

const rows: readonly Row[] = [
  { form: 'Retry-After in seconds', headers: { 'retry-after': '7' }, waitMs: 7_000 },
  { form: 'Retry-After in fractions of a second', headers: { 'retry-after': '1.25' }, waitMs: 1_250 },
  { form: 'Retry-After as a date', headers: { 'retry-after': dateIn(9_000) }, waitMs: 9_000 },
  { form: 'Retry-After as RFC 3339', headers: { 'retry-after': '2026-11-23T12:00:04Z' }, waitMs: 4_000 },
  { form: 'retry-after-ms', headers: { 'retry-after-ms': '1500', 'retry-after': '2' }, waitMs: 1_500 },
  {
    form: 'x-ratelimit-reset-requests as a duration',
    headers: { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1m30s' },
    waitMs: 90_000,
  },
  {
    form: 'x-ratelimit-reset-tokens as a duration',
    headers: {
      'x-ratelimit-remaining-requests': '12',
      'x-ratelimit-reset-requests': '6m0s',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '820ms',
    },
    waitMs: 820,
  },
  {
    form: 'x-ratelimit-reset-requests as a moment',
    headers: { 'x-ratelimit-reset-requests': String(nowMs / 1000 + 3) },
    waitMs: 3_000,
  },
  { form: 'x-ratelimit-reset in seconds', headers: { 'x-ratelimit-reset': '30' }, waitMs: 30_000 },
  {
    form: 'x-ratelimit-reset as Unix seconds',
    headers: { 'x-ratelimit-reset': String(nowMs / 1000 + 5) },
    waitMs: 5_000,
  },
  {
    form: 'x-ratelimit-reset as Unix milliseconds',
    headers: { 'x-ratelimit-reset': String(nowMs + 4_321) },
    waitMs: 4_321,
  },
  { form: 'a date that has passed: as if it said nothing', headers: { 'retry-after': dateIn(-9_000) }, waitMs: 2_000 },
  { form: 'nothing at all: 2 s', waitMs: 2_000 },
  { form: 'Gemini’s RetryInfo', body: quotaOf('3.5s'), place: gemini, waitMs: 3_500 },
  { form: 'RetryInfo in an OpenAI-compatible list', body: [quotaOf('11s')], waitMs: 11_000 },
  { form: 'RetryInfo in an error inside a 200', body: quotaOf('6s'), isStream: true, waitMs: 6_000 },
  { form: 'Gemini’s RetryInfo inside a 200', body: quotaOf('8s'), isStream: true, place: gemini, waitMs: 8_000 },
]

for (const { form, waitMs, place, ...answer } of rows) {
  test(`a key is left alone for as long as the provider asks, and used then: ${form}`, async (t) => {
    const provider = await startProvider(t, (call) => {
      if (provider.calls.length === 1) limit(call, answer)
      else succeed(call, place)
    })
    const rig = createSocketRig(t, { one: { baseUrl: provider.baseUrl, keys: ['ONE_KEY'], ...place } })
    const told = (await rig.start().ended).failure
    assert.equal(told?.kind, 'rate-limited', told?.message)
    const waiting = rig.start({ patienceMs: 120_000 })
    await waitFor('the wait to be said', () => waiting.parts.some((part) => part.type === 'wait-start'))
    assert.deepEqual(
      waiting.parts.flatMap((part) => (part.type === 'wait-start' ? part.delayMs : [])),
      [waitMs],
    )
    await rig.clock.advance(waitMs - 1)
    const early = await rig.start().ended
    assert.deepEqual([early.failure?.kind, early.failure?.retryAfterMs, early.attempts], ['cooling', 1, []])
    assert.equal(provider.calls.length, 1)
    await rig.clock.advance(1)
    const waybill = await waiting.ended
    assert.deepEqual([waybill.outcome, waybill.waitedMs, provider.calls.length], ['succeeded', waitMs, 2])
  })
}

test('two keys: the one that was told to wait gives way to the other in the same request, and is not used before its time', async (t) => {
  const used: (string | undefined)[] = []
  const provider = await startProvider(t, (call) => {
    used.push(call.request.headers.authorization?.replace('Bearer ', ''))
    if (used.length === 1) limit(call, { headers: { 'retry-after': '5' } })
    else succeed(call)
  })
  const rig = createSocketRig(t, { one: { baseUrl: provider.baseUrl, keys: ['FIRST', 'SECOND'] } })
  const waybill = await rig.start().ended
  const [limited, other] = used
  assert.deepEqual(
    waybill.attempts.map((attempt) => [attempt.key, attempt.outcome, attempt.nextBecause]),
    [
      [limited, 'failed', 'next-key'],
      [other, 'succeeded', undefined],
    ],
  )
  for (let number = 0; number < 4; number += 1) await rig.start().ended
  await rig.clock.advance(4_999)
  await rig.start().ended
  assert.deepEqual(used.slice(2), Array(5).fill(other))
  await rig.clock.advance(1)
  for (let number = 0; number < 2; number += 1) assert.equal((await rig.start().ended).outcome, 'succeeded')
  assert.ok(used.slice(7).includes(limited))
})

function limit({ response }: ProviderCall, { headers = {}, body = {}, isStream = false }: Partial<Row>): void {
  const text = JSON.stringify(body)
  if (isStream) response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${text}\n\n`)
  else response.writeHead(429, { 'content-type': 'application/json', ...headers }).end(text)
}

function succeed(call: ProviderCall, place: Row['place'] = {}): void {
  if (place.dialect !== 'gemini-generate') {
    answerWith(call, ['well'])
    return
  }
  const candidate = { content: { role: 'model', parts: [{ text: 'well' }] }, finishReason: 'STOP' }
  call.response.writeHead(200, { 'content-type': 'text/event-stream' })
  call.response.end(`data: ${JSON.stringify({ candidates: [candidate] })}\n\n`)
}
