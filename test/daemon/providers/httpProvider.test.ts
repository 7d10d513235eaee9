import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { UpstreamCall, UpstreamEvent } from '../../../daemon/gateway/ports.ts'
import { createHttpProvider, type ProviderConnection } from '../../../daemon/providers/httpProvider.ts'
import { type ProviderRowKind, upstreamModelOf } from '../../../daemon/providers/providerRow.ts'
import { providerRows } from '../../../daemon/providers/specs.ts'
import type { ChatRequest } from '../../../shared/domain/chatRequest.ts'
import { endpoint, model, provider } from '../../support/endpoints.ts'
import { waitFor } from '../../support/waitFor.ts'
import { delta, doneMark, endOf, frame, textOf } from '../core/wire/wireFixtures.ts'
import { type Loopback, ownHttp, type Respond, startLoopback, streamHead } from './loopback.ts'

const canaryKey = 'sk-canary-Xy0123456789abcdef'
const never = new AbortController().signal
const chatRequest: ChatRequest = {
  messages: [{ role: 'user', content: 'Hello' }],
  parameters: { maxOutputTokens: 50, temperature: 0.2 },
}
const wholeStream = `${delta({ content: 'Hi' })}${delta({}, 'stop')}${frame({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 1 } })}${doneMark}`

type Rig = {
  readonly upstream: Loopback
  readonly stream: (signal?: AbortSignal) => AsyncIterable<readonly UpstreamEvent[]>
  readonly events: () => Promise<readonly UpstreamEvent[]>
}

async function rigOf(
  context: TestContext,
  respond: Respond,
  more: Partial<ProviderConnection> & { readonly kind?: ProviderRowKind } = {},
): Promise<Rig> {
  const upstream = await startLoopback(context, respond)
  const row = providerRows[more.kind ?? 'custom']
  const connection = {
    row,
    baseUrl: `${upstream.url}/v1`,
    keyNames: ['ONE_KEY'],
    keyOf: () => canaryKey,
    ...more,
  }
  const { stream } = createHttpProvider({
    http: ownHttp(context),
    providers: () => new Map([[provider('one'), connection]]),
    wallMs: () => Date.UTC(2026, 10, 23),
  })
  const upstreamModel = upstreamModelOf(row, model('author/slug'))
  const call: UpstreamCall = {
    endpoint: endpoint('author/slug@one', { upstreamModel }),
    request: chatRequest,
    connectMs: 5_000,
  }
  return {
    upstream,
    stream: (signal = never) => stream(call, signal),
    events: () => allOf(stream(call, never)),
  }
}

async function allOf(stream: AsyncIterable<readonly UpstreamEvent[]>): Promise<readonly UpstreamEvent[]> {
  const events: UpstreamEvent[] = []
  for await (const item of stream) events.push(...item)
  return events
}

function ending(events: readonly UpstreamEvent[]): string {
  return endOf(events.flatMap((event) => (event.type === 'head' ? [] : [event])))
}

const streams = (text: string) => (response: ServerResponse) => response.writeHead(200, streamHead).end(text)

