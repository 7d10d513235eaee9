import assert from 'node:assert/strict'
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { RetentionLimits } from '../../../daemon/core/journal/daysToRemove.ts'
import type { JournalEntry } from '../../../daemon/core/journal/entry.ts'
import { interruptedAttempt } from '../../../daemon/core/journal/interrupted.ts'
import type { Ledger } from '../../../daemon/gateway/ledger.ts'
import { createLedger } from '../../../daemon/gateway/ledger.ts'
import { auditJournal } from '../../../daemon/storage/auditJournal.ts'
import { openJournal } from '../../../daemon/storage/journalFiles.ts'
import { journalKeyPathOf, readJournalKey } from '../../../daemon/storage/journalKey.ts'
import { budgetHoldSchema } from '../../../shared/domain/budget.ts'
import type { ForgetWish } from '../../../shared/domain/forgetWish.ts'
import type { RequestId } from '../../../shared/domain/ids.ts'
import { noMoney } from '../../../shared/domain/moneySum.ts'
import { noArchive } from '../../support/gatewayRig.ts'
import { journalledEntries } from '../../support/journalledEntries.ts'
import { createManualClock } from '../../support/manualClock.ts'
import { ownFolder } from '../../support/ownFolder.ts'
import { createRecordingLog } from '../../support/recordingLog.ts'

const dayMs = 86_400_000
const secret = '/home/ann/secret-client'

async function recent(ledger: Ledger, limit: number) {
  return (await ledger.pages.page({ limit }, new AbortController().signal)).waybills
}

test('a forgotten workspace stands in no file, and the journal is whole', async (t) => {
  const rig = await journalOfThreeDays(t)
  const before = rig.ledger().state()
  const health = structuredClone([...before.health])
  const requests = (await recent(rig.ledger(), 100)).length
  const head = rig.head()
  assert.ok(rig.filesHolding(secret).length === 3)
  const forgotten = await rig.forget({ kind: 'workspace', path: secret })
  assert.ok('requestIds' in forgotten)
  assert.equal(forgotten.requestIds.size, 6)
  assert.deepEqual(rig.filesHolding(secret), [])
  const { findings, notes } = rig.audit(head)
  assert.deepEqual(findings, [])
  assert.match(notes[0]?.what ?? '', /6 requests were forgotten at the user’s wish \(workspace\)/)
  assert.equal((await recent(rig.ledger(), 100)).length, requests - 6)
  assert.deepEqual([...rig.ledger().state().health], health)
  // What the next start makes of it is what lives now.
  const live = rig.ledger().state()
  rig.reopen()
  assert.deepEqual(rig.ledger().state(), live)
  rig.run('request-7', '/project')
  assert.deepEqual(rig.audit(head).findings, [])
})

test('forgetting again, and another workspace, keeps the journal whole', async (t) => {
  const rig = await journalOfThreeDays(t)
  await rig.forget({ kind: 'workspace', path: secret })
  await rig.forget({ kind: 'workspace', path: secret })
  await rig.forget({ kind: 'workspace', path: '/project' })
  assert.deepEqual(rig.audit().findings, [])
  assert.deepEqual(await recent(rig.ledger(), 100), [])
  assert.deepEqual(rig.filesHolding('/project'), [])
})

test('whole days go before a day, and all', async (t) => {
  const rig = await journalOfThreeDays(t)
  await rig.forget({ kind: 'before', day: '2026-11-24' })
  assert.deepEqual(rig.days(), ['2026-11-24', '2026-11-25'])
  assert.deepEqual(rig.audit().findings, [])
  await rig.forget({ kind: 'all' })
  assert.deepEqual(rig.days(), ['2026-11-25'])
  assert.deepEqual(rig.audit().findings, [])
  assert.deepEqual(await recent(rig.ledger(), 100), [])
  assert.deepEqual(rig.filesHolding('request-'), [])
})

test('a request under way is left, goes on and ends', async (t) => {
  const rig = await journalOfThreeDays(t)
  rig.run('request-8', secret, 'leave open')
  await rig.forget({ kind: 'all' })
  assert.equal(rig.ledger().state().requestsUnderWay.size, 1)
  rig.reopen()
  const [waybill] = await recent(rig.ledger(), 10)
  assert.equal(waybill?.requestId, 'request-8')
  assert.deepEqual(rig.audit().findings, [])
})

