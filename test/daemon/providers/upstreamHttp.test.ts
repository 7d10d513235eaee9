import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { UpstreamRequest } from '../../../daemon/providers/upstreamHttp.ts'
import type { Failure } from '../../../shared/domain/failure.ts'
import { ownFolder } from '../../support/ownFolder.ts'
import { waitFor } from '../../support/waitFor.ts'
import { answered, collected, type Loopback, ownHttp, startLoopback, startRawLoopback, streamHead } from './loopback.ts'

const never = new AbortController().signal

function post(url: string, more: Partial<UpstreamRequest> = {}): UpstreamRequest {
  return { method: 'POST', url, headers: { authorization: 'Bearer k' }, body: '{}', connectMs: 5_000, ...more }
}

/** An answer whose head and first text have come and whose body stays open. */
async function openAnswer(context: TestContext, signal: AbortSignal) {
  const upstream = await startLoopback(context, (response) => {
    response.writeHead(200, streamHead)
    response.write('first')
  })
  const answer = await answered(ownHttp(context).request(post(upstream.url), signal))
  const texts = answer.texts[Symbol.asyncIterator]()
  assert.deepEqual(await texts.next(), { done: false, value: 'first' })
  return { upstream, answer, texts }
}

async function closedWithin(upstream: Loopback, close: () => void): Promise<number> {
  const [socket] = upstream.sockets
  assert.ok(socket !== undefined && !socket.destroyed)
  const closed = once(socket, 'close', { signal: AbortSignal.timeout(20_000) })
  const startedMs = performance.now()
  close()
  await closed
  return performance.now() - startedMs
}

test('aborting while nobody reads closes the connection upstream at once, and the texts end without another', async (context) => {
  const abort = new AbortController()
  const { upstream, texts } = await openAnswer(context, abort.signal)
  const tookMs = await closedWithin(upstream, () => abort.abort())
  context.diagnostic(`the upstream saw the close after ${tookMs.toFixed(1)} ms`)
  assert.deepEqual(await texts.next(), { done: true, value: undefined })
})

test('aborting while a read waits closes the connection upstream at once', async (context) => {
  const abort = new AbortController()
  const { upstream, texts } = await openAnswer(context, abort.signal)
  const waiting = texts.next()
  const tookMs = await closedWithin(upstream, () => abort.abort())
  context.diagnostic(`the upstream saw the close after ${tookMs.toFixed(1)} ms`)
  assert.deepEqual(await waiting, { done: true, value: undefined })
})

test('aborting before the head closes the connection upstream at once', async (context) => {
  const abort = new AbortController()
  const upstream = await startLoopback(context, () => undefined)
  const outcome = ownHttp(context).request(post(upstream.url), abort.signal)
  await waitFor('the request', () => upstream.received.length === 1)
  const tookMs = await closedWithin(upstream, () => abort.abort())
  context.diagnostic(`the upstream saw the close after ${tookMs.toFixed(1)} ms`)
  const answer = await outcome
  assert.equal(answer.type === 'failure' && answer.failure.kind, 'cancelled')
})

test('a call that was aborted before it began opens no connection', async (context) => {
  const upstream = await startLoopback(context, () => undefined)
  const answer = await ownHttp(context).request(post(upstream.url), AbortSignal.abort())
  assert.equal(answer.type === 'failure' && answer.failure.kind, 'cancelled')
  assert.equal(upstream.received.length, 0)
})

test('closing an answer closes its connection', async (context) => {
  const { upstream, answer } = await openAnswer(context, never)
  await closedWithin(upstream, answer.close)
})

test('calls one after the other share a connection, also when the end of a body was left to release', async (context) => {
  const upstream = await startLoopback(context, (response) => {
    response.writeHead(200, streamHead)
    response.write('all')
    setImmediate(() => response.end())
  })
  const http = ownHttp(context)
  for (let call = 0; call < 3; call += 1) {
    const answer = await answered(http.request(post(upstream.url), never))
    const texts = answer.texts[Symbol.asyncIterator]()
    await texts.next()
    await texts.return?.()
    await answer.release()
    // undici keeps a connection back for one turn of the event loop.
    for (let turn = 0; turn < 3; turn += 1) await nextTurn()
  }
  assert.equal(upstream.sockets.length, 1)
})

test('a body that does not end after its last event is closed rather than waited for', async (context) => {
  const { upstream, texts, answer } = await openAnswer(context, never)
  await texts.return?.()
  await answer.release()
  await waitFor('the close', () => upstream.sockets[0]?.destroyed)
})

test('not asking for the next text stops reading from the socket', async (context) => {
  const piece = 'x'.repeat(64 * 1024)
  const pieceCount = 512
  let sentCount = 0
  const upstream = await startLoopback(context, (response) => {
    response.writeHead(200, streamHead)
    const send = () => {
      while (sentCount < pieceCount) {
        sentCount += 1
        if (!response.write(piece)) return void response.once('drain', send)
      }
      response.end()
    }
    send()
  })
  const answer = await answered(ownHttp(context).request(post(upstream.url), never))
  const texts = answer.texts[Symbol.asyncIterator]()
  let length = String((await texts.next()).value).length
  let unchangedLooks = 0
  let seenCount = 0
  await waitFor('the upstream to stand still', () => {
    unchangedLooks = sentCount === seenCount ? unchangedLooks + 1 : 0
    seenCount = sentCount
    return unchangedLooks > 50
  })
  context.diagnostic(`${(seenCount * piece.length) / 2 ** 20} of ${(pieceCount * piece.length) / 2 ** 20} MB were sent`)
  assert.ok(seenCount < pieceCount, 'the upstream sent everything though nobody read')
  for (let item = await texts.next(); item.done !== true; item = await texts.next()) length += String(item.value).length
  assert.equal(length, pieceCount * piece.length)
})

