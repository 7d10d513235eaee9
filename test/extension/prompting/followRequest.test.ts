/** Following one request to its end over fakes of the connection: breaks, attaches, ends of every kind. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DaemonConnection, NotificationOf, RequestName } from '../../../extension/daemon/connection.ts'
import { connectionLostError, requestError, windowClosingError } from '../../../extension/daemon/requestFailure.ts'
import { type FollowedRequest, followRequest } from '../../../extension/prompting/followRequest.ts'
import type { RequestView } from '../../../extension/prompting/requestView.ts'
import type { StreamPart } from '../../../shared/domain/streamPart.ts'
import type { Waybill } from '../../../shared/domain/waybill.ts'

const requestId = 'request-1'
const send: FollowedRequest = { kind: 'send', params: { requestId, messages: [{ role: 'user', content: 'a' }] } }
const start = part({
  number: 1,
  type: 'attempt-start',
  endpoint: 'a/m@p',
  provider: 'p',
  model: 'a/m',
  isPractice: false,
})
const hello = part({ number: 2, type: 'text-append', text: 'Hel' })
const rest = part({ number: 3, type: 'text-append', text: 'lo' })
const end = { number: 4, type: 'request-end', outcome: 'succeeded' } as StreamPart
const ended = { state: 'ended', waybill: waybillOf({ outcome: 'succeeded' }) } as const

test('a request that goes well gives the whole text, other requests’ parts left out', async () => {
  const world = createWorld([
    (say) => {
      say([start, hello])
      say([part({ number: 3, type: 'text-append', text: 'not mine' })], 'request-2')
      say([rest, end])
      return ended
    },
  ])
  const result = await world.follow(send)
  assert.deepEqual(result, { kind: 'succeeded', text: 'Hello', waybill: ended.waybill })
  assert.deepEqual(world.asked, [['chat', 0]])
  assert.deepEqual(world.phases, ['streaming', 'streaming'])
})

test('a connection that breaks is attached to again after the last part, and repeated parts count once', async () => {
  const world = createWorld([
    (say) => {
      say([start, hello])
      throw connectionLostError('gone')
    },
    (say) => {
      say([hello, rest, end])
      return ended
    },
  ])
  const result = await world.follow(send)
  assert.equal(result.kind === 'succeeded' && result.text, 'Hello')
  assert.deepEqual(world.asked, [
    ['chat', 0],
    ['chatAttach', 2],
  ])
})

test('a request that the daemon never heard of is sent again', async () => {
  const world = createWorld([
    () => {
      throw connectionLostError('gone')
    },
    () => {
      throw requestError({ kind: 'not-found', message: 'no such request' })
    },
    (say) => {
      say([start, hello, rest, end])
      return ended
    },
  ])
  assert.equal((await world.follow(send)).kind, 'succeeded')
  assert.deepEqual(
    world.asked.map(([name]) => name),
    ['chat', 'chatAttach', 'chat'],
  )
})

test('a request that had said something is never sent again', async () => {
  const world = createWorld([
    (say) => {
      say([start, hello])
      throw connectionLostError('gone')
    },
    () => {
      throw requestError({ kind: 'not-found', message: 'no such request' })
    },
  ])
  assert.equal((await world.follow(send)).kind, 'lost')
  assert.equal(world.asked.length, 2)
})

test('a daemon that cannot be had again ends it with its words', async () => {
  const world = createWorld(
    [
      () => {
        throw connectionLostError('gone')
      },
    ],
    () => Promise.reject(requestError({ kind: 'unreachable', message: 'It could not be started.' })),
  )
  const result = await world.follow(send)
  assert.equal(result.kind === 'failed' && result.failure.message, 'It could not be started.')
})

test('a stop while the connection is gone ends it at once', async () => {
  const world = createWorld(
    [
      () => {
        setImmediate(() => world.abort.abort())
        throw connectionLostError('gone')
      },
    ],
    () => new Promise(() => {}),
  )
  assert.equal((await world.follow(send)).kind, 'cancelled')
})

const rows: readonly (readonly [string, () => unknown, string])[] = [
  ['the daemon’s failure', () => throwIt(requestError({ kind: 'timeout', message: 'too slow' })), 'failed'],
  ['a stop', () => throwIt(requestError({ kind: 'cancelled', message: 'stopped' })), 'cancelled'],
  ['a take-over', () => ({ state: 'taken-over' }), 'taken-over'],
  ['another window that reads it', () => ({ state: 'in-use' }), 'in-use'],
  ['a daemon that does not know it', () => throwIt(requestError({ kind: 'not-found', message: 'unknown' })), 'lost'],
  ['a model that was not found', () => throwIt(modelNotFound()), 'failed'],
  ['a daemon that ended', () => ({ state: 'interrupted', waybill: waybillOf({ outcome: 'interrupted' }) }), 'lost'],
  ['a record without the text', () => ended, 'lost'],
  ['a record of a stop', () => ({ state: 'ended', waybill: waybillOf({ outcome: 'cancelled' }) }), 'cancelled'],
]
for (const [name, answer, kind] of rows) {
  test(`${name} ends a request as ${kind}`, async () => {
    const world = createWorld([answer])
    assert.equal((await world.follow({ kind: 'attach', requestId, takeOver: false })).kind, kind)
    assert.deepEqual(world.asked, [['chatAttach', 0]])
    assert.deepEqual(world.takeOvers, [false])
  })
}

test('a daemon that hands over is waited for, and the one that follows is sent the same request', async () => {
  const draining = () => throwIt(requestError({ kind: 'draining', message: 'connect again' }))
  const world = createWorld([draining, draining, () => ended])
  await world.follow(send)
  assert.deepEqual(
    world.asked.map(([name]) => name),
    ['chat', 'chat', 'chat'],
  )
  assert.equal(world.changes(), 2)
})

test('a stop while a daemon hands over ends the request, which was never sent', async () => {
  const world = createWorld([
    () => {
      world.abort.abort()
      throw requestError({ kind: 'draining', message: 'connect again' })
    },
  ])
  assert.equal((await world.follow(send)).kind, 'cancelled')
})

test('a window that closes leaves it to the daemon', async () => {
  const lost = () => throwIt(connectionLostError('gone'))
  const world = createWorld([lost], () => Promise.reject(windowClosingError()))
  assert.equal((await world.follow(send)).kind, 'detached')
})

test('what another window may read is not taken over before a part of it came, and kept after that', async () => {
  const lost = () => throwIt(connectionLostError('gone'))
  const world = createWorld([
    lost,
    (say) => {
      say([start, hello])
      return lost()
    },
    () => ended,
  ])
  await world.follow({ kind: 'attach', requestId, takeOver: false })
  assert.deepEqual(world.takeOvers, [false, false, true])
})

test('an answer cut at the limit of tokens is incomplete', async () => {
  const waybill = waybillOf({ outcome: 'succeeded', attempts: [{ finishReason: 'length' }] })
  const world = createWorld([
    (say) => {
      say([start, hello, { ...end, number: 3 }])
      return { state: 'ended', waybill }
    },
  ])
  assert.equal((await world.follow(send)).kind, 'incomplete')
})

type Say = (parts: readonly StreamPart[], requestId?: string) => void

function createWorld(answers: ((say: Say) => unknown)[], ensureConnected: () => Promise<void> = async () => {}) {
  const asked: [RequestName, number][] = []
  const takeOvers: (boolean | undefined)[] = []
  let changes = 0
  const phases: RequestView['phase'][] = []
  const abort = new AbortController()
  const listeners = new Set<(params: NotificationOf<'chatParts'>) => void>()
  const connection = {
    state: () => ({ kind: 'connected', daemonVersion: '1' }),
    request: async (name: RequestName, params: { readonly after?: number; readonly takeOver?: boolean }) => {
      if (name === 'chatAttach') takeOvers.push(params.takeOver)
      asked.push([name, params.after ?? 0])
      const answer = answers.shift()
      assert.ok(answer, 'asked more often than expected')
      return answer((parts, id = requestId) => {
        for (const listener of listeners) listener({ requestId: id, parts } as NotificationOf<'chatParts'>)
      })
    },
    onNotification: (_name: string, listener: (params: NotificationOf<'chatParts'>) => void) => {
      listeners.add(listener)
      return { dispose: () => listeners.delete(listener) }
    },
    ensureConnected,
    untilChange: async () => {
      changes += 1
    },
  } as unknown as DaemonConnection
  return {
    asked,
    takeOvers,
    changes: () => changes,
    phases,
    abort,
    follow: async (request: FollowedRequest) => {
      const result = await followRequest(connection, request, (view) => phases.push(view.phase), abort.signal)
      assert.equal(listeners.size, 0, 'it listens on after its end')
      return result
    },
  }
}

function part(fields: Readonly<Record<string, unknown>>): StreamPart {
  return { attempt: 1, ...fields } as unknown as StreamPart
}

function waybillOf(fields: Readonly<Record<string, unknown>>): Waybill {
  return { requestId, attempts: [], ...fields } as unknown as Waybill
}

function modelNotFound(): Error {
  return requestError({ kind: 'not-found', message: 'no such model' }, waybillOf({ outcome: 'failed' }))
}

function throwIt(error: Error): never {
  throw error
}
