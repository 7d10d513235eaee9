// The journal of a real daemon: checked while it runs and after it, a cut end found by its head, a workspace forgotten.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ownFolder } from '../support/ownFolder.ts'
import { type OwnHome, ownHome } from '../support/ownHome.ts'
import { askPrompt, connectClient, type RpcClient, resultOf } from '../support/rpcClient.ts'
import { startDaemon, waybill } from '../support/waybillProgram.ts'

const failover = { ...askPrompt('what is this?'), profile: 'practice-failover', canRewind: true }

async function askIn(client: RpcClient, folder: string): Promise<string> {
  const asked = client.chat({ ...failover, workspace: { folder } })
  assert.equal((await resultOf(asked)).state, 'ended')
  return asked.requestId
}

function newestDayOf(home: OwnHome): string {
  const folder = join(home.stateFolder, 'journal')
  const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
  return join(folder, names.sort().at(-1) ?? '')
}

/** Files under the state folder that hold the text, but the log and what says where a workspace's profile lies. */
function filesHolding(home: OwnHome, text: string): readonly string[] {
  const names = readdirSync(home.stateFolder, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => {
    const path = join(home.stateFolder, name)
    return statSync(path).isFile() && readFileSync(path, 'utf8').includes(text)
  })
}

test('the journal is whole beside a running daemon and after it; an edit and a cut end are found', async (t) => {
  const home = ownHome(t)
  const daemon = await startDaemon(home)
  const client = await connectClient(daemon.socketPath)
  await askIn(client, ownFolder(t))
  const running = await waybill(home, ['audit', 'verify'])
  assert.equal(running.code, 0, running.out + running.error)
  assert.match(running.out, /^The journal is whole: \d+ lines in 1 file\.\n/)
  const early = (await waybill(home, ['audit', 'head'])).out.trim()
  assert.match(early, /^\d{4}-\d{2}-\d{2}:[A-Za-z0-9_-]{22}$/)
  await askIn(client, ownFolder(t))
  const late = (await waybill(home, ['audit', 'head'])).out.trim()
  assert.notEqual(late, early)
  await waybill(home, ['stop'])
  for (const head of [early, late]) assert.equal((await waybill(home, ['audit', 'verify', '--head', head])).code, 0)

  const path = newestDayOf(home)
  const whole = readFileSync(path, 'utf8')
  truncateSync(path, whole.slice(0, -1).lastIndexOf('\n') + 1)
  const cut = await waybill(home, ['audit', 'verify', '--head', late, '--json'])
  assert.equal(cut.code, 1)
  assert.match(cut.out, /the end of the journal was cut off/)

  writeFileSync(path, whole.replace('"practice-failover"', '"practice-steady"'))
  const edited = await waybill(home, ['audit', 'verify'])
  assert.equal(edited.code, 1)
  assert.match(edited.out, /\.jsonl, line 2: it was changed/)
  assert.equal(statSync(join(home.stateFolder, 'journal.key')).mode & 0o777, 0o600)
})

test('a forgotten workspace stands in no file, its requests are unknown, the others stay, and the journal is whole', async (t) => {
  const home = ownHome(t)
  const daemon = await startDaemon(home)
  const client = await connectClient(daemon.socketPath)
  const [secret, other] = [ownFolder(t), ownFolder(t)]
  const forgotten = await askIn(client, secret)
  const kept = await askIn(client, other)
  assert.notEqual(filesHolding(home, secret).length, 0)
  const done = await waybill(home, ['forget', '--workspace', secret, '--yes'])
  assert.equal(done.code, 0, done.error)
  assert.match(done.out, /^1 request is forgotten\.\nWhat budgets counted stays; .*help forget/)
  assert.deepEqual([filesHolding(home, secret), filesHolding(home, forgotten)], [[], []])
  assert.equal((await waybill(home, ['log', forgotten])).code, 1)
  assert.equal((await waybill(home, ['log', kept])).code, 0)
  await askIn(client, other)
  assert.equal((await waybill(home, ['audit', 'verify'])).code, 0)
  const noDay = await waybill(home, ['forget', '--before', '2026-13-45', '--yes'])
  assert.deepEqual([noDay.code, /a day that exists/.test(noDay.error)], [2, true])
  assert.equal((await waybill(home, ['log', kept])).code, 0)
  // Without a terminal nothing is asked, and nothing forgotten.
  const unasked = await waybill(home, ['forget', '--all'])
  assert.equal(unasked.code, 2)
  assert.match(unasked.error, /--yes/)
  assert.equal((await waybill(home, ['log', kept])).code, 0)
  assert.equal((await waybill(home, ['forget', '--all', '--yes'])).code, 0)
  assert.deepEqual(filesHolding(home, kept), [])
  await waybill(home, ['stop'])
  const verified = await waybill(home, ['audit', 'verify'])
  assert.equal(verified.code, 0, verified.out)
})
