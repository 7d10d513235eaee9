/** `waybill run` while one daemon hands over to the next: fake sessions behind a real socket play the daemons, one after the other. */
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { Failed, OpenSession, Session } from '../../../daemon/gateway/session.ts'
import { aWaybill, createFakeSessions } from '../servers/fakeSession.ts'
import { runWords } from './cliTesting.ts'

type Chat = Session['chat']
type Attach = Session['attach']

const draining: Failed = { failure: { kind: 'draining', message: 'connect again' } }
const unknown: Failed = { failure: { kind: 'not-found', message: 'no such request' } }
const never = new Promise<never>(() => undefined)

const answering: Chat = async ({ requestId }, sink) => {
  void sink([{ number: 1, attempt: 1, type: 'text-append', text: 'one answer' }])
  return { state: 'ended', waybill: { ...aWaybill, requestId } }
}

describe('a prompt while a daemon hands over', { timeout: 20_000 }, () => {
  it('is sent again, the same, to whoever takes it, and says once that it waits', async (t) => {
    const world = play([async () => draining, async () => draining, answering])
    const { code, out, error } = await world.run(t)
    assert.deepEqual([code, out], [0, 'one answer\n'])
    assert.equal(error.match(/hands over to a newer one; waiting/g)?.length, 1)
    assert.equal(world.asked.length, 3)
    assert.equal(new Set(world.asked).size, 1)
  })

  it('whose connection closes before any part is asked after, and sent again only if nobody knows it', async (t) => {
    const world = play(['closes', answering], [async () => unknown])
    const { code, out } = await world.run(t)
    assert.deepEqual([code, out], [0, 'one answer\n'])
    assert.deepEqual(world.asked.map(wordOf), ['chat', 'attach', 'chat'])
    assert.equal(new Set(world.asked.map(idOf)).size, 1)
  })

  it('that the next daemon knows is not sent again', async (t) => {
    const cut = { ...aWaybill, outcome: 'interrupted' } as const
    const world = play(['closes'], [async () => ({ state: 'interrupted', waybill: cut })])
    assert.equal((await world.run(t)).code, 1)
    assert.deepEqual(world.asked.map(wordOf), ['chat', 'attach'])
  })

  it('is given up when the daemon dies of it each time', async (t) => {
    const world = play(Array(20).fill('closes'), Array(20).fill('closes'))
    const { code, error } = await world.run(t)
    assert.equal(code, 3)
    assert.match(error, /the connection to the daemon was lost/)
    assert.ok(world.asked.length < 10)
  })

  it('ends with Ctrl+C while it waits', async (t) => {
    const abort = new AbortController()
    const world = play([
      async () => {
        abort.abort()
        return draining
      },
    ])
    assert.equal((await world.run(t, abort.signal)).code, 130)
    assert.equal(world.asked.length, 1)
  })
})

/** Each call of a chat or an attach is answered by the next of its list. `closes`: its connection ends without an answer. */
function play(chats: readonly (Chat | 'closes')[], attaches: readonly (Attach | 'closes')[] = []) {
  const asked: string[] = []
  const chatsLeft = [...chats]
  const attachesLeft = [...attaches]
  let closeConnections = (): void => {}
  const { openSession } = createFakeSessions((session) => ({
    ...session,
    chat: (params, sink, signal) => {
      asked.push(`chat ${params.requestId}`)
      return nextOf(chatsLeft, (chat) => chat(params, sink, signal))
    },
    attach: (params, sink, signal) => {
      asked.push(`attach ${params.requestId}`)
      return nextOf(attachesLeft, (attach) => attach(params, sink, signal))
    },
  }))
  function nextOf<Play, Result>(left: (Play | 'closes')[], run: (play: Play) => Result): Result | Promise<never> {
    const next = left.shift()
    assert.ok(next !== undefined, 'asked more often than expected')
    if (next !== 'closes') return run(next)
    closeConnections()
    return never
  }
  return {
    asked,
    run: (t: TestContext, signal?: AbortSignal) =>
      runWords(t, ['run', 'ask', '--text', 'why', '--profile', 'practice'], {
        openSession: openSession satisfies OpenSession,
        onServing: (close) => {
          closeConnections = close
        },
        ...(signal !== undefined && { signal }),
      }),
  }
}

function wordOf(asked: string): string {
  return asked.split(' ')[0] ?? ''
}

function idOf(asked: string): string {
  return asked.split(' ')[1] ?? ''
}