const json = (httpStatus: number, body: unknown, headers: Readonly<Record<string, string>> = {}) => {
  return (response: ServerResponse) =>
    response
      .writeHead(httpStatus, { 'content-type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body))
}
const wholeAnswer = {
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 1 },
}

const rows: readonly {
  readonly name: string
  readonly respond: Respond
  readonly end: string
  readonly text?: string
}[] = [
  { name: 'a whole answer that was not streamed', respond: json(200, wholeAnswer), end: 'done stop', text: 'Hi' },
  {
    name: 'an error in a 200 body',
    respond: json(200, { error: { code: 402, message: 'x' } }),
    end: 'failure payment-required',
  },
  { name: 'an error in a 200 stream', respond: streams(frame({ error: { code: 503 } })), end: 'failure overloaded' },
  { name: 'an empty 200 stream', respond: streams(''), end: 'failure truncated' },
  { name: 'an empty 200 body', respond: json(200, ''), end: 'failure truncated' },
  { name: 'half a 200 body', respond: json(200, '{"choices":[{"mess'), end: 'failure protocol-violation' },
  {
    name: 'a web page',
    respond: (response) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<p>'),
    end: 'failure protocol-violation',
  },
  {
    name: 'a compressed stream',
    respond: (response) =>
      response.writeHead(200, { ...streamHead, 'content-encoding': 'gzip' }).end(gzipSync(wholeStream)),
    end: 'failure protocol-violation',
  },
  {
    name: 'a stream that says that it is not compressed',
    respond: (response) => response.writeHead(200, { ...streamHead, 'content-encoding': 'Identity' }).end(wholeStream),
    end: 'done stop',
    text: 'Hi',
  },
  {
    name: 'a stream without a content type',
    respond: (response) => response.writeHead(200).end(wholeStream),
    end: 'done stop',
    text: 'Hi',
  },
  {
    name: 'a stream without its end',
    respond: streams(delta({ content: 'Hi' })),
    end: 'failure truncated',
    text: 'Hi',
  },
  {
    name: 'a connection cut in mid-stream',
    respond: (response) =>
      response.writeHead(200, streamHead).write(delta({ content: 'Hi' }), () => response.destroy()),
    end: 'failure truncated',
    text: 'Hi',
  },
  {
    name: 'a connection cut after the finish reason',
    respond: (response) =>
      response.writeHead(200, streamHead).write(delta({ content: 'Hi' }, 'stop'), () => response.destroy()),
    end: 'done stop',
    text: 'Hi',
  },
  {
    name: 'bytes that are no UTF-8, after the finish reason',
    respond: (response) =>
      response
        .writeHead(200, streamHead)
        .write(delta({}, 'stop'), () => setImmediate(() => response.end(Buffer.from([0xff])))),
    end: 'failure protocol-violation',
  },
  {
    name: 'an error status with a body of 300 KB',
    respond: json(400, `{"error":{"code":"context_length_exceeded","message":"${'x'.repeat(300_000)}"}}`),
    end: 'failure invalid-request',
  },
  {
    name: 'an error status',
    respond: json(429, { error: { code: 'rate_limit_exceeded' } }, { 'retry-after': '2' }),
    end: 'failure rate-limited',
  },
  {
    name: 'a redirect',
    respond: (response) => response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end(),
    end: 'failure protocol-violation',
  },
]

for (const row of rows) {
  test(`an upstream that sends ${row.name} ends in ${row.end}`, async (context) => {
    const events = await (await rigOf(context, row.respond)).events()
    assert.equal(ending(events), row.end)
    assert.equal(textOf(events.flatMap((event) => (event.type === 'head' ? [] : [event]))), row.text ?? '')
    assert.equal(events.filter((event) => event.type === 'done' || event.type === 'failure').length, 1)
  })
}

test('a rate limit says how long to wait', async (context) => {
  const [failure] = await (await rigOf(context, json(429, '', { 'retry-after': '2' }))).events()
  assert.equal(failure?.type === 'failure' && failure.failure.retryAfterMs, 2_000)
})

test('the key is in no event, whatever the provider repeats of it', async (context) => {
  const repeats: readonly Respond[] = [
    json(401, { error: { message: canaryKey, code: canaryKey, type: canaryKey } }),
    json(400, { error: { message: 'x', code: `bad_${canaryKey.toLowerCase()}` } }),
    json(200, { error: canaryKey }),
    streams(frame({ error: { code: canaryKey } })),
    streams(`data: ${canaryKey}\n\n`),
    (response, received) => response.writeHead(500).end(JSON.stringify(received.headers)),
  ]
  for (const [at, respond] of repeats.entries()) {
    const events = await (await rigOf(context, respond)).events()
    assert.match(ending(events), /^failure /)
    assert.ok(!JSON.stringify(events).toLowerCase().includes(canaryKey.toLowerCase()), `answer ${at}`)
  }
})

test('of several keys the one that is named leaves and no other, else the first that has a value; none is repeated', async (context) => {
  const values: Readonly<Record<string, string>> = { KEY_B: 'sk-second-b0123456789', KEY_C: 'sk-third-c0123456789' }
  const upstream = await startLoopback(context, json(500, { error: { code: 'sk-second-b0123456789' } }))
  const connection = {
    row: providerRows.custom,
    baseUrl: `${upstream.url}/v1`,
    keyNames: ['KEY_A', 'KEY_B', 'KEY_C'],
    keyOf: (name: string) => values[name],
  }
  const { stream } = createHttpProvider({
    http: ownHttp(context),
    providers: () => new Map([[provider('one'), connection]]),
    wallMs: () => 0,
  })
  const call = { endpoint: endpoint('author/slug@one'), request: chatRequest, connectMs: 5_000 }
  const eventsWith = (keyName?: string) => allOf(stream({ ...call, ...(keyName !== undefined && { keyName }) }, never))
  const events = [...(await eventsWith('KEY_C')), ...(await eventsWith()), ...(await eventsWith('KEY_B'))]
  const sent = upstream.received.map(({ headers }) => headers.authorization)
  assert.deepEqual(
    sent,
    [values.KEY_C, values.KEY_B, values.KEY_B].map((value) => `Bearer ${value}`),
  )
  assert.ok(!JSON.stringify(upstream.received[0]).includes('sk-second'))
  assert.ok(!JSON.stringify(events).includes('sk-'))
  // One without a value is a failure that says its name, and nothing leaves.
  const [failure] = await eventsWith('KEY_A')
  assert.ok(failure?.type === 'failure' && failure.failure.kind === 'bad-credentials')
  assert.match(failure.failure.message, /KEY_A/)
  assert.equal(upstream.received.length, 3)
})

test('an error code that is a piece of the key is left out', async (context) => {
  for (const code of [canaryKey.slice(0, -2), `key_${canaryKey.slice(-10)}`]) {
    const events = await (await rigOf(context, json(500, { error: { code } }))).events()
    assert.match(ending(events), /^failure /)
    assert.ok(!JSON.stringify(events).toLowerCase().includes(code.slice(4).toLowerCase()), code)
  }
})

test('a key that no header can carry is refused before anything leaves, without being repeated', async (context) => {
  for (const key of [`${canaryKey}\n`, `${canaryKey} x`, `${canaryKey}é`]) {
    const { upstream, events } = await rigOf(context, streams(wholeStream), {
      keyOf: () => key,
      keyNames: ['A_KEY'],
    })
    const [failure] = await events()
    assert.ok(failure?.type === 'failure' && failure.failure.kind === 'bad-credentials')
    assert.match(failure.failure.message, /A_KEY/)
    assert.ok(!failure.failure.message.includes('canary'))
    assert.equal(upstream.sockets.length, 0)
  }
})

test('a provider that is no longer configured is a failure', async (context) => {
  const { stream } = createHttpProvider({ http: ownHttp(context), providers: () => new Map(), wallMs: () => 0 })
  const call = { endpoint: endpoint('a/x@gone'), request: chatRequest, connectMs: 1 }
  assert.equal(ending(await allOf(stream(call, never))), 'failure not-found')
})

test('each item holds what one read gave, and comes without waiting for more', async (context) => {
  let response: ServerResponse | undefined
  const { stream } = await rigOf(context, (opened) => {
    response = opened
    opened.writeHead(200, streamHead)
    opened.write(delta({ content: 'a' }) + delta({ content: 'b' }))
  })
  const items = stream()[Symbol.asyncIterator]()
  assert.deepEqual((await items.next()).value, [{ type: 'head', httpStatus: 200 }])
  const texts = [
    { type: 'text', text: 'a' },
    { type: 'text', text: 'b' },
  ]
  assert.deepEqual((await items.next()).value, texts)
  response?.write(': still here\n\n')
  assert.deepEqual((await items.next()).value, [])
  response?.end(delta({}, 'stop') + doneMark)
  assert.deepEqual((await items.next()).value, [{ type: 'done', finishReason: 'stop' }])
  assert.equal((await items.next()).done, true)
})

test('aborting ends the iteration without a further event and closes the connection', async (context) => {
  const open = await rigOf(context, (response) => response.writeHead(200, streamHead).write(delta({ content: 'a' })))
  const abort = new AbortController()
  const items = open.stream(abort.signal)[Symbol.asyncIterator]()
  await items.next()
  await items.next()
  const [socket] = open.upstream.sockets
  assert.ok(socket !== undefined)
  const closed = once(socket, 'close', { signal: AbortSignal.timeout(20_000) })
  const waiting = items.next()
  abort.abort()
  assert.deepEqual(await waiting, { done: true, value: undefined })
  await closed
})

test('aborting before the head ends the iteration without an event', async (context) => {
  const silent = await rigOf(context, () => undefined)
  const abort = new AbortController()
  const waiting = allOf(silent.stream(abort.signal))
  await waitFor('the request', () => silent.upstream.received.length === 1)
  abort.abort()
  assert.deepEqual(await waiting, [])
  assert.deepEqual(await allOf(silent.stream(AbortSignal.abort())), [])
})

test('leaving the iteration early closes the connection', async (context) => {
  const open = await rigOf(context, (response) => response.writeHead(200, streamHead).write(delta({ content: 'a' })))
  for await (const _ of open.stream()) break
  await waitFor('the close', () => open.upstream.sockets[0]?.destroyed)
})

test('a compressed answer is named as such, and an encoding of another name is not repeated', async (context) => {
  const rows: readonly (readonly [encoding: string, said: RegExp])[] = [
    ['gzip', /^Expected an uncompressed answer; content-encoding gzip came\./],
    ['BR', /content-encoding br came/],
    [canaryKey, /content-encoding of another name came/],
  ]
  for (const [encoding, said] of rows) {
    const { events } = await rigOf(context, (response) =>
      response.writeHead(200, { ...streamHead, 'content-encoding': encoding }).end('?'),
    )
    const last = (await events()).at(-1)
    assert.ok(last?.type === 'failure')
    assert.match(last.failure.message, said)
    assert.equal(last.failure.message.includes('canary'), false)
  }
})
