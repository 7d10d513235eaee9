/** What can be wrong around a daemon when it starts or while it runs, and what every verb says of it. */
import assert from 'node:assert/strict'
import { chownSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { journal } from '../../shared/protocol/journal.ts'
import { stats } from '../../shared/protocol/stats.ts'
import { status } from '../../shared/protocol/status.ts'
import { answerWith, configOf, startProvider } from '../support/loopbackProvider.ts'
import { ownHome } from '../support/ownHome.ts'
import { askPrompt, connectClient, resultOf } from '../support/rpcClient.ts'
import { startDaemon, waybill } from '../support/waybillProgram.ts'

test('a configuration that is damaged when the daemon starts leaves the last good one in force, and that is said', async (t) => {
  const provider = await startProvider(t, (call) => answerWith(call, ['one']))
  const home = ownHome(t, configOf({ one: provider }))
  const first = await startDaemon(home)
  assert.equal((await waybill(home, ['stop'])).code, 0)
  await first.ended

  home.writeConfig('{ "schema": 1, "providers": { "one": { "kind": "custom" } } }')
  const daemon = await startDaemon(home)
  const client = await connectClient(daemon.socketPath)
  const current = await client.ask(status, {})
  assert.equal(current.configInForce, 'last-good')
  assert.deepEqual(
    current.providers.filter(({ isPractice }) => !isPractice).map(({ id }) => id),
    ['one'],
  )
  assert.equal(current.configProblems[0]?.place, 'providers.one.baseUrl')
  assert.equal((await resultOf(client.chat(askPrompt('still there')))).state, 'ended')
  assert.match(
    (await waybill(home, ['status'])).out,
    /providers\.one\.baseUrl.*; the last good configuration is in force/,
  )
  const doctor = await waybill(home, ['doctor'])
  assert.match(doctor.out, /FAIL {2}configuration .*providers\.one\.baseUrl/)
  assert.match(doctor.out, /until then the last good configuration is in force/)
  assert.match(doctor.out, /ok .* provider one/)
})

test('a configuration that is damaged at the very first start leaves the defaults in force, and that is said', async (t) => {
  const home = ownHome(t)
  home.writeConfig('{')
  await startDaemon(home)
  const { out } = await waybill(home, ['status'])
  assert.match(out, /line 1, column 2: .*; no earlier one is known, so the built-in defaults are in force/)
})

test('a misspelt field and a name that leads nowhere are warnings, and the new file is in force', async (t) => {
  const provider = await startProvider(t, (call) => answerWith(call, ['one']))
  const good = configOf({ one: provider })
  const home = ownHome(t, { ...good, profiles: { work: { models: ['no/where'], titel: 'Work' } } })
  await startDaemon(home)
  const { out, code } = await waybill(home, ['doctor'])
  assert.match(
    out,
    /warn {2}configuration .*profiles\.work\.models\.0: .*\n.*that name is left out, the rest of the file/,
  )
  assert.match(
    out,
    /warn {2}configuration .*profiles\.work\.titel: expected one of "title".*\n.*nobody reads that field/,
  )
  assert.equal(code, 0, out)
})

test('a file in place of the journal folder: clients are answered, and doctor names it beside all its other lines', async (t) => {
  const provider = await startProvider(t, (call) => answerWith(call, ['one']))
  const home = ownHome(t, configOf({ one: provider }))
  const daemon = await startDaemon(home)
  const client = await connectClient(daemon.socketPath)
  const asked = client.chat(askPrompt('before'))
  await resultOf(asked)
  const aside = `${home.journalFolder}-aside`
  renameSync(home.journalFolder, aside)
  writeFileSync(home.journalFolder, 'in the way')
  assert.deepEqual((await client.ask(journal, { limit: 5 })).waybills, [])
  assert.deepEqual((await client.ask(journal, { requestId: 'request-unknown' as never })).waybills, [])
  assert.equal((await client.ask(stats, { range: '30d' })).rows.length, 1)
  const doctor = await waybill(home, ['doctor'])
  assert.equal(doctor.code, 1, doctor.error)
  assert.match(doctor.out, new RegExp(`FAIL {2}journal folder +${home.journalFolder} is no folder`))
  for (const line of ['node', 'disk space', 'daemon', 'configuration', 'provider one', 'clock']) {
    assert.match(doctor.out, new RegExp(`ok {4}${line} `))
  }
  rmSync(home.journalFolder)
  renameSync(aside, home.journalFolder)
  assert.equal((await client.ask(journal, { limit: 5 })).waybills[0]?.requestId, asked.requestId)
})

const noEntryUserId = 12_345
const isRoot = process.getuid?.() === 0
const asNobodyKnown = ['setpriv', '--reuid', String(noEntryUserId)]

test('a user without an entry in the list of users is served, by number', { skip: !isRoot }, async (t) => {
  const home = ownHome(t)
  mkdirSync(dirname(home.configFile), { recursive: true })
  for (const path of [home.path, dirname(home.configFile)]) chownSync(path, noEntryUserId, 0)
  const launcher = ['env', '-u', 'HOME', ...asNobodyKnown]
  const run = (words: readonly string[]) =>
    waybill(home, words, { launcher, currentFolder: home.path, input: 'const one = 1\n' })
  const asked = await run(['run', 'explain', '--profile', 'practice'])
  assert.equal(asked.code, 0, asked.error)
  const log = await run(['log', '--json'])
  assert.match(log.out, new RegExp(`"user":"uid-${noEntryUserId}"`))
})

test('without WAYBILL_HOME and without any home folder every program says so in words', {
  skip: !isRoot,
}, async (t) => {
  const home = ownHome(t)
  for (const without of [['-u', 'HOME'], ['HOME=']]) {
    for (const words of [['status'], ['daemon']]) {
      const launcher = ['env', '-u', 'WAYBILL_HOME', ...without, ...asNobodyKnown]
      const { code, error } = await waybill(home, words, { launcher, currentFolder: '/' })
      assert.match(error, /^waybill.*: expected a home folder for this user, found none.*set HOME, or WAYBILL_HOME/)
      assert.doesNotMatch(error, /\n {4}at /)
      assert.notEqual(code, 0)
    }
  }
})
