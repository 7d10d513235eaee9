import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { journal } from '../../shared/protocol/journal.ts'
import { status } from '../../shared/protocol/status.ts'
import { listeningTcpSockets } from '../support/listeningSockets.ts'
import { beginWith, configOf, endStream, startProvider } from '../support/loopbackProvider.ts'
import { type OwnHome, ownHome } from '../support/ownHome.ts'
import { processesOf } from '../support/processesOf.ts'
import { askPrompt, connectClient, resultOf } from '../support/rpcClient.ts'
import { waitFor } from '../support/waitFor.ts'
import { discoveryOf, isAlive, killHard, startDaemon, waybill } from '../support/waybillProgram.ts'

const starters = 12

test(`${starters} simultaneous \`waybill start --json\` name one daemon, which alone is left`, async (t) => {
  const home = ownHome(t)
  const ends = await Promise.all(Array.from({ length: starters }, () => waybill(home, ['start', '--json'])))
  assert.deepEqual(new Set(ends.map(({ code, error }) => `${code} ${error}`)), new Set(['0 ']))
  const pids = new Set(ends.map(({ out }) => JSON.parse(out).pid))
  assert.equal(pids.size, 1)
  // The losers end by themselves.
  await waitFor('one process', () => processesOf(home).length === 1)
  assert.deepEqual(processesOf(home), [...pids])
  assert.deepEqual(leftovers(home), [])
})

test('after kill -9 the next start takes the stale socket over, however often', async (t) => {
  const home = ownHome(t)
  let last = 0
  for (let round = 0; round < 3; round++) {
    const daemon = await startDaemon(home)
    assert.notEqual(daemon.pid, last)
    last = daemon.pid
    await killHard(daemon)
    assert.ok(existsSync(daemon.socketPath) && discoveryOf(home)?.pid === daemon.pid)
    const asked = await waybill(home, ['status', '--json'])
    assert.deepEqual([asked.code, asked.out], [3, '{"running":false}\n'])
  }
  const ends = await Promise.all(Array.from({ length: 6 }, () => waybill(home, ['start', '--json'])))
  assert.equal(new Set(ends.map(({ out }) => JSON.parse(out).pid)).size, 1)
  await waitFor('one process', () => processesOf(home).length === 1)
  assert.deepEqual(leftovers(home), [])
})

test('a home whose path is too long for a socket works and leaves nothing when it ends', async (t) => {
  const home = ownHome(t, undefined, join('x'.repeat(100), 'é'.repeat(60)))
  const started = JSON.parse((await waybill(home, ['start', '--json'])).out)
  t.after(() => rmSync(dirname(started.socketPath), { recursive: true, force: true }))
  assert.ok(Buffer.byteLength(started.socketPath) < 104, started.socketPath)
  assert.equal(statSync(dirname(started.socketPath)).mode & 0o777, 0o700)
  const run = await waybill(home, ['run', 'explain', 'daemon/main.ts:1-18', '--profile', 'practice'])
  assert.match(run.out, /`main`/)
  await waybill(home, ['stop'])
  assert.deepEqual(readdirSync(dirname(started.socketPath)), [])
})

test('a daemon that nobody uses ends by itself and leaves no socket', async (t) => {
  const home = ownHome(t)
  const daemon = await startDaemon(home, { idleExitMs: 200 })
  assert.equal((await daemon.ended).code, 0)
  assert.equal(existsSync(daemon.socketPath), false)
  assert.equal(discoveryOf(home), undefined)
})

