import assert from 'node:assert/strict'
import { appendFileSync, readdirSync, readFileSync, truncateSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { RequestId } from '../../shared/domain/ids.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import { journal } from '../../shared/protocol/journal.ts'
import { stats } from '../../shared/protocol/stats.ts'
import { status } from '../../shared/protocol/status.ts'
import {
  answerWith,
  beginWith,
  configOf,
  endStream,
  frameOfText,
  openStream,
  type ProviderCall,
  startProvider,
  wordsIn,
} from '../support/loopbackProvider.ts'
import { type OwnHome, ownHome } from '../support/ownHome.ts'
import { askPrompt, type Conversation, connectClient, frameOf, type RpcClient, resultOf } from '../support/rpcClient.ts'
import { waitFor } from '../support/waitFor.ts'
import { killHard, startDaemon } from '../support/waybillProgram.ts'

test('a request that kill -9 cut is recorded as interrupted, costing at most its bound, and attach says so', async (t) => {
  const { home, provider } = await rig(t, (call) => beginWith(call, 'one'))
  const daemon = await startDaemon(home)
  const client = await connectClient(daemon.socketPath)
  const cut = client.chat({ ...askPrompt('cut'), onDisconnect: 'hold' })
  await waitFor('a text', () => cut.parts.some((part) => part.type === 'text-append'))
  await killHard(daemon)
  await provider.calls[0]?.untilClosed()

  const next = await connectClient((await startDaemon(home)).socketPath)
  const waybill = await waybillOf(next, cut)
  assert.equal(waybill?.outcome, 'interrupted')
  assert.equal(waybill.prompt, 'ask')
  const [attempt] = waybill.attempts
  assert.ok(
    attempt?.outcome === 'interrupted' && attempt.bound.kind === 'measured' && attempt.cost.kind === 'estimated',
  )
  assert.deepEqual([attempt.cost.lowNanodollars, attempt.cost.highNanodollars], [0, attempt.bound.nanodollars])
  assert.equal(waybill.cost.estimatedHighNanodollars, attempt.bound.nanodollars)
  const attached = await resultOf(next.attach(cut.requestId, 0))
  assert.equal(attached.state, 'interrupted')
  const { total } = await next.ask(stats, {})
  assert.deepEqual([total.requests, total.interrupted], [1, 1])
})

const kills = 5

test(`${kills} kills under load lose no request that had begun, and none is counted twice`, async (t) => {
  const { home } = await rig(t, (call) => {
    if (wordsIn(call).includes('quick')) answerWith(call, ['quick answer'])
    else beginWith(call, 'slow answer')
  })
  const begun = new Map<string, 'succeeded' | undefined>()
  for (let kill = 0; kill < kills; kill++) {
    const daemon = await startDaemon(home)
    const client = await connectClient(daemon.socketPath)
    const slow = Array.from({ length: 10 }, () => client.chat(askPrompt('slow')))
    const quick = Array.from({ length: 40 }, () => client.chat(askPrompt('quick')))
    const answered = new Set<string>()
    for (const one of quick) void one.answer.then(({ result }) => result !== undefined && answered.add(one.requestId))
    // A different moment each time, by what was answered.
    await waitFor('some answers', () => answered.size > kill * 8)
    await killHard(daemon)
    for (const { requestId, parts } of [...slow, ...quick]) {
      if (parts.length > 0) begun.set(requestId, answered.has(requestId) ? 'succeeded' : undefined)
    }
  }
  const client = await connectClient((await startDaemon(home)).socketPath)
  const { waybills } = await client.ask(journal, { limit: 500 })
  const outcomes = new Map<string, string>(waybills.map(({ requestId, outcome }) => [requestId, outcome]))
  assert.equal(outcomes.size, waybills.length)
  for (const [requestId, outcome] of begun) {
    const found = outcomes.get(requestId)
    assert.ok(found === outcome || (outcome === undefined && found !== undefined), `${requestId}: ${found}`)
  }
  assert.ok([...outcomes.values()].every((outcome) => outcome === 'succeeded' || outcome === 'interrupted'))
  const { total } = await client.ask(stats, {})
  assert.deepEqual([total.requests, total.attempts], [waybills.length, waybills.length])
  assert.equal(total.interrupted, [...outcomes.values()].filter((outcome) => outcome === 'interrupted').length)
})

test('a torn last line of the journal is set aside and costs nothing but itself', async (t) => {
  const { home } = await rig(t, (call) => answerWith(call, ['one']))
  let expected = 0
  const tears: readonly ((path: string) => void)[] = [
    (path) => appendFileSync(path, '{"type":"reserve","atMs":17'),
    (path) => appendFileSync(path, Buffer.from([0, 0, 0, 0xc3])),
    // The last request's own end is lost with its line: it then counts as interrupted.
    (path) => truncateSync(path, readFileSync(path).length - 9),
  ]
  for (const tear of tears) {
    const daemon = await startDaemon(home)
    const client = await connectClient(daemon.socketPath)
    await resultOf(client.chat(askPrompt('first')))
    expected += 1
    await killHard(daemon)
    tear(journalFileOf(home))
    const next = await startDaemon(home)
    const reader = await connectClient(next.socketPath)
    assert.equal((await reader.ask(journal, {})).waybills.length, expected)
    assert.equal((await reader.ask(status, {})).ledger.state, 'open')
    await resultOf(reader.chat(askPrompt('second')))
    expected += 1
    await killHard(next)
  }
  assert.equal(readdirSync(join(home.journalFolder, 'torn')).length, tears.length)
  const lines = readFileSync(journalFileOf(home), 'utf8').trimEnd().split('\n')
  assert.equal(lines.filter((line) => line.includes('"recovered"')).length, tears.length)
})

test('a client that vanishes at any byte of its messages takes nothing with it', async (t) => {
  const { home, provider } = await rig(t, (call) => answerWith(call, ['one']))
  const daemon = await startDaemon(home)
  const client = await connectClient(daemon.socketPath)
  const bytes = Buffer.concat([
    frameOf({
      id: 1,
      method: 'waybill/hello',
      params: { protocolVersions: { min: 1, max: 1 }, client: { name: 'é' } },
    }),
    frameOf({ id: 2, method: 'waybill/chat', params: { requestId: 'vanishing', ...askPrompt('ü') } }),
    frameOf({ method: '$/cancelRequest', params: { id: 2 } }),
  ])
  for (let cut = 0; cut <= bytes.length; cut++) {
    const socket = connect(daemon.socketPath)
    await new Promise<void>((resolve) => socket.once('connect', resolve))
    socket.on('error', () => undefined)
    const written = new Promise<void>((resolve) => socket.write(bytes.subarray(0, cut), () => resolve()))
    await written
    if (cut % 2 === 0) socket.destroy()
    else socket.end()
    socket.resume()
  }
  const now = await waitFor('the others to be gone', async () => {
    const found = await client.ask(status, {})
    return found.connections === 1 && found.requestsUnderWay.length === 0 ? found : undefined
  })
  assert.equal(now.pid, daemon.pid)
  await waitFor('all upstream connections to be closed', () => provider.calls.every((call) => call.isClosed()))
  assert.equal((await resultOf(client.chat(askPrompt('still there')))).state, 'ended')
})

/** Just below the most that one answer may have. */
const answerMegabytes = 15
const growthLimitMegabytes = 60

test(`a client that never reads costs less than ${growthLimitMegabytes} MB while ${answerMegabytes} MB come for it, and delays nobody`, async (t) => {
  const piece = 'x'.repeat(10_000)
  const frame = frameOfText(piece)
  const pieces = (answerMegabytes * 1_000_000) / piece.length
  let sent = 0
  const { home } = await rig(t, async (call) => {
    if (wordsIn(call).includes('small')) return answerWith(call, ['small'])
    openStream(call)
    for (sent = 0; sent < pieces; sent++) {
      if (!call.response.write(frame)) await new Promise((resolve) => call.response.once('drain', resolve))
    }
    endStream(call)
  })
  const daemon = await startDaemon(home)
  const other = await connectClient(daemon.socketPath)
  await resultOf(other.chat(askPrompt('small')))
  const beforeMegabytes = residentMegabytes(daemon.pid)
  const deaf = await connectClient(daemon.socketPath)
  const conversation = deaf.chat(askPrompt('large'))
  deaf.socket.pause()

  await waitFor('the upstream to be paused', async () => {
    const earlier = sent
    for (let round = 0; round < 20; round++) await resultOf(other.chat(askPrompt('small')))
    return earlier > 0 && sent === earlier
  })
  assert.ok(sent < pieces, 'everything was taken')
  const growthMegabytes = residentMegabytes(daemon.pid) - beforeMegabytes
  t.diagnostic(`grew by ${growthMegabytes.toFixed(0)} MB with ${((sent * piece.length) / 1e6).toFixed(0)} MB sent`)
  assert.ok(growthMegabytes < growthLimitMegabytes, `${growthMegabytes} MB`)

  deaf.socket.resume()
  assert.equal((await resultOf(conversation)).state, 'ended')
  const length = conversation.parts.reduce((sum, part) => sum + (part.type === 'text-append' ? part.text.length : 0), 0)
  assert.equal(length, pieces * piece.length)
})

async function rig(t: TestContext, onCall: (call: ProviderCall) => void | Promise<void>) {
  const provider = await startProvider(t, onCall)
  return { provider, home: ownHome(t, configOf({ one: provider })) }
}

async function waybillOf(client: RpcClient, { requestId }: Conversation): Promise<Waybill | undefined> {
  const { waybills } = await client.ask(journal, { requestId: requestId as RequestId })
  return waybills[0]
}

function journalFileOf(home: OwnHome): string {
  const [name = ''] = readdirSync(home.journalFolder).filter((one) => one.endsWith('.jsonl'))
  return join(home.journalFolder, name)
}

function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) / 1000
}
