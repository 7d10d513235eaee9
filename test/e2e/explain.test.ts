// Why a request went where it went, asked of a real daemon: while it runs, after a restart, and when the record is gone.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { explain } from '../../shared/protocol/explain.ts'
import { journal } from '../../shared/protocol/journal.ts'
import { type OwnHome, ownHome } from '../support/ownHome.ts'
import { askPrompt, connectClient, type RpcClient, resultOf } from '../support/rpcClient.ts'
import { startDaemon, waybill } from '../support/waybillProgram.ts'

const failover = { ...askPrompt('what is this?'), profile: 'practice-failover', canRewind: true }
const steady = 'practice/outline@practice-steady'
const faulty = 'practice/outline@practice-faulty'

async function askOnce(client: RpcClient): Promise<string> {
  const asked = client.chat(failover)
  assert.equal((await resultOf(asked)).state, 'ended')
  return asked.requestId
}

/** What lies in the state folder about requests, by file. */
function recordsOf(home: OwnHome): readonly (readonly [string, string])[] {
  return ['journal', 'decisions'].flatMap((name) => {
    const folder = join(home.stateFolder, name)
    if (!existsSync(folder)) return []
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [join(name, entry.name), readFileSync(join(folder, entry.name), 'utf8')] as const)
  })
}

/** The one file of decisions that a short test writes. */
function decisionsFile(home: OwnHome): string {
  const folder = join(home.stateFolder, 'decisions')
  const [name = ''] = readdirSync(folder)
  return join(folder, name)
}

test('a past request with a failover is explained and recomputes, also after a restart', async (t) => {
  const home = ownHome(t)
  const first = await startDaemon(home)
  const client = await connectClient(first.socketPath)
  const requestId = await askOnce(client)
  const why = await client.ask(explain, { requestId })
  assert.deepEqual(
    why.plans.map((plan) => plan.recomputed),
    ['same'],
  )
  assert.deepEqual(
    why.plans[0]?.scores.map((score) => score.endpoint),
    [faulty, steady],
  )
  assert.match(why.answer, new RegExp(`^${steady} answered because ${faulty} failed`))
  assert.match(why.attempts[0]?.text ?? '', new RegExp(`Went on to ${steady}`))
  assert.equal(why.waybill?.requestId, requestId)

  await waybill(home, ['stop'])
  const second = await startDaemon(home)
  const later = await connectClient(second.socketPath)
  assert.deepEqual(await later.ask(explain, { requestId }), why)
  const printed = await waybill(home, ['explain', requestId.slice(0, 8)])
  assert.equal(printed.code, 0, printed.error)
  assert.match(printed.out, /^Why {2}practice\/outline@practice-steady answered because/)
  assert.match(printed.out, /the same plan, byte for byte/)
  await later.close()
})

test('a dry run says where a request would go and leaves no trace', async (t) => {
  const home = ownHome(t)
  const daemon = await startDaemon(home)
  const client = await connectClient(daemon.socketPath)
  await askOnce(client)
  await client.ask(explain, { requestId: (await client.ask(journal, {})).waybills[0]?.requestId })
  const before = recordsOf(home)
  assert.ok(before.length >= 2)
  const planned = await client.ask(explain, { chat: { ...askPrompt('and this?'), profile: 'practice' } })
  assert.match(planned.answer, /^practice\/outline@practice-steady would be asked first/)
  assert.equal(planned.forecast?.bound.kind, 'practice')
  assert.ok((planned.forecast?.inputTokens ?? 0) > 0)
  assert.deepEqual(planned.attempts, [])
  const printed = await waybill(home, ['explain', '--dry-run', 'explain', 'package.json:1-5', '--profile', 'practice'])
  assert.match(printed.out, /Nothing was sent/)
  // Ending writes whatever was held back.
  await waybill(home, ['stop'])
  assert.deepEqual(recordsOf(home), before)
})

test('a request that nobody knows is not found, and one of both params is expected', async (t) => {
  const home = ownHome(t)
  const daemon = await startDaemon(home)
  const client = await connectClient(daemon.socketPath)
  assert.equal((await client.refusal('waybill/explain', { requestId: 'never-made' })).code, 1014)
  assert.match((await client.refusal('waybill/explain', {})).message, /exactly one of `requestId` and `chat`/)
  const printed = await waybill(home, ['explain'])
  assert.equal(printed.code, 1)
  assert.match(printed.error, /found none yet/)
  await client.close()
})

test('a plan of another version and a removed record are said', async (t) => {
  const home = ownHome(t)
  const daemon = await startDaemon(home)
  const client = await connectClient(daemon.socketPath)
  const requestId = await askOnce(client)
  const { plans } = await client.ask(explain, { requestId })
  const version = plans[0]?.plan.version
  const path = decisionsFile(home)
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(`"version":${version}`, '"version":99'))
  const other = await client.ask(explain, { requestId })
  assert.equal(other.plans[0]?.recomputed, 'other-version')
  assert.deepEqual(other.plans[0]?.plan.candidates, [faulty, steady])
  rmSync(path)
  const gone = await client.ask(explain, { requestId })
  assert.equal(gone.plans[0]?.recomputed, 'inputs-missing')
  assert.match((await waybill(home, ['explain', requestId])).out, /not kept any more/)
  await client.close()
})
