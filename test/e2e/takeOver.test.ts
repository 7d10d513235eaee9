// A newer build takes the daemon over while it is in use: real programs of several builds, real clients, a provider that bills.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Build } from '../../shared/domain/build.ts'
import { journal } from '../../shared/protocol/journal.ts'
import { stats } from '../../shared/protocol/stats.ts'
import { status } from '../../shared/protocol/status.ts'
import { takeover } from '../../shared/protocol/takeover.ts'
import { builtProgram } from '../support/builtProgram.ts'
import {
  answerWith,
  beginWith,
  configOf,
  endStream,
  type ProviderCall,
  startProvider,
  wordsIn,
} from '../support/loopbackProvider.ts'
import { type OwnHome, ownHome } from '../support/ownHome.ts'
import { processesOf } from '../support/processesOf.ts'
import { openWindow } from '../support/promptingWindow.ts'
import { askPrompt, connectClient, connectWithoutHello, resultOf } from '../support/rpcClient.ts'
import { waitFor } from '../support/waitFor.ts'
import {
  type DaemonOptions,
  discoveryOf,
  isAlive,
  killHard,
  startDaemon,
  startWaybill,
  waybill,
} from '../support/waybillProgram.ts'

const oldest: Build = { version: '0.1.0', builtAtMs: 1_000 }
const second: Build = { version: '0.1.0', builtAtMs: 2_000 }
const beta: Build = { version: '0.2.0-beta.1', builtAtMs: 1_500 }
const newest: Build = { version: '0.2.0', builtAtMs: 500 }