test('a redirect is an answer like any other: the key goes nowhere else', async (context) => {
  const elsewhere = await startLoopback(context, (response) => response.end())
  for (const httpStatus of [301, 302, 303, 307, 308]) {
    const upstream = await startLoopback(context, (response) => {
      response.writeHead(httpStatus, { location: elsewhere.url }).end()
    })
    const answer = await answered(ownHttp(context).request(post(upstream.url), never))
    assert.equal(answer.httpStatus, httpStatus)
    answer.close()
  }
  assert.equal(elsewhere.sockets.length, 0)
})

test('characters are whole wherever their bytes are split', async (context) => {
  const text = 'é貨🚚'
  const bytes = Buffer.from(text)
  const upstream = await startLoopback(context, (response) => {
    response.writeHead(200, streamHead)
    const send = (at: number) => {
      if (at === bytes.length) response.end()
      else response.write(bytes.subarray(at, at + 1), () => setImmediate(send, at + 1))
    }
    send(0)
  })
  const answer = await answered(ownHttp(context).request(post(upstream.url), never))
  assert.equal((await collected(answer.texts)).join(''), text)
})

test('bytes that are no UTF-8 are a protocol violation', async (context) => {
  const upstream = await startLoopback(context, (response) => {
    response.writeHead(200, streamHead).end(Buffer.from([0x61, 0xff, 0x62]))
  })
  const answer = await answered(ownHttp(context).request(post(upstream.url), never))
  const items = await collected(answer.texts)
  assert.deepEqual(items.map(kindOf), ['protocol-violation'])
})

test('HTTP is spoken over a Unix socket where one is given', {
  skip: process.platform === 'win32',
}, async (context) => {
  const socketPath = join(ownFolder(context), 's')
  const server = createServer((_, response) => response.end('over a socket'))
  server.listen(socketPath)
  await once(server, 'listening')
  context.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const answer = await answered(ownHttp(context).request(post('http://practice.invalid/v1', { socketPath }), never))
  assert.deepEqual(await collected(answer.texts), ['over a socket'])
})

async function closedPort(context: TestContext): Promise<string> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  assert.ok(typeof address === 'object' && address !== null)
  context.diagnostic(`port ${address.port} is closed`)
  return `http://127.0.0.1:${address.port}`
}

type Row = {
  readonly name: string
  readonly request: (context: TestContext) => Promise<UpstreamRequest>
  readonly kind: Failure['kind']
  readonly phase?: Failure['phase']
  readonly says: RegExp
}

const failureRows: readonly Row[] = [
  {
    name: 'connection refused',
    request: async (context) => post(await closedPort(context)),
    kind: 'unreachable',
    says: /127\.0\.0\.1:\d+; nothing listens there.*\(ECONNREFUSED\)/,
  },
  {
    name: 'no such socket',
    request: async (context) => post('http://x.invalid', { socketPath: join(ownFolder(context), 'none') }),
    kind: 'unreachable',
    says: /no such socket.*\(ENOENT\)/,
  },
  {
    name: 'the other side closes before the head',
    request: async (context) => post((await startRawLoopback(context, (socket) => socket.destroy())).url),
    kind: 'unreachable',
    says: /closed the connection before it answered/,
  },
  {
    name: 'no connection in time: TLS that never answers',
    request: async (context) => {
      const { url } = await startRawLoopback(context, () => undefined)
      return post(url.replace('http:', 'https:'), { connectMs: 50 })
    },
    kind: 'timeout',
    phase: 'connect',
    says: /none stood in time/,
  },
  {
    name: 'TLS to a server without it',
    request: async (context) => {
      const { url } = await startRawLoopback(context, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
      return post(url.replace('http:', 'https:'))
    },
    kind: 'unreachable',
    says: /does not speak TLS/,
  },
  {
    name: 'no HTTP',
    request: async (context) => post((await startRawLoopback(context, (socket) => socket.end('SSH-2.0-x\r\n'))).url),
    kind: 'protocol-violation',
    says: /Expected HTTP/,
  },
]

for (const row of failureRows) {
  test(`a call that cannot be made is ${row.kind}: ${row.name}`, async (context) => {
    const outcome = await ownHttp(context).request(await row.request(context), never)
    assert.ok(outcome.type === 'failure')
    assert.equal(outcome.failure.kind, row.kind)
    assert.equal(outcome.failure.phase, row.phase)
    assert.match(outcome.failure.message, row.says)
  })
}

const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n'
const brokenBodies = [
  { name: 'a cut between chunks', sent: `${head}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`, kind: 'truncated' },
  { name: 'a cut within a chunk', sent: `${head}transfer-encoding: chunked\r\n\r\nf\r\nhello`, kind: 'truncated' },
  { name: 'less than the length promised', sent: `${head}content-length: 99\r\n\r\nhello`, kind: 'truncated' },
  {
    name: 'a chunk without a size',
    sent: `${head}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n`,
    kind: 'protocol-violation',
  },
]

for (const row of brokenBodies) {
  test(`a body that breaks off gives its text and then ${row.kind}: ${row.name}`, async (context) => {
    const upstream = await startRawLoopback(context, (socket) => {
      socket.once('data', () => socket.end(row.sent))
    })
    const answer = await answered(ownHttp(context).request(post(upstream.url), never))
    const items = await collected(answer.texts)
    assert.deepEqual(items.map(kindOf), ['hello', row.kind])
  })
}

function kindOf(item: string | Failure): string {
  return typeof item === 'string' ? item : item.kind
}