test('interrupted attempts of forgotten requests leave the budgets, and their counters stay', async (t) => {
  const rig = await journalOfThreeDays(t)
  rig.interrupt('request-8', secret)
  // The next day's file begins with what the budgets remember.
  rig.run('request-9', '/project', 'end', dayMs)
  const budgets = () => rig.ledger().state().budgets
  const before = [...budgets().counters]
  assert.deepEqual([budgets().interrupted.size, before.length], [1, 1])
  assert.equal(rig.filesHolding('request-8').length, 2)
  await rig.forget({ kind: 'workspace', path: secret })
  for (const _ of ['live', 'recovered']) {
    assert.deepEqual([budgets().interrupted.size, [...budgets().counters]], [0, before])
    rig.reopen()
  }
  assert.deepEqual([rig.filesHolding('request-8'), rig.audit().findings], [[], []])
})

test('more forgotten lines than are accounted for are found', async (t) => {
  const rig = await journalOfThreeDays(t)
  await rig.forget({ kind: 'workspace', path: secret })
  const path = join(rig.folder, '2026-11-24.jsonl')
  const lines = readFileSync(path, 'utf8').split('\n')
  const at = lines.findIndex((line) => line.startsWith('{"t":"r"'))
  writeFileSync(path, lines.with(at, `{"rewritten":1${lines[at]?.slice(-30)}`).join('\n'))
  assert.match(rig.audit().findings[0]?.what ?? '', /\d+ lines stand for forgotten ones, \d+ were forgotten/)
})

test('a wish that a crash broke off is known at the next start, and fulfilled then', async (t) => {
  const rig = await journalOfThreeDays(t)
  writeFileSync(join(rig.folder, 'forgetting.json'), JSON.stringify({ kind: 'workspace', path: secret }))
  rig.reopen()
  const wish = rig.unfinished()
  assert.deepEqual(wish, { kind: 'workspace', path: secret })
  assert.ok(wish !== undefined)
  await rig.forget(wish)
  assert.deepEqual([rig.filesHolding(secret), rig.audit().findings], [[], []])
})

test('a wish stays with its requests until nothing else is kept of them, wherever a crash breaks it off', async (t) => {
  const rig = await journalOfThreeDays(t)
  const newest = join(rig.folder, '2026-11-25.jsonl')
  const before = readFileSync(newest)
  const wish = { kind: 'workspace', path: secret } as const
  const first = await rig.forget(wish)
  assert.ok('requestIds' in first)
  // Before the newest file was written anew; and after all files, before decisions and the like went.
  for (const content of [before, undefined]) {
    if (content !== undefined) writeFileSync(newest, content)
    rig.reopen()
    assert.deepEqual(rig.unfinished(), wish)
    const again = await rig.forget(wish)
    assert.ok('requestIds' in again)
    assert.deepEqual([...again.requestIds].sort(), [...first.requestIds].sort())
    assert.deepEqual([rig.filesHolding(secret), rig.audit().findings], [[], []])
  }
  assert.equal(rig.forgetDone(), undefined)
  assert.equal(existsSync(join(rig.folder, 'forgetting.json')), false)
  assert.equal(rig.unfinished(), undefined)
})

test('lines of an older build are forgotten too', async (t) => {
  const rig = await journalOfThreeDays(t)
  cpSync('test/fixtures/journal/schema1.jsonl', join(rig.folder, '2026-11-22.jsonl'))
  await rig.forget({ kind: 'workspace', path: '/home/anna/project' })
  assert.deepEqual([rig.filesHolding('/home/anna/project'), rig.audit().findings], [[], []])
  assert.equal(rig.ledger().findWaybill('over-midnight-1' as RequestId), undefined)
  assert.equal(rig.ledger().findWaybill('request-2' as RequestId)?.outcome, 'succeeded')
})