const folder = mkdtempSync(join(tmpdir(), 'wb-builds-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const programs = new Map([oldest, second, beta, newest].map((build) => [build, builtProgram(build, folder)]))

/** Of one call, at $1 a million tokens in and $2 out: every answer of the provider says 12 in and 5 out. */
const billedNanodollars = 12 * 1_000 + 5 * 2_000

test('200 requests over 3 take-overs: none is lost, none is billed twice, the ledger is what the provider bills', async (t) => {
  const held: ProviderCall[] = []
  const { home, provider } = await rig(t, async (call) => {
    if (wordsIn(call).includes('slow')) return void held.push(call)
    await pause(5 + (provider.calls.length % 7) * 5)
    answerWith(call, ['one ', 'answer'])
  })
  const windows = Array.from({ length: 8 }, () => openWindow(t, home, oldest, programOf(oldest)))
  const ends: { readonly requestId: string; readonly kind: string }[] = []
  let begun = 0
  async function work({ ask }: (typeof windows)[number]): Promise<void> {
    while (begun < 200) {
      begun += 1
      const { requestId, end } = await ask(`number ${begun}`)
      ends.push({ requestId, kind: end.kind })
      // Somebody reads the answer: there are moments with nothing under way.
      await pause((begun % 5) * 15)
    }
  }

  /** In steps, so that a slow machine has time for each. */
  async function untilAnswers(count: number): Promise<void> {
    for (let step = 5; step <= count; step += 5) await waitFor(`${step} answers`, () => ends.length >= step)
  }

  const first = await startDaemon(home, daemonOf(oldest, { waitMs: 60_000, drainMs: 60_000 }))
  const work8 = Promise.all(windows.map(work))
  await untilAnswers(50)
  // A moment without requests comes by itself.
  const then = await startDaemon(home, daemonOf(second, { waitMs: 500, drainMs: 60_000 }))
  assert.equal((await first.ended).code, 0)
  await untilAnswers(100)
  // None comes: this one has to refuse new requests, and ends with the last of the old ones.
  const slow = windows[0]?.ask('slow')
  await waitFor('the slow call', () => held.length > 0)
  const third = startDaemon(home, daemonOf(beta, { waitMs: 60_000, drainMs: 60_000 }))
  const client = await connectClient(then.socketPath)
  await waitFor('draining', async () => (await client.ask(status, {})).handOver?.phase === 'draining')
  const run = waybill(home, ['run', 'ask', '--text', 'from a shell', '--json'], { program: programOf(oldest) })
  await waitFor('all to wait', async () => (await client.ask(status, {})).requestsUnderWay.length === 1)
  for (const call of held) answerWith(call, ['slow ', 'answer'])
  assert.equal((await slow)?.end.kind, 'succeeded')
  assert.equal(JSON.parse((await run).out).waybill.outcome, 'succeeded')
  await third
  await untilAnswers(150)
  const last = await startDaemon(home, daemonOf(newest))
  await work8

  assert.deepEqual(countsOf(ends.map(({ kind }) => kind)), { succeeded: 200 })
  assert.equal(provider.calls.length, 202)
  const reader = await connectClient(last.socketPath)
  assert.equal((await reader.ask(status, {})).version, newest.version)
  const { waybills } = await reader.ask(journal, { limit: 500 })
  assert.deepEqual(countsOf(waybills.map(({ outcome }) => outcome)), { succeeded: 202 })
  assert.equal(new Set(waybills.map(({ requestId }) => requestId)).size, 202)
  const inJournal = new Set<string>(waybills.map(({ requestId }) => requestId))
  assert.ok(ends.every(({ requestId }) => inJournal.has(requestId)))
  const { total } = await reader.ask(stats, { range: '7d' })
  assert.deepEqual(
    [total.requests, total.attempts, total.cost.measuredNanodollars, total.cost.unknownCount],
    [202, 202, 202 * billedNanodollars, 0],
  )
  assert.equal(total.cost.estimatedNanodollars, 0)
  assert.deepEqual(leftovers(home), [])
})

test('what is under way delays a take-over and is served to its end, and so is what comes meanwhile', async (t) => {
  const { home, provider } = await rig(t, slowOrQuick)
  const old = await startDaemon(home, daemonOf(oldest))
  const client = await connectClient(old.socketPath)
  const slow = client.chat(askPrompt('slow'))
  const call = await waitFor('the call', () => provider.calls[0])
  // Says at once which daemon to use now, and leaves a process behind that waits.
  const started = await waybill(home, ['start', '--json'], { program: programOf(newest) })
  assert.equal(JSON.parse(started.out).pid, old.pid, started.error)
  assert.deepEqual(discoveryOf(home)?.handOverTo, newest)
  const again = await waybill(home, ['start', '--json'], { program: programOf(newest) })
  assert.equal(JSON.parse(again.out).pid, old.pid)
  assert.equal(processesOf(home).length, 2)
  assert.equal((await client.ask(status, {})).handOver?.phase, 'waiting')
  const said = await waybill(home, ['status'], { program: programOf(newest) })
  assert.match(said.out, /hand-over +to 0\.2\.0, built .*once no request is under way/)
  const quick = await waybill(home, ['run', 'ask', '--text', 'quick', '--json'], { program: programOf(newest) })
  assert.equal(JSON.parse(quick.out).waybill.outcome, 'succeeded')
  assert.equal(isAlive(old.pid), true)

  endStream(call)
  assert.equal((await resultOf(slow)).state, 'ended')
  assert.deepEqual(await old.ended, { code: 0, out: '', error: '' })
  const next = await waitFor('the new daemon', () => discoveryOf(home))
  assert.deepEqual([next.version, next.builtAtMs, next.handOverTo], [newest.version, newest.builtAtMs, undefined])
  const reader = await connectClient(next.socketPath)
  assert.equal((await reader.ask(journal, {})).waybills.length, 2)
})

test('an answer that is held for a client that is gone delays a take-over too', async (t) => {
  const { home, provider } = await rig(t, slowOrQuick)
  const old = await startDaemon(home, daemonOf(oldest))
  const client = await connectClient(old.socketPath)
  const held = client.chat({ ...askPrompt('slow'), onDisconnect: 'hold' })
  const call = await waitFor('the call', () => provider.calls[0])
  await client.close()
  const next = startDaemon(home, daemonOf(newest))
  await waitFor('the wish', () => discoveryOf(home)?.handOverTo)
  endStream(call)
  await call.untilClosed()
  const reader = await connectClient(old.socketPath)
  assert.equal((await reader.ask(status, {})).handOver?.phase, 'waiting')
  const attached = reader.attach(held.requestId, 0)
  assert.equal((await resultOf(attached)).state, 'ended')
  assert.equal(attached.parts.at(-1)?.type, 'request-end')
  assert.equal((await next).pid, discoveryOf(home)?.pid)
})

test('what does not end in time is cut, told so and journalled, and new requests are refused as draining before that', async (t) => {
  const { home } = await rig(t, slowOrQuick)
  const old = await startDaemon(home, daemonOf(oldest, { waitMs: 100, drainMs: 1_500 }))
  const client = await connectClient(old.socketPath)
  const languageClient = await connectWithoutHello(old.socketPath)
  await languageClient.call('initialize', { processId: null, rootUri: null, capabilities: {} })
  const cut = client.chat(askPrompt('slow'))
  await waitFor('a text', () => cut.parts.some(({ type }) => type === 'text-append'))
  const next = startDaemon(home, daemonOf(newest))
  await waitFor('draining', async () => (await client.ask(status, {})).handOver?.phase === 'draining')
  for (const one of [client, languageClient]) {
    const { code, data } = await one.refusal('waybill/chat', { requestId: 'refused-one', ...askPrompt('quick') })
    assert.deepEqual([code, data?.failure.kind, data?.waybill], [1018, 'draining', undefined])
  }
  assert.equal((await resultOf(cut)).state, 'interrupted')
  const reader = await connectClient((await next).socketPath)
  const { waybills } = await reader.ask(journal, {})
  assert.deepEqual(
    waybills.map(({ requestId, outcome }) => [requestId, outcome]),
    [[cut.requestId, 'interrupted']],
  )
  const [attempt] = waybills[0]?.attempts ?? []
  assert.ok(attempt?.cost.kind === 'estimated' && attempt.bound.kind === 'measured')
  assert.ok(attempt.cost.highNanodollars <= attempt.bound.nanodollars)
  assert.equal((await resultOf(reader.chat(askPrompt('quick')))).state, 'ended')
})

test('equal and older builds do not take over: they end at once, and their commands use the daemon that runs', async (t) => {
  const { home } = await rig(t, slowOrQuick)
  const daemon = await startDaemon(home, daemonOf(beta))
  for (const build of [oldest, second, beta]) {
    const { ended } = startWaybill(home, ['daemon'], { program: programOf(build) })
    assert.deepEqual(await ended, { code: 0, out: '', error: '' })
    const started = await waybill(home, ['start', '--json'], { program: programOf(build) })
    assert.equal(JSON.parse(started.out).pid, daemon.pid)
  }
  const client = await connectClient(daemon.socketPath)
  for (const build of [oldest, second, beta]) {
    const answer = await client.ask(takeover, { build })
    assert.match(answer.state === 'refused' ? answer.reason : '', /of build 0\.2\.0-beta\.1, .* which is not older/)
  }
  const window = openWindow(t, home, oldest, programOf(oldest))
  assert.equal((await window.ask('quick')).end.kind, 'succeeded')
  assert.deepEqual(processesOf(home), [daemon.pid])
})

test('a window and a shell of a newer build take over what is idle before they ask anything', async (t) => {
  const { home } = await rig(t, slowOrQuick)
  const first = await startDaemon(home, daemonOf(oldest))
  const open = openWindow(t, home, oldest, programOf(oldest))
  assert.equal((await open.ask('quick')).end.kind, 'succeeded')
  const window = openWindow(t, home, beta, programOf(beta))
  await window.connection.connectIfRunning()
  assert.equal((await first.ended).code, 0)
  assert.equal(discoveryOf(home)?.version, beta.version)
  const run = await waybill(home, ['run', 'ask', '--text', 'quick', '--json'], { program: programOf(newest) })
  assert.equal(JSON.parse(run.out).waybill.outcome, 'succeeded', run.error)
  assert.equal(discoveryOf(home)?.version, newest.version)
  // The window of the oldest build goes on with the newest daemon.
  assert.equal((await open.ask('quick')).end.kind, 'succeeded')
  assert.equal(discoveryOf(home)?.version, newest.version)
})

test('a stop while a new daemon waits leaves none', async (t) => {
  const { home } = await rig(t, slowOrQuick)
  const old = await startDaemon(home, daemonOf(oldest))
  const client = await connectClient(old.socketPath)
  client.chat(askPrompt('slow'))
  const waiting = startWaybill(home, ['daemon'], { program: programOf(newest) })
  await waitFor('the wish', () => discoveryOf(home)?.handOverTo)
  const stopped = await waybill(home, ['stop'], { program: programOf(newest) })
  assert.match(stopped.out, /ended\. 1 requests under way were cut/)
  const { code, error } = await waiting.ended
  assert.deepEqual([code, error], [0, 'waybill daemon: not started: this daemon was stopped\n'])
  await waitFor('no process', () => processesOf(home).length === 0)
  assert.equal(discoveryOf(home), undefined)
})

test('kill -9 of the new daemon while it waits: the old one stays, and the next new one takes over', async (t) => {
  const { home, provider } = await rig(t, slowOrQuick)
  const old = await startDaemon(home, daemonOf(oldest))
  const client = await connectClient(old.socketPath)
  const slow = client.chat(askPrompt('slow'))
  const call = await waitFor('the call', () => provider.calls[0])
  const waiting = startWaybill(home, ['daemon'], { program: programOf(newest) })
  await waitFor('the wish', () => discoveryOf(home)?.handOverTo)
  waiting.child.kill('SIGKILL')
  await waitFor('no wish', () => discoveryOf(home)?.handOverTo === undefined)
  endStream(call)
  assert.equal((await resultOf(slow)).state, 'ended')
  assert.equal((await resultOf(client.chat(askPrompt('quick')))).state, 'ended')
  assert.equal((await client.ask(status, {})).handOver, undefined)
  const next = await startDaemon(home, daemonOf(newest))
  assert.equal((await old.ended).code, 0)
  const reader = await connectClient(next.socketPath)
  assert.equal((await reader.ask(journal, {})).waybills.length, 2)
})

test('kill -9 of the old daemon while a new one waits: that one heals what is left and closes what was open', async (t) => {
  const { home } = await rig(t, slowOrQuick)
  const old = await startDaemon(home, daemonOf(oldest))
  const client = await connectClient(old.socketPath)
  const slow = client.chat(askPrompt('slow'))
  await waitFor('a text', () => slow.parts.some(({ type }) => type === 'text-append'))
  const next = startDaemon(home, daemonOf(newest))
  await waitFor('the wish', () => discoveryOf(home)?.handOverTo)
  await killHard(old)
  const reader = await connectClient((await next).socketPath)
  const { waybills } = await reader.ask(journal, {})
  assert.deepEqual(
    waybills.map(({ requestId, outcome }) => [requestId, outcome]),
    [[slow.requestId, 'interrupted']],
  )
  assert.equal((await resultOf(reader.chat(askPrompt('quick')))).state, 'ended')
})

test('kill -9 of the new daemon at any moment of a take-over under load loses and doubles nothing', async (t) => {
  const { home, provider } = await rig(t, slowOrQuick)
  const windows = Array.from({ length: 4 }, () => openWindow(t, home, oldest, programOf(oldest)))
  let isOver = false
  const ends: { readonly requestId: string; readonly kind: string }[] = []
  async function work({ ask }: (typeof windows)[number]): Promise<void> {
    while (!isOver) {
      const { requestId, end } = await ask('quick')
      ends.push({ requestId, kind: end.kind })
      await pause(5)
    }
  }
  await startDaemon(home, daemonOf(oldest))
  const working = Promise.all(windows.map(work))
  for (let round = 0; round < 4; round += 1) {
    const seen = ends.length
    await waitFor('answers', () => ends.length > seen + 5)
    const next = startWaybill(home, ['daemon'], { program: programOf(newest) })
    await waitFor('the end of the old daemon', () => discoveryOf(home)?.version !== oldest.version)
    // From before it listens until it serves.
    await pause(round * 20)
    next.child.kill('SIGKILL')
    await next.ended
    await waitFor('an old daemon again', () => discoveryOf(home)?.version === oldest.version)
  }
  isOver = true
  await working
  const last = await startDaemon(home, daemonOf(newest))
  const reader = await connectClient(last.socketPath)
  const { waybills } = await reader.ask(journal, { limit: 500 })
  const outcomes = new Map<string, string>(waybills.map(({ requestId, outcome }) => [requestId, outcome]))
  assert.equal(outcomes.size, waybills.length)
  for (const { requestId, kind } of ends) {
    const expected = kind === 'succeeded' ? ['succeeded'] : ['interrupted', 'succeeded']
    assert.ok(expected.includes(outcomes.get(requestId) ?? ''), `${kind}: ${outcomes.get(requestId)}`)
  }
  const succeeded = waybills.filter(({ outcome }) => outcome === 'succeeded').length
  const { total } = await reader.ask(stats, { range: '7d' })
  assert.equal(total.cost.measuredNanodollars, succeeded * billedNanodollars)
  // What was cut was billed at most once each.
  assert.equal(provider.calls.length, total.attempts)
})

async function rig(t: TestContext, onCall: (call: ProviderCall) => void | Promise<void>) {
  const provider = await startProvider(t, onCall)
  return { provider, home: ownHome(t, configOf({ one: provider })) }
}

function slowOrQuick(call: ProviderCall): void {
  if (wordsIn(call).includes('slow')) beginWith(call, 'slow ')
  else answerWith(call, ['quick'])
}

function programOf(build: Build): string {
  return programs.get(build) ?? assert.fail('no such build')
}

function daemonOf(build: Build, handOver?: DaemonOptions['handOver']): DaemonOptions {
  return { program: programOf(build), ...(handOver !== undefined && { handOver }) }
}

function countsOf(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

function leftovers(home: OwnHome): readonly string[] {
  return readdirSync(home.stateFolder).filter((name) => /\.(bind|claim|tmp)$/.test(name))
}
