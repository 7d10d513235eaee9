/** The hello, requests and losses of one connection, over a real socket to a stand-in for the daemon. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createMessageConnection, ResponseError, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node'
import { type DialedDaemon, type DialOptions, dialDaemon } from '../../../extension/daemon/dialDaemon.ts'
import { failureOf, isConnectionLost, isDaemonHung } from '../../../extension/daemon/requestFailure.ts'
import { frameOf } from '../../daemon/servers/rawClient.ts'

test('hello says who asks, and only named environment variables are given', async (context) => {
  const world = await createWorld(context)
  const daemon = await world.dial()
  assert.equal(daemon.daemonVersion, '9.9.9')
  assert.deepEqual(world.heard, [
    {
      method: 'waybill/hello',
      params: {
        protocolVersions: { min: 1, max: 1 },
        client: { name: 'vscode', version: '0.0.1' },
        token: 'secret',
        subscribe: ['requests', 'profiles', 'config', 'notices'],
      },
    },
    { method: 'waybill/environment/set', params: { environment: { NAMED_KEY: 'value' } } },
  ])
})

test('a failure of the daemon arrives with its kind', async (context) => {
  const world = await createWorld(context)
  const daemon = await world.dial()
  const failure = { kind: 'no-endpoint', message: 'No provider can answer. Add one.' } as const
  world.answers.set('waybill/prompts', () => new ResponseError(1017, failure.message, { failure }))
  const error = await thrownBy(daemon.request('prompts', {}))
  assert.deepEqual(failureOf(error), failure)
  assert.equal(isConnectionLost(error), false)
})

test('an answer of another shape is a protocol violation', async (context) => {
  const world = await createWorld(context)
  const daemon = await world.dial()
  world.answers.set('waybill/prompts', () => ({ prompts: 'none' }))
  assert.equal(failureOf(await thrownBy(daemon.request('prompts', {}))).kind, 'protocol-violation')
})

test('aborting cancels the request in the daemon', async (context) => {
  const world = await createWorld(context)
  const daemon = await world.dial()
  const abort = new AbortController()
  world.answers.set('waybill/prompts', (isCancelled) => {
    setImmediate(() => abort.abort())
    return isCancelled.then(() => {
      const failure = { kind: 'cancelled', message: 'Stopped.' }
      return new ResponseError(-32800, failure.message, { failure })
    })
  })
  assert.equal(failureOf(await thrownBy(daemon.request('prompts', {}, abort.signal))).kind, 'cancelled')
})

test('a connection that breaks rejects what waits for an answer, and says so once', async (context) => {
  const world = await createWorld(context)
  const daemon = await world.dial()
  world.answers.set('waybill/prompts', () => {
    world.breakConnections()
    return new Promise(() => {})
  })
  const error = await thrownBy(daemon.request('prompts', {}))
  assert.equal(isConnectionLost(error), true)
  assert.equal(world.closes, 1)
  assert.equal(isConnectionLost(await thrownBy(daemon.request('prompts', {}))), true)
})

test('an answer that lies behind other messages arrives though the connection closes right after it', async (context) => {
  const world = await dialEndingDaemon(context)
  assert.deepEqual(await world.daemon.request('shutdown', {}), { requestsInterrupted: 2 })
  assert.equal(world.changes(), 50)
  world.daemon.dispose()
  assert.equal(world.closes(), 1)
})

test('whoever asks again at once, and again, after such an answer leaves room for the end to be told', async (context) => {
  const world = await dialEndingDaemon(context)
  await world.daemon.request('shutdown', {})
  let tries = 0
  while (world.closes() === 0 && tries < 1_000) {
    tries += 1
    assert.ok(isConnectionLost(await thrownBy(world.daemon.request('shutdown', {}))))
  }
  assert.deepEqual([world.closes(), tries], [1, 1])
})

/** Its answer to the first request lies behind fifty notifications, and it closes with them. */
async function dialEndingDaemon(context: TestContext) {
  const changed = frameOf({ jsonrpc: '2.0', method: 'waybill/profiles/changed', params: {} })
  const server = createServer((socket) => {
    socket.once('data', () => {
      const daemon = { version: '9.9.9', pid: 1, startedAtMs: 1 }
      socket.write(frameOf({ jsonrpc: '2.0', id: 0, result: { protocolVersion: 1, daemon, environmentNames: [] } }))
      socket.once('data', () => {
        const answer = frameOf({ jsonrpc: '2.0', id: 1, result: { requestsInterrupted: 2 } })
        socket.end(Buffer.concat([...Array(50).fill(changed), answer]))
      })
    })
  })
  const folder = mkdtempSync(join(tmpdir(), 'waybill-test-'))
  context.after(() => {
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const socketPath = join(folder, 'socket')
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  let changes = 0
  let closes = 0
  const daemon = await dialDaemon({
    discovery: {
      schema: 1,
      pid: 1,
      socketPath,
      token: 'secret',
      version: '9.9.9',
      protocolVersions: { min: 1, max: 1 },
      startedAtMs: 1,
    },
    extensionVersion: '0.0.1',
    environment: {},
    onNotification: () => {
      changes += 1
    },
    onClose: () => {
      closes += 1
    },
  })
  return { daemon, changes: () => changes, closes: () => closes }
}

test('parts come decoded and in order, malformed ones are left out', async (context) => {
  const world = await createWorld(context)
  const daemon = await world.dial()
  const good = { requestId: 'request-1', parts: [{ number: 2, attempt: 1, type: 'text-append', text: 'a' }] }
  world.answers.set('waybill/prompts', async () => {
    await world.notify('waybill/chat/parts', { requestId: 'request-1', parts: [{ number: 1, type: 'text-append' }] })
    await world.notify('waybill/chat/parts', good)
    return { prompts: [] }
  })
  await daemon.request('prompts', {})
  assert.deepEqual(world.notifications, [['chatParts', good]])
})

test('a refused hello keeps its words and closes the socket', async (context) => {
  const world = await createWorld(context)
  world.answers.set(
    'waybill/hello',
    () => new ResponseError(-32600, 'Update the extension: versions 2 to 3 are spoken.'),
  )
  const error = await thrownBy(world.dial())
  assert.equal(failureOf(error).message, 'Update the extension: versions 2 to 3 are spoken.')
  assert.equal(isConnectionLost(error), false)
})

test('a socket that nobody listens on is a lost connection', async (context) => {
  const world = await createWorld(context)
  world.stopListening()
  assert.equal(isConnectionLost(await thrownBy(world.dial())), true)
})

for (const silent of ['waybill/hello', 'waybill/environment/set']) {
  test(`a daemon that hangs at ${silent} is given up within the limit, with what to do`, async (context) => {
    const timer = manualTimer()
    const world = await createWorld(context, timer.start)
    world.answers.set(silent, () => {
      timer.elapse()
      return new Promise(() => {})
    })
    const error = await thrownBy(world.dial())
    assert.match(failureOf(error).message, /process 1\) runs but did not answer within 5 s.*waybill doctor.*Show Log/)
    assert.deepEqual([isConnectionLost(error), isDaemonHung(error)], [true, true])
    assert.deepEqual(timer.delaysMs, [5000])
    await world.allClosed()
  })
}

test('the limit is over once the daemon said hello', async (context) => {
  const timer = manualTimer()
  const world = await createWorld(context, timer.start)
  const daemon = await world.dial()
  assert.equal(timer.isRunning(), false)
  world.answers.set('waybill/prompts', () => ({ prompts: [] }))
  await daemon.request('prompts', {})
})

function manualTimer() {
  const delaysMs: number[] = []
  let onElapsed: (() => void) | undefined
  return {
    delaysMs,
    isRunning: () => onElapsed !== undefined,
    elapse: () => onElapsed?.(),
    start: (delayMs: number, callback: () => void) => {
      delaysMs.push(delayMs)
      onElapsed = callback
      return () => {
        onElapsed = undefined
      }
    },
  }
}

type Answer = (isCancelled: Promise<void>) => unknown

async function createWorld(context: TestContext, startTimer?: DialOptions['startTimer']) {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-dial-'))
  const socketPath = join(folder, 'socket')
  const sockets = new Set<Socket>()
  const heard: { readonly method: string; readonly params: unknown }[] = []
  const notifications: unknown[] = []
  const dialed: DialedDaemon[] = []
  const answers = new Map<string, Answer>([
    [
      'waybill/hello',
      () => ({
        protocolVersion: 1,
        daemon: { version: '9.9.9', pid: 1, startedAtMs: 0 },
        environmentNames: ['NAMED_KEY', 'UNSET_KEY'],
      }),
    ],
    ['waybill/environment/set', () => ({ accepted: ['NAMED_KEY'] })],
  ])
  let closes = 0
  let notify: (method: string, params: unknown) => Promise<void> = async () => {}
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    const rpc = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket))
    rpc.onRequest((method, params, token) => {
      heard.push({ method, params })
      const isCancelled = new Promise<void>((settle) => token.onCancellationRequested(() => settle()))
      return answers.get(method)?.(isCancelled)
    })
    notify = (method, params) => rpc.sendNotification(method, params)
    rpc.listen()
  })
  await new Promise<void>((settle) => server.listen(socketPath, settle))
  const breakConnections = () => {
    for (const socket of sockets) socket.destroy()
  }
  context.after(() => {
    for (const daemon of dialed) daemon.dispose()
    breakConnections()
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    answers,
    heard,
    notifications,
    breakConnections,
    notify: (method: string, params: unknown) => notify(method, params),
    stopListening: () => server.close(),
    allClosed: () => Promise.all([...sockets].map((socket) => socket.closed || once(socket, 'close'))),
    get closes() {
      return closes
    },
    dial: async () => {
      const daemon = await dialDaemon({
        discovery: {
          schema: 1,
          pid: 1,
          socketPath,
          token: 'secret',
          version: '9.9.9',
          protocolVersions: { min: 1, max: 1 },
          startedAtMs: 0,
        },
        extensionVersion: '0.0.1',
        environment: { NAMED_KEY: 'value', OTHER: 'kept to itself' },
        onNotification: (name, params) => notifications.push([name, params]),
        onClose: () => {
          closes += 1
        },
        ...(startTimer === undefined ? {} : { startTimer }),
      })
      dialed.push(daemon)
      return daemon
    },
  }
}

function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.fail('expected a rejection'),
    (error: unknown) => error,
  )
}