test('retention by age and by size removes the oldest days, says so, and the journal is whole', async (t) => {
  const rig = await journalOfThreeDays(t)
  const head = rig.head()
  rig.reopen({ keepDays: 2, maxBytes: Number.MAX_SAFE_INTEGER })
  assert.deepEqual(rig.days(), ['2026-11-23', '2026-11-24', '2026-11-25'])
  rig.run('request-7', '/project')
  assert.deepEqual(rig.days(), ['2026-11-24', '2026-11-25'])
  assert.deepEqual(rig.audit(head).findings, [])
  assert.match(rig.audit().notes.at(-1)?.what ?? '', /retention removed 2026-11-23/)
  rig.reopen({ keepDays: 9, maxBytes: 1 })
  rig.run('request-8', '/project')
  assert.deepEqual(rig.days(), ['2026-11-25'])
  assert.deepEqual(rig.audit(head).findings, [])
})

async function journalOfThreeDays(t: TestContext) {
  const folder = join(ownFolder(t), 'journal')
  const clock = createManualClock()
  const log = createRecordingLog()
  const pattern = (await journalledEntries()).filter((entry) => JSON.stringify(entry).includes('"request-1"'))
  let limits: RetentionLimits | undefined
  const open = () => {
    const opened = openJournal({
      folder,
      clock,
      log,
      ...(limits !== undefined && { retention: () => limits as RetentionLimits }),
    })
    assert.ok(opened.state === 'opened')
    return {
      journal: opened.journal,
      ledger: createLedger({ journal: opened.journal, archive: noArchive, clock, log }),
    }
  }
  let now = open()
  t.after(() => now.journal.close())

  const run = (requestId: string, workspace: string, how: 'end' | 'leave open' = 'end', laterMs = 0) => {
    clock.jump(laterMs)
    const text = JSON.stringify(pattern)
      .replaceAll('request-1', requestId)
      .replaceAll('"/project"', JSON.stringify(workspace))
    for (const entry of JSON.parse(text) as readonly JournalEntry[]) {
      if (entry.type === 'request' && how === 'leave open') return
      now.ledger.settle([{ ...entry, atMs: clock.wallMs() } as JournalEntry])
    }
  }
  /** Counted by a budget for everything. */
  const interrupt = (requestId: string, workspace: string) => {
    const reserve = pattern.find((entry) => entry.type === 'reserve')
    assert.ok(reserve?.type === 'reserve')
    const atMs = clock.wallMs()
    const hold = { budget: 'all', unit: 'money', window: 'lifetime', zone: 'UTC', startMs: 0, amount: 90, isHard: true }
    const holds = [budgetHoldSchema.parse(hold)]
    const own = { ...reserve, atMs, requestId: requestId as RequestId, scope: { ...reserve.scope, workspace }, holds }
    now.ledger.settle([own, { type: 'end', atMs, requestId: own.requestId, record: interruptedAttempt(own, atMs) }])
    const { client, user } = own.scope
    const waybill = {
      requestId: own.requestId,
      startedAtMs: atMs,
      totalMs: 0,
      caller: { client, user, workspace },
      outcome: 'interrupted',
      cost: noMoney,
    } as const
    now.ledger.settle([{ type: 'request', atMs, attemptCount: 1, waybill }])
  }
  for (const [index, day] of ['one', 'two', 'three'].entries()) {
    if (index > 0) clock.jump(dayMs)
    for (const number of [1, 2]) run(`request-${day}-${number}`, '/project')
    for (const number of [1, 2]) run(`request-${day}-secret-${number}`, secret)
  }
  return {
    folder,
    run,
    interrupt,
    days: () => now.journal.days(),
    ledger: () => now.ledger,
    head: () => now.journal.position()?.head ?? '',
    unfinished: () => now.journal.unfinishedForget(),
    forgetDone: () => now.journal.forgetDone(),
    forget: (wish: ForgetWish) => now.ledger.forget(wish),
    reopen: (next?: RetentionLimits) => {
      limits = next
      now.journal.close()
      now = open()
    },
    filesHolding: (text: string) =>
      readdirSync(folder).filter(
        (name) => name.endsWith('l') && readFileSync(join(folder, name), 'utf8').includes(text),
      ),
    audit: (knownHead?: string, day?: string) => {
      const key = readJournalKey(journalKeyPathOf(folder))
      assert.ok(typeof key === 'object')
      return auditJournal({
        folder,
        key,
        knownHeads: new Map(
          knownHead === undefined ? [] : [[knownHead, { source: 'test', ...(day !== undefined && { day }) }]],
        ),
      })
    },
  }
}
