// What failover promises, asked of a real daemon over real sockets: waiting, refused keys, held beginnings.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, type TestContext, test } from 'node:test'
import { type DrawnText, nothingDrawn, onStreamPart } from '../../shared/domain/drawnText.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import { environmentSet } from '../../shared/protocol/hello.ts'
import { answerWith, frameOfText, openStream, type ProviderCall, startProvider } from '../support/loopbackProvider.ts'
import { ownHome } from '../support/ownHome.ts'
import { type Conversation, connectClient, type RpcClient, resultOf } from '../support/rpcClient.ts'
import { waitFor } from '../support/waitFor.ts'
import { startDaemon, waybill } from '../support/waybillProgram.ts'

const question = { messages: [{ role: 'user', content: 'why?' }] }

/** Several at a time: most of their time they wait. */
describe('failover', { concurrency: 3 }, () => {
  test('all cooling: a client is told how long it waits, and then answered', async (t) => {
    const limited = await startLimited(t, { 'retry-after-ms': '900' })
    const home = ownHome(t, configFor({ limited }))
    const client = await connectClient((await startDaemon(home)).socketPath)
    const waiting = client.chat({ ...question, canRewind: true })
    const told = await waitFor('the wait to be said', () => waiting.parts.find((part) => part.type === 'wait-start'))
    assert.ok(told.type === 'wait-start' && told.delayMs > 0 && told.delayMs <= 1_000, JSON.stringify(told))
    const { waybill } = await ended(waiting)
    assert.equal(waybill.outcome, 'succeeded')
    assert.equal(drawnOf(waiting).text, 'at last')
    const usedAfterMs = limited.usedAfterMs()
    t.diagnostic(`told to wait ${Math.round(told.delayMs)} ms, used after ${Math.round(usedAfterMs)} ms of 900`)
    assert.ok(usedAfterMs >= 900, `used after ${usedAfterMs} ms`)
    await client.close()
  })

  test('all cooling for longer than the patience, an editor’s or none: the failure comes at once and says when to come back', async (t) => {
    const limited = await startLimited(t, { 'retry-after': '40' })
    const home = ownHome(t, configFor({ limited }))
    const client = await connectClient((await startDaemon(home)).socketPath)
    const first = await client.chat(question).answer
    assert.deepEqual([first.error?.code, first.error?.data?.failure.retryAfterMs], [1000, 40_000])
    for (const more of [{}, { patienceMs: 0 }]) {
      const conversation = client.chat({ ...question, ...more })
      const { error } = await conversation.answer
      const { kind, retryAfterMs = 0, message = '' } = error?.data?.failure ?? {}
      assert.deepEqual([error?.code, kind, error?.data?.waybill?.attempts.length], [1019, 'cooling', 0])
      assert.ok(retryAfterMs > 20_000 && retryAfterMs <= 40_000, `${retryAfterMs} ms`)
      assert.match(message, /asked to be left alone.* Ask again in \d+ s\./)
      assert.ok(!conversation.parts.some((part) => part.type === 'wait-start'))
    }
    await client.close()
  })

  const script = '/usr/bin/script'

  test('all cooling: the command line shows the wait and its end on a terminal', {
    skip: !existsSync(script) && `${script} gives a program a terminal, and is not here`,
  }, async (t) => {
    const limited = await startLimited(t, { 'retry-after-ms': '1500' })
    const home = ownHome(t, configFor({ limited }))
    await startDaemon(home)
    const words = ['run', 'ask', '--text', 'why']
    const launcher = ['/bin/sh', '-c', `exec ${script} -qec "$*" /dev/null`, 'sh']
    const { out, code } = await waybill(home, words, { launcher })
    assert.equal(code, 0, out)
    assert.match(out, /> attempt 1 failed, next: fallback\. rate-limited/)
    assert.match(out, /> all endpoints are cooling; .*\d(\.\d+)?\ss/)
    assert.match(out, /at last/)
  })

  for (const httpStatus of [401, 402, 403]) {
    test(`${httpStatus}: the key is out, its provider’s next key answers the same request, and each client hears of it once`, async (t) => {
      const { used, ...keyed } = await startKeyed(t, httpStatus)
      const other = await startProvider(t, (call) => answerWith(call, ['other']))
      const home = ownHome(t, configFor({ keyed: { ...keyed, key: ['FIRST_KEY', 'SECOND_KEY'] }, other }))
      const environment = { FIRST_KEY: 'sk-bad', SECOND_KEY: 'sk-good' }
      const { socketPath } = await startDaemon(home, { environment })
      const one = await connectClient(socketPath, { subscribe: ['notices'] })
      const clients = [one, await connectClient(socketPath, { subscribe: ['notices'] })]
      // Together, so that several may be told so before the first is written down.
      const waybills = await Promise.all(clients.flatMap((client) => Array.from({ length: 4 }, () => askOnce(client))))
      for (const waybill of waybills) assertNextKey(waybill)
      assert.ok(waybills.some(({ attempts }) => attempts.length > 1))
      const refusedCount = used.filter((key) => key === 'sk-bad').length
      for (let number = 0; number < 4; number += 1) await askOnce(one)
      assert.equal(used.filter((key) => key === 'sk-bad').length, refusedCount)
      for (const client of clients) {
        await waitFor('the notice', () => noticesTo(client).length > 0)
        assert.deepEqual(noticesTo(client), [['keyed', 'FIRST_KEY', httpStatus]])
      }
      t.diagnostic(`${waybills.length} requests together, ${refusedCount} of them were refused, 1 notice each`)
      await one.ask(environmentSet, { environment: { FIRST_KEY: 'sk-new' } })
      for (let number = 0; number < 2; number += 1) await askOnce(one)
      assert.ok(used.includes('sk-new'))
      for (const client of clients) await client.close()
    })
  }

  test('hold: a failure within the held beginning is invisible; after it comes an explicit error and no other answer', async (t) => {
    const texts = ['0123456789', 'abcdefghij']
    const cut = await startProvider(t, (call) => {
      openStream(call)
      for (const text of texts) call.response.write(frameOfText(text))
      call.response.write('\n', () => call.response.destroy())
    })
    const well = await startProvider(t, (call) => answerWith(call, ['the ', 'other ', 'answer']))
    const home = ownHome(t, configFor({ cut, well }))
    const client = await connectClient((await startDaemon(home)).socketPath)
    for (const hold of [{ holdCharacters: 21 }, { holdMs: 60_000 }]) {
      const held = client.chat({ ...question, hold })
      assert.equal((await ended(held)).waybill.outcome, 'succeeded')
      const texts = held.parts.flatMap((part) => (part.type === 'text-append' ? [part.attempt] : []))
      assert.deepEqual([...new Set(texts)], [2])
      assert.equal(drawnOf(held).text, 'the other answer')
      assert.ok(!held.parts.some((part) => part.type === 'rewind'))
    }
    const shown = client.chat({ ...question, hold: { holdCharacters: 20 } })
    const { error } = await shown.answer
    assert.deepEqual([error?.data?.failure.kind, drawnOf(shown).text], ['truncated', texts.join('')])
    assert.equal(error?.data?.waybill?.attempts.at(-1)?.nextBecause, 'text-drawn')
    assert.equal(well.calls.length, 2)
    await client.close()
  })
})

