import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { maxHeaderBytes, maxMessageBytes } from '../../../shared/protocol/framing.ts'
import { createManualClock } from '../../support/manualClock.ts'
import { createFakeSessions } from './fakeSession.ts'
import { frameOf, helloParams } from './rawClient.ts'
import { startServing, until } from './serving.ts'

const timeout = 20_000

describe('connections', { timeout }, () => {
  it('answers the hello with version, daemon and the names it would like values of', async (t) => {
    const sessions = createFakeSessions()
    const client = await (await startServing(t, sessions)).connect()
    const answer = await client.request(1, 'waybill/hello', {
      ...helloParams,
      user: 'ann',
      environment: { A: 'b' },
      subscribe: ['requests'],
    })
    assert.deepEqual(answer.result, {
      protocolVersion: 1,
      daemon: { version: '0.0.1', pid: 1, startedAtMs: 1 },
      environmentNames: ['OPENAI_API_KEY'],
    })
    const { onEvent: _, ...options } = sessions.opened[0]?.options ?? { onEvent: undefined }
    assert.deepEqual(options, { client: 'test', environment: { A: 'b' }, topics: ['requests'], user: 'ann' })
  })

  it('refuses everything before the first message and takes the hello afterwards', async (t) => {
    const client = await (await startServing(t, createFakeSessions())).connect()
    const early = await client.request(1, 'waybill/status')
    assert.equal(early.error?.code, -32002)
    assert.match(early.error?.message ?? '', /waybill\/hello or initialize/)
    assert.notEqual((await client.hello()).result, undefined)
  })

  it('refuses a second hello and an initialize after it, and goes on', async (t) => {
    const client = await (await startServing(t, createFakeSessions())).connectWithHello()
    assert.equal((await client.hello()).error?.code, -32600)
    assert.equal((await client.request(2, 'initialize', { capabilities: {} })).error?.code, -32601)
    assert.deepEqual((await client.request(3, 'waybill/prompts')).result, { prompts: [] })
  })

  it('says which side to update when no protocol version is common', async (t) => {
    const client = await (await startServing(t, createFakeSessions())).connect()
    const params = { ...helloParams, protocolVersions: { min: 7, max: 9 } }
    const answer = await client.request(1, 'waybill/hello', params)
    assert.match(answer.error?.message ?? '', /expected protocol version 1 to 1, found 7 to 9; update the daemon/)
  })

  it('closes a connection with a wrong token after answering it', async (t) => {
    const client = await (await startServing(t, { ...createFakeSessions(), requiredToken: 'secret' })).connect()
    const answer = await client.request(1, 'waybill/hello', { ...helloParams, token: 'guess' })
    assert.equal(answer.error?.code, 1005)
    await client.untilClosed()
  })

  it('opens with the right token', async (t) => {
    const client = await (await startServing(t, { ...createFakeSessions(), requiredToken: 'secret' })).connect()
    const answer = await client.request(1, 'waybill/hello', { ...helloParams, token: 'secret' })
    assert.equal(answer.error, undefined)
  })

  it('takes a prompt of 20 MB whole', async (t) => {
    const sessions = createFakeSessions()
    const client = await (await startServing(t, sessions)).connectWithHello()
    const text = 'ä'.repeat(10 * 1024 * 1024)
    client.send({ id: 1, method: 'waybill/chat', params: chatParams('request-1', text) })
    await until(() => sessions.opened[0]?.chats.length === 1)
    assert.ok(sessions.opened[0]?.chats[0]?.text === text)
    sessions.opened[0]?.chats[0]?.end()
    assert.notEqual((await client.next((message) => message.id === 1)).result, undefined)
  })

  const closing: readonly (readonly [string, string])[] = [
    ['an oversized header', `X: ${'a'.repeat(maxHeaderBytes)}`],
    ['an oversized frame', `Content-Length: ${maxMessageBytes + 1}\r\n\r\n`],
    ['a negative length', 'Content-Length: -1\r\n\r\n'],
    ['a missing length', 'Content-Type: x\r\n\r\n'],
    ['garbage', '\u0000\u0001\u0002garbage'],
  ]
  for (const [name, bytes] of closing) {
    it(`closes the connection on ${name} with a log line, and no other`, async (t) => {
      const serving = await startServing(t, createFakeSessions())
      const [good, bad] = [await serving.connectWithHello(), await serving.connectWithHello()]
      bad.writeBytes(bytes)
      await bad.untilClosed()
      assert.match(serving.logLines.join('\n'), /connection closed: its bytes are no messages/)
      assert.deepEqual((await good.request(1, 'waybill/prompts')).result, { prompts: [] })
    })
  }

  it('logs half a header followed by the end and disposes the session once', async (t) => {
    const sessions = createFakeSessions()
    const serving = await startServing(t, sessions)
    const client = await serving.connectWithHello()
    client.writeBytes('Content-Le')
    client.socket.end()
    await client.untilClosed()
    await until(() => serving.connections.count() === 0)
    assert.match(serving.logLines.join('\n'), /in the middle of a message/)
    assert.equal(sessions.opened[0]?.disposedCount, 1)
  })

  const unreadable: readonly (readonly [string, Buffer, number, number | null])[] = [
    ['invalid UTF-8', rawFrame(Buffer.from([0x22, 0xff, 0xfe, 0x22])), -32700, null],
    ['invalid JSON', rawFrame(Buffer.from('{"jsonrpc"')), -32700, null],
    ['an empty body', rawFrame(Buffer.from('')), -32700, null],
    ['a batch', frameOf([]), -32600, null],
    ['a bare string', rawFrame(Buffer.from('"hello"')), -32600, null],
    ['another JSON-RPC version', frameOf({ jsonrpc: '1.0', id: 7, method: 'waybill/prompts' }), -32600, 7],
    ['a method that is no string', frameOf({ jsonrpc: '2.0', id: 7, method: 5 }), -32600, 7],
    ['an id that is an object', frameOf({ jsonrpc: '2.0', id: {}, method: 'waybill/prompts' }), -32600, null],
    ['params that are a number', frameOf({ jsonrpc: '2.0', id: 7, method: 'waybill/prompts', params: 5 }), -32600, 7],
    ['neither request nor response', frameOf({ jsonrpc: '2.0' }), -32600, null],
    ['a cancel without params', frameOf({ jsonrpc: '2.0', method: '$/cancelRequest' }), -32600, null],
    ['a cancel of null', frameOf({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: null } }), -32600, null],
  ]
  for (const [name, bytes, code, id] of unreadable) {
    it(`answers ${name} with ${code} and goes on`, async (t) => {
      const client = await (await startServing(t, createFakeSessions())).connectWithHello()
      client.writeBytes(bytes)
      const answer = await client.next((message) => message.error !== undefined)
      assert.deepEqual([answer.error?.code, answer.id], [code, id])
      assert.deepEqual((await client.request(1, 'waybill/prompts')).result, { prompts: [] })
    })
  }

  it('survives clients that vanish after every byte of a hello', async (t) => {
    const serving = await startServing(t, createFakeSessions())
    const bytes = frameOf({ jsonrpc: '2.0', id: 1, method: 'waybill/hello', params: helloParams })
    for (let length = 0; length <= bytes.length; length += 1) {
      const client = await serving.connect()
      client.socket.write(bytes.subarray(0, length), () => client.socket.destroy())
      if (length === 0) client.socket.destroy()
      await client.untilClosed()
    }
    await until(() => serving.connections.count() === 0)
    const client = await serving.connectWithHello()
    assert.deepEqual((await client.request(1, 'waybill/prompts')).result, { prompts: [] })
  })

  it('disposes the session of a client that vanishes in mid-request and does not abort what it may hold', async (t) => {
    const sessions = createFakeSessions()
    const serving = await startServing(t, sessions)
    const client = await serving.connectWithHello()
    client.send({ id: 1, method: 'waybill/chat', params: chatParams('request-1', 'x') })
    await until(() => sessions.opened[0]?.chats.length === 1)
    client.socket.destroy()
    await until(() => serving.connections.count() === 0)
    const chat = sessions.opened[0]?.chats[0]
    assert.deepEqual([sessions.opened[0]?.disposedCount, chat?.signal.aborted], [1, false])
    assert.equal(chat?.sink([{ number: 1, attempt: 1, type: 'text-append', text: 'late' }]), undefined)
    chat?.end()
  })

  for (const when of ['before it runs', 'while it runs']) {
    it(`aborts the signal of a request cancelled ${when} and answers with the failure and its waybill`, async (t) => {
      const sessions = createFakeSessions()
      const client = await (await startServing(t, sessions)).connectWithHello()
      client.send({ id: 'a', method: 'waybill/chat', params: chatParams('request-1', 'x') })
      if (when === 'while it runs') await until(() => sessions.opened[0]?.chats.length === 1)
      client.send({ method: '$/cancelRequest', params: { id: 'a' } })
      const answer = await client.next((message) => message.id === 'a')
      assert.equal(answer.error?.code, -32800)
      assert.deepEqual(answer.error?.data?.failure, { kind: 'cancelled', message: 'cancelled by the client' })
      assert.notEqual(answer.error?.data?.waybill, undefined)
    })
  }

  it('goes on reading after many cancellations of one request', async (t) => {
    const sessions = createFakeSessions()
    const client = await (await startServing(t, sessions)).connectWithHello()
    client.send({ id: 'a', method: 'waybill/chat', params: chatParams('request-1', 'x') })
    await until(() => sessions.opened[0]?.chats.length === 1)
    const cancel = frameOf({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 'a' } })
    client.writeBytes(Buffer.concat(Array.from({ length: 1000 }, () => cancel)))
    await client.next((message) => message.id === 'a')
    assert.deepEqual((await client.request(1, 'waybill/prompts')).result, { prompts: [] })
  })

  it('lets the sink wait for a client that never reads, and serves the others', async (t) => {
    const sessions = createFakeSessions()
    const serving = await startServing(t, sessions)
    const deaf = await serving.connectWithHello()
    deaf.send({ id: 1, method: 'waybill/chat', params: chatParams('request-1', 'x') })
    await until(() => sessions.opened[0]?.chats.length === 1)
    deaf.socket.pause()
    const sink = sessions.opened[0]?.chats[0]?.sink
    let room: Promise<void> | undefined
    let sentParts = 0
    while (room === undefined && sentParts < 10_000) {
      sentParts += 1
      room = sink?.([{ number: sentParts, attempt: 1, type: 'text-append', text: 'x'.repeat(1000) }])
    }
    // The socket's own buffers, plus one megabyte of ours.
    assert.ok(sentParts < 5000, `${sentParts} parts of 1 kB were taken`)
    let isSettled = false
    void room?.then(() => {
      isSettled = true
    })
    const other = await serving.connectWithHello()
    assert.deepEqual((await other.request(1, 'waybill/prompts')).result, { prompts: [] })
    assert.equal(isSettled, false)
    deaf.socket.resume()
    await until(() => isSettled)
    const last = await deaf.next((message) => JSON.stringify(message.params ?? {}).includes(`"number":${sentParts},`))
    assert.equal(last.method, 'waybill/chat/parts')
  })

  it('settles the waiting sink when the client that never read is gone', async (t) => {
    const sessions = createFakeSessions()
    const deaf = await (await startServing(t, sessions)).connectWithHello()
    deaf.send({ id: 1, method: 'waybill/chat', params: chatParams('request-1', 'x') })
    await until(() => sessions.opened[0]?.chats.length === 1)
    deaf.socket.pause()
    const sink = sessions.opened[0]?.chats[0]?.sink
    const room = sink?.([{ number: 1, attempt: 1, type: 'text-append', text: 'x'.repeat(3_000_000) }])
    assert.notEqual(room, undefined)
    deaf.socket.destroy()
    await room
  })

  it('stops reading from a client that asks without ever reading', async (t) => {
    const { serving, deaf, askedCount } = await startDeaf(t)
    const other = await serving.connectWithHello()
    let sentCount = 0
    while (sentCount <= 30 && askedCount() === sentCount) {
      sentCount += 1
      deaf.send({ id: sentCount, method: 'waybill/journal', params: {} })
      // Plenty of turns for the daemon to read it, if it reads at all.
      for (let turn = 0; turn < 20; turn += 1) await other.request(turn, 'waybill/prompts')
    }
    // Eight megabytes of answers, what the system buffers, and the one that was not read any more.
    assert.ok(sentCount > 8 && sentCount < 15, `${sentCount} requests of 1 MB answers were read`)
  })

  it('closes the connection of a client that leaves 64 MB of answers unread', async (t) => {
    const { serving, deaf, askedCount } = await startDeaf(t)
    // All in one read, so that they are dispatched though reading stops.
    const frames = Array.from({ length: 200 }, (_, id) => frameOf({ jsonrpc: '2.0', id, method: 'waybill/journal' }))
    deaf.writeBytes(Buffer.concat(frames))
    await until(() => serving.connections.count() === 0)
    assert.match(serving.logLines.join('\n'), /its client does not read/)
    assert.ok(askedCount() < 80, `${askedCount()} answers of 1 MB were made`)
  })

  it('serves a flood of small requests in order', async (t) => {
    const client = await (await startServing(t, createFakeSessions())).connectWithHello()
    const frames = Array.from({ length: 5000 }, (_, index) =>
      frameOf({ jsonrpc: '2.0', id: index + 1, method: 'waybill/prompts' }),
    )
    const cancels = Array.from({ length: 5000 }, () =>
      frameOf({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 1 } }),
    )
    client.writeBytes(Buffer.concat([...frames, ...cancels]))
    await client.next((message) => message.id === 5000)
    assert.deepEqual((await client.request(6000, 'waybill/prompts')).result, { prompts: [] })
  })

  it('counts connections and tells of every change', async (t) => {
    const serving = await startServing(t, createFakeSessions())
    const counts: number[] = []
    const stop = serving.connections.onCountChange((count) => counts.push(count))
    const client = await serving.connectWithHello()
    client.socket.end()
    await until(() => counts.length === 2)
    stop()
    await serving.connectWithHello()
    assert.deepEqual(counts, [1, 0])
  })

  it('closes a connection that opens no session within a minute, and no other', async (t) => {
    const clock = createManualClock()
    const serving = await startServing(t, { ...createFakeSessions(), startTimer: clock.startTimer })
    const [silent, asking, good] = [await serving.connect(), await serving.connect(), await serving.connectWithHello()]
    // A refused request does not open it, and neither does a hello that must be mended.
    await asking.request(1, 'waybill/status')
    await asking.request(2, 'waybill/hello', { ...helloParams, protocolVersions: { min: 7, max: 9 } })
    await until(() => serving.connections.count() === 3)
    await clock.advance(59_999)
    assert.equal(serving.connections.count(), 3)
    await clock.advance(1)
    await Promise.all([silent.untilClosed(), asking.untilClosed()])
    await until(() => serving.connections.count() === 1)
    assert.match(serving.logLines.join('\n'), /connection closed: it was not opened in time/)
    assert.deepEqual((await good.request(1, 'waybill/prompts')).result, { prompts: [] })
  })

  it('stops the timer of a connection that opens or ends', async (t) => {
    const clock = createManualClock()
    const serving = await startServing(t, { ...createFakeSessions(), startTimer: clock.startTimer })
    const client = await serving.connect()
    await until(() => clock.pendingTimers() === 1)
    await client.request(1, 'initialize', { capabilities: {} })
    assert.equal(clock.pendingTimers(), 0)
    const leaving = await serving.connect()
    await until(() => clock.pendingTimers() === 1)
    leaving.socket.end()
    await until(() => clock.pendingTimers() === 0)
  })

  it('lets the answer leave before it closes all', async (t) => {
    const sessions = createFakeSessions()
    const serving = await startServing(t, sessions)
    const client = await serving.connectWithHello()
    const answer = client.request(1, 'waybill/shutdown')
    await until(() => serving.connections.count() === 1)
    assert.deepEqual((await answer).result, { requestsInterrupted: 0 })
    await serving.connections.closeAll(1000)
    await client.untilClosed()
    assert.deepEqual([serving.connections.count(), sessions.opened[0]?.disposedCount], [0, 1])
  })

  it('closes all within the grace though a client never reads', async (t) => {
    const sessions = createFakeSessions()
    const serving = await startServing(t, sessions)
    const deaf = await serving.connectWithHello()
    deaf.send({ id: 1, method: 'waybill/chat', params: chatParams('request-1', 'x') })
    await until(() => sessions.opened[0]?.chats.length === 1)
    deaf.socket.pause()
    void sessions.opened[0]?.chats[0]?.sink([
      { number: 1, attempt: 1, type: 'text-append', text: 'x'.repeat(3_000_000) },
    ])
    await serving.connections.closeAll(10)
    assert.equal(serving.connections.count(), 0)
  })
})

/** A client that never reads, and a session whose every answer is a megabyte. */
async function startDeaf(t: TestContext) {
  let askedCount = 0
  const journal = async () => {
    askedCount += 1
    return { waybills: [], filler: 'x'.repeat(1_000_000) }
  }
  const serving = await startServing(
    t,
    createFakeSessions((session) => ({ ...session, journal })),
  )
  const deaf = await serving.connectWithHello()
  deaf.socket.pause()
  return { serving, deaf, askedCount: () => askedCount }
}

function chatParams(requestId: string, text: string): object {
  return { requestId, prompt: { name: 'explain', code: { text } } }
}

function rawFrame(body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body])
}
