import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { journal } from '../../shared/protocol/journal.ts'
import { stats } from '../../shared/protocol/stats.ts'
import { answerWith, configOf, startProvider } from '../support/loopbackProvider.ts'
import { type OwnHome, ownHome } from '../support/ownHome.ts'
import { askPrompt, connectClient, type RpcClient, resultOf } from '../support/rpcClient.ts'
import { waitFor } from '../support/waitFor.ts'
import { killHard, startDaemon, waybill } from '../support/waybillProgram.ts'

const secret = `sk-${'q7'.repeat(20)}`

async function rig(t: TestContext) {
  const provider = await startProvider(t, (call) => answerWith(call, ['one ', `answer ${secret}`]))
  const home = ownHome(t)
  const capture = { workspaces: [home.path], keepDays: 2 }
  home.writeConfig({ ...configOf({ one: provider }), capture })
  return { home, provider, stateFile: join(home.stateFolder, 'state.json') }
}

async function ask(client: RpcClient, count: number): Promise<void> {
  for (let number = 0; number < count; number++) await resultOf(client.chat(askPrompt('question')))
}

/** All sums and times; only the moment of the question differs. */
async function totalsOf(client: RpcClient) {
  const { toMs: _now, ...totals } = await client.ask(stats, { range: 'today' })
  return totals
}

const damages: readonly { readonly name: string; readonly damage: (stateFile: string) => void }[] = [
  { name: 'nothing happened to state.json', damage: () => {} },
  {
    name: 'state.json and its backup are gone',
    damage: (file) => [file, `${file}.bak`].forEach((one) => void rmSync(one, { force: true })),
  },
  { name: 'state.json is cut', damage: (file) => writeFileSync(file, readFileSync(file, 'utf8').slice(0, 900)) },
  {
    name: 'a figure in state.json was changed',
    damage: (file) => writeFileSync(file, readFileSync(file, 'utf8').replace(/"slotMs":/, '"slotMs":9')),
  },
]

test('the totals are the same after a stop and a start, whatever happened to the snapshot in between', async (t) => {
  const { home, stateFile } = await rig(t)
  let expected: unknown
  // Twice, so that the backup is there too.
  for (let round = 0; round < 2; round++) {
    const client = await connectClient((await startDaemon(home)).socketPath)
    await ask(client, 4)
    expected = await totalsOf(client)
    assert.equal((await waybill(home, ['stop'])).code, 0)
  }
  assert.ok(statSync(stateFile).size < 1_000_000)
  assert.equal(statSync(stateFile).mode & 0o777, 0o600)
  for (const { name, damage } of damages) {
    damage(stateFile)
    const daemon = await startDaemon(home)
    const client = await connectClient(daemon.socketPath)
    assert.deepEqual(await totalsOf(client), expected, name)
    assert.equal((await client.ask(journal, {})).waybills.length, 8, name)
    await client.close()
    assert.equal((await waybill(home, ['stop'])).code, 0)
    assert.ok(existsSync(stateFile))
  }
})

test('kills at any moment: the next start counts what the journal holds, with the snapshot of before', async (t) => {
  const { home, stateFile } = await rig(t)
  const first = await connectClient((await startDaemon(home)).socketPath)
  await ask(first, 2)
  assert.equal((await waybill(home, ['stop'])).code, 0)
  const snapshot = readFileSync(stateFile)
  for (let kill = 1; kill <= 4; kill++) {
    const daemon = await startDaemon(home)
    const client = await connectClient(daemon.socketPath)
    const conversations = Array.from({ length: 12 }, () => client.chat(askPrompt('question')))
    let answered = 0
    for (const { answer } of conversations) void answer.then(() => answered++)
    await waitFor('some answers', () => answered >= kill * 2)
    await killHard(daemon)
  }
  assert.deepEqual(readFileSync(stateFile), snapshot)
  const withSnapshot = await startDaemon(home)
  const client = await connectClient(withSnapshot.socketPath)
  const expected = await totalsOf(client)
  const { waybills } = await client.ask(journal, { limit: 500 })
  assert.deepEqual(
    [expected.total.requests, expected.total.interrupted],
    [waybills.length, waybills.filter(({ outcome }) => outcome === 'interrupted').length],
  )
  await killHard(withSnapshot)
  for (const file of [stateFile, `${stateFile}.bak`]) rmSync(file, { force: true })
  const without = await connectClient((await startDaemon(home)).socketPath)
  assert.deepEqual(await totalsOf(without), expected)
})

test('past requests are paged, filtered, exported and shown with what was captured, and no secret is in it', async (t) => {
  const { home } = await rig(t)
  const client = await connectClient((await startDaemon(home)).socketPath)
  const inWorkspace = { ...askPrompt(`mine is ${secret}`), workspace: { folder: home.path } }
  for (let number = 0; number < 3; number++) await resultOf(client.chat(inWorkspace))
  await ask(client, 2)
  const page = await client.ask(journal, { limit: 2 })
  const next = await client.ask(journal, { limit: 500, cursor: page.cursor })
  assert.deepEqual([page.waybills.length, page.isEnd, next.waybills.length, next.isEnd], [2, false, 3, true])
  const filtered = await client.ask(journal, { filter: { workspace: home.path, costAboveNanodollars: 1 } })
  assert.equal(filtered.waybills.length, 3)
  const csv = (await waybill(home, ['log', '--workspace', home.path, '--export', 'csv'])).out
  assert.equal(csv.split('\r\n').length, 5)

  const id = filtered.waybills[0]?.requestId ?? ''
  const shown = await waybill(home, ['log', 'show', id])
  assert.match(shown.out, /mine is \[secret\]/)
  assert.match(shown.out, /answer:\none answer \[secret\]\n/)
  const other = page.waybills[0]?.requestId ?? ''
  assert.doesNotMatch((await waybill(home, ['log', 'show', other])).out, /answer:/)
  assert.ok(!filesBelow(home).some((path) => readFileSync(path).includes(secret)))
})

function filesBelow(home: OwnHome): readonly string[] {
  return readdirSync(home.stateFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
