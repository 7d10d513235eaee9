// What older builds wrote is opened with right numbers, and what newer ones wrote is refused in words.
import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { explain } from '../../shared/protocol/explain.ts'
import { journal } from '../../shared/protocol/journal.ts'
import { profiles } from '../../shared/protocol/profiles.ts'
import { stats } from '../../shared/protocol/stats.ts'
import { status } from '../../shared/protocol/status.ts'
import { type OwnHome, ownHome } from '../support/ownHome.ts'
import { askPrompt, connectClient, resultOf } from '../support/rpcClient.ts'
import { repositoryFolder, startDaemon, startWaybill, waybill } from '../support/waybillProgram.ts'

const fixtures = join(repositoryFolder, 'test/fixtures/state')
const schemas = readdirSync(fixtures).filter((name) => name.startsWith('schema-'))

type Expected = {
  readonly nowMs: number
  readonly workspace: string
  readonly profile: string
  /** Newest first. */
  readonly waybills: readonly { readonly requestId: string }[]
  readonly stats: object
}

for (const schema of schemas) {
  test(`a state folder of ${schema} is opened with the waybills and sums that its own build saw, now and after a restart`, async (t) => {
    const home = homeOf(t, schema)
    const expected: Expected = JSON.parse(readFileSync(join(fixtures, schema, 'expected.json'), 'utf8'))
    const options = { environment: clockFrom(expected.nowMs) }
    const more: string[] = []
    for (const round of ['first', 'second', 'from the journal alone']) {
      // Not by `waybill start`, which takes NODE_OPTIONS away, and with it the clock.
      const daemon = await startDaemon(home, options)
      const client = await connectClient(daemon.socketPath)
      const { waybills } = await client.ask(journal, { limit: 100 })
      assertHolds(waybills.slice(more.length), expected.waybills, `${round}: waybills`)
      assert.deepEqual(
        waybills.slice(0, more.length).map(({ requestId }) => requestId),
        more,
      )
      const sums = await client.ask(stats, { range: '7d', groupBy: 'model' })
      assertHolds({ total: sums.total }, { total: (expected.stats as { total: object }).total }, `${round}: sums`)
      if (more.length === 0) assertHolds(sums, expected.stats, 'sums of models')
      const chosen = await client.ask(profiles, { workspace: { folder: expected.workspace } })
      assert.deepEqual([chosen.current.profile, chosen.current.source], [expected.profile, 'workspace-choice'])
      const now = await client.ask(status, {})
      assert.deepEqual([now.configInForce, now.configProblems, now.ledger.state], ['newest', [], 'open'])
      for (const { requestId } of expected.waybills) {
        assert.deepEqual((await client.ask(journal, { requestId })).waybills.length, 1, requestId)
      }
      const failover = await client.ask(explain, { requestId: expected.waybills.at(-2)?.requestId })
      assert.match(failover.answer, /because test\/one@one failed/)
      // Of practice, which is in no total.
      const fresh = client.chat({ ...askPrompt('fresh'), profile: 'practice' })
      assert.equal((await resultOf(fresh)).state, 'ended')
      more.unshift(fresh.requestId)
      await client.close()
      await waybill(home, ['stop'])
      await daemon.ended
      if (round === 'second') forgetCaches(home)
    }
  })
}

const schema1 = join('state', 'journal', '2026-11-26.jsonl')
const refused: readonly (readonly [string, string, (text: string) => string, RegExp])[] = [
  [
    'journal',
    schema1,
    (text) => text.replace('"schema":1', '"schema":99'),
    /expected journal schema \d+ or older, found 99/,
  ],
  [
    'choices',
    join('state', 'choices.json'),
    (text) => text.replace('"schema":1', '"schema":99'),
    /expected schema \d+, found 99/,
  ],
]
for (const [name, path, change, words] of refused) {
  test(`${name} of a newer build: the daemon does not start, says what to update, and leaves the file as it is`, async (t) => {
    const home = homeOf(t, 'schema-1')
    const file = join(home.path, path)
    const text = change(readFileSync(file, 'utf8'))
    writeFileSync(file, text)
    const { code, error } = await startWaybill(home, ['daemon']).ended
    assert.equal(code, 1)
    assert.match(error, words)
    assert.match(error, /a newer Waybill wrote it: update this one/)
    assert.equal(readFileSync(file, 'utf8'), text)
  })
}

test('a configuration of a newer build is not in force and not written over: the last good one is', async (t) => {
  const home = homeOf(t, 'schema-1')
  const text = readFileSync(home.configFile, 'utf8').replace('"schema":1', '"schema":99')
  writeFileSync(home.configFile, text)
  const client = await connectClient((await startDaemon(home)).socketPath)
  const { configProblems, configInForce, providers } = await client.ask(status, {})
  assert.equal(configInForce, 'last-good')
  const [problem] = configProblems
  assert.deepEqual([problem?.place, problem?.effect], ['schema', 'refused'])
  assert.match(problem?.found ?? '', /a newer Waybill wrote it, update this one/)
  assert.ok(providers.some(({ id }) => id === 'one'))
  const added = await client.call('waybill/providers/add', { id: 'ollama', kind: 'ollama' })
  assert.notEqual(added.error, undefined)
  assert.equal(readFileSync(home.configFile, 'utf8'), text)
})

test('caches of a newer build are made anew by this one', async (t) => {
  const home = homeOf(t, 'schema-1')
  const expected: Expected = JSON.parse(readFileSync(join(fixtures, 'schema-1', 'expected.json'), 'utf8'))
  const rollUps = join(home.stateFolder, 'rollups')
  mkdirSync(rollUps, { recursive: true })
  writeFileSync(join(rollUps, '2026-11-25.json'), '{"schema":99,"rollUps":"another shape"}')
  const daemon = await startDaemon(home, { environment: clockFrom(expected.nowMs) })
  const client = await connectClient(daemon.socketPath)
  assertHolds(await client.ask(stats, { range: '7d', groupBy: 'model' }), expected.stats, 'sums')
})

function homeOf(t: TestContext, schema: string): OwnHome {
  const home = ownHome(t)
  for (const folder of ['config', 'state']) {
    cpSync(join(fixtures, schema, folder), join(home.path, folder), { recursive: true })
  }
  return home
}

/** Whatever can be made again from the journal. */
function forgetCaches(home: OwnHome): void {
  for (const name of ['rollups', 'state.json', 'state.json.bak']) {
    const path = join(home.stateFolder, name)
    if (existsSync(path)) rmSync(path, { recursive: true })
  }
}

function clockFrom(nowMs: number): Readonly<Record<string, string>> {
  return {
    NODE_OPTIONS: `--require=${join(repositoryFolder, 'test/support/clockFrom.cjs')}`,
    CLOCK_FROM_MS: String(nowMs),
  }
}

/** Everything that is expected is there and equal; more may be there. */
function assertHolds(actual: unknown, expected: unknown, place: string): void {
  if (typeof expected !== 'object' || expected === null) {
    assert.deepEqual(actual, expected, place)
    return
  }
  assert.ok(typeof actual === 'object' && actual !== null, place)
  if (Array.isArray(expected)) assert.equal((actual as readonly unknown[]).length, expected.length, place)
  for (const [key, value] of Object.entries(expected)) {
    assertHolds((actual as Readonly<Record<string, unknown>>)[key], value, `${place}.${key}`)
  }
}