type Place = {
  readonly baseUrl: string
  /** Environment variables. */
  readonly key?: readonly string[]
  readonly timeouts?: object
}

/** The profile asks them in their order. */
function configFor(places: Readonly<Record<string, Place>>): object {
  const providers = Object.entries(places).map(([name, { baseUrl, key, timeouts }]) => [
    name,
    {
      kind: 'custom',
      baseUrl,
      isLocal: false,
      ...(key !== undefined && { key: key.map((one) => `\${env:${one}}`) }),
      ...(timeouts !== undefined && { timeouts }),
      models: [{ model: `test/${name}`, price: { input: '1', output: '2' } }],
    },
  ])
  return {
    schema: 1,
    providers: Object.fromEntries(providers),
    profiles: { work: { models: Object.keys(places).map((name) => `test/${name}`) } },
    defaultProfile: 'work',
  }
}

function assertNextKey({ attempts }: Waybill): void {
  const [last, ...before] = [...attempts].reverse()
  assert.deepEqual([last?.provider, last?.key, last?.outcome], ['keyed', 'SECOND_KEY', 'succeeded'])
  for (const one of before) assert.deepEqual([one.key, one.nextBecause], ['FIRST_KEY', 'next-key'])
}

function noticesTo({ notifications }: RpcClient): readonly unknown[] {
  const notices = notifications.filter(({ method }) => method === 'waybill/notice')
  return notices.map(({ params }) => [params.provider, params.key, params.httpStatus])
}

/** Takes every key but `sk-bad`. */
async function startKeyed(t: TestContext, httpStatus: number) {
  const used: string[] = []
  const { baseUrl } = await startProvider(t, (call) => {
    const key = call.request.headers.authorization?.replace('Bearer ', '') ?? ''
    used.push(key)
    if (key === 'sk-bad') refuse(call, httpStatus)
    else answerWith(call, ['well'])
  })
  return { baseUrl, used }
}

/** Answers from its second call on. */
async function startLimited(t: TestContext, headers: Readonly<Record<string, string>>) {
  const atMs: number[] = []
  const { baseUrl } = await startProvider(t, (call) => {
    atMs.push(performance.now())
    if (atMs.length === 1) refuse(call, 429, headers)
    else answerWith(call, ['at last'])
  })
  return { baseUrl, usedAfterMs: () => (atMs[1] ?? 0) - (atMs[0] ?? 0) }
}

function refuse({ response }: ProviderCall, httpStatus: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(httpStatus, { 'content-type': 'application/json', ...headers })
  response.end('{"error":{"message":"no"}}')
}

async function ended(conversation: Conversation): Promise<{ readonly waybill: Waybill }> {
  const result = await resultOf(conversation)
  assert.ok(result.state === 'ended')
  return result
}

async function askOnce(client: RpcClient): Promise<Waybill> {
  return (await ended(client.chat({ ...question, canRewind: true }))).waybill
}

function drawnOf({ parts }: Conversation): DrawnText {
  return parts.reduce(onStreamPart, nothingDrawn)
}