test('an open connection, a running request and a held answer each keep the daemon up; the last one lets it go', async (t) => {
  const provider = await startProvider(t, (call) => beginWith(call, 'one'))
  const home = ownHome(t, configOf({ one: provider }))
  const idleExitMs = 200
  const daemon = await startDaemon(home, { idleExitMs })
  const client = await connectClient(daemon.socketPath)
  await outlive(home, idleExitMs)
  const held = client.chat({ ...askPrompt('hold'), onDisconnect: 'hold' })
  const call = await waitFor('the call', () => provider.calls[0])
  await client.close()
  await outlive(home, idleExitMs)
  endStream(call)
  await call.untilClosed()
  await outlive(home, idleExitMs)

  const reader = await connectClient(daemon.socketPath)
  assert.equal((await resultOf(reader.attach(held.requestId, 0))).state, 'ended')
  await reader.close()
  assert.equal((await daemon.ended).code, 0)
})

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  test(`${signal} ends the daemon cleanly: the open request is journalled as interrupted and told so`, async (t) => {
    const { daemon, home, conversation } = await busyDaemon(t)
    daemon.child.kill(signal)
    const result = await resultOf(conversation)
    assert.equal(result.state, 'interrupted')
    assert.deepEqual(await daemon.ended, { code: 0, out: '', error: '' })
    assert.equal(existsSync(daemon.socketPath), false)
    assert.deepEqual(leftovers(home), [])
    const next = await connectClient((await startDaemon(home)).socketPath)
    const { waybills } = await next.ask(journal, { requestId: conversation.requestId })
    assert.equal(waybills[0]?.outcome, 'interrupted')
  })
}

test('`waybill stop` ends the process, and a start right after it gets a new one, every time', async (t) => {
  const home = ownHome(t)
  for (let round = 0; round < 3; round++) {
    const { pid } = JSON.parse((await waybill(home, ['start', '--json'])).out)
    const client = await connectClient(discoveryOf(home)?.socketPath ?? '')
    await client.ask(status, {})
    assert.equal((await waybill(home, ['stop'])).code, 0)
    const next = await waybill(home, ['start', '--json'])
    assert.equal(next.code, 0, next.error)
    assert.notEqual(JSON.parse(next.out).pid, pid)
    await waitFor('the end of the old process', () => !isAlive(pid))
  }
})

test('no TCP socket listens, also while practice providers answer', async (t) => {
  const home = ownHome(t)
  const daemon = await startDaemon(home)
  const client = await connectClient(daemon.socketPath)
  assert.deepEqual(listeningTcpSockets(daemon.pid), [])
  for (const profile of ['practice', 'practice-failover']) {
    const conversation = client.chat({ prompt: { name: 'explain', code: { text: 'let x = 1' } }, profile })
    await waitFor('a text', () => conversation.parts.some((part) => part.type === 'text-append'))
    assert.deepEqual(listeningTcpSockets(daemon.pid), [])
    await resultOf(conversation)
    assert.deepEqual(listeningTcpSockets(daemon.pid), [])
  }
  // The same look finds one where there is one.
  await startProvider(t, () => undefined)
  assert.equal(listeningTcpSockets(process.pid).length, 1)
})

test('a started daemon runs in its state folder without the variables of an editor', async (t) => {
  const home = ownHome(t)
  const environment = { VSCODE_PID: '1', ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '--no-warnings', KEPT: 'yes' }
  const { pid } = JSON.parse((await waybill(home, ['start', '--json'], { environment })).out)
  const names = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  assert.deepEqual(
    names.filter((name) => /^(VSCODE_|ELECTRON_|NODE_OPTIONS)/.test(name)),
    [],
  )
  assert.ok(names.includes('KEPT=yes'))
  assert.equal(statSync(`/proc/${pid}/cwd`).ino, statSync(home.stateFolder).ino)
  assert.equal(statSync(home.stateFolder).mode & 0o777, 0o700)
})

/** Waits for the idle time to have passed twice since now, as seen from the daemon's own process. */
async function outlive(home: OwnHome, idleExitMs: number): Promise<void> {
  const untilMs = performance.now() + 2 * idleExitMs
  await waitFor('the idle time', () => {
    assert.equal(processesOf(home).length, 1, 'the daemon ended too early')
    return performance.now() > untilMs
  })
}

async function busyDaemon(t: TestContext) {
  const provider = await startProvider(t, (call) => beginWith(call, 'one'))
  const home = ownHome(t, configOf({ one: provider }))
  const daemon = await startDaemon(home)
  const client = await connectClient(daemon.socketPath)
  const conversation = client.chat(askPrompt('never ends'))
  await waitFor('a text', () => conversation.parts.some((part) => part.type === 'text-append'))
  return { home, daemon, conversation }
}

/** What starters leave when they do not clean up. */
function leftovers(home: OwnHome): readonly string[] {
  return readdirSync(home.stateFolder).filter((name) => /\.(bind|claim|tmp)$/.test(name))
}
