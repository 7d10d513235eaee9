import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { JournalEntry } from '../../../daemon/core/journal/entry.ts'
import { journalEntrySchema } from '../../../daemon/core/journal/entry.ts'
import { applyEntry, checkpointOf, createJournalState } from '../../../daemon/core/journal/journalState.ts'
import { createLedger } from '../../../daemon/gateway/ledger.ts'
import { openJournal } from '../../../daemon/storage/journalFiles.ts'
import type { RequestId } from '../../../shared/domain/ids.ts'
import { noArchive } from '../../support/gatewayRig.ts'
import { createManualClock } from '../../support/manualClock.ts'
import { ownFolder } from '../../support/ownFolder.ts'
import { createRecordingLog } from '../../support/recordingLog.ts'

const fixture = 'test/fixtures/journal/schema1.jsonl'
const fixtureDay = '2026-11-24'
const written = readFileSync(fixture, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as JournalEntry)

test('a day that the first released schema wrote is read as it was written, from both ends', (t) => {
  const { journal, log } = openedWithFixture(t, Date.UTC(2026, 10, 25))
  assert.deepEqual(journal.readDay(fixtureDay), written)
  const newestFirst: JournalEntry[] = []
  journal.visitNewestFirst((entry) => newestFirst.push(entry) > 0)
  assert.deepEqual(newestFirst, written.toReversed())
  for (const entry of written) assert.equal(journalEntrySchema.safeParse(entry).success, true)
  assert.deepEqual(log.lines, [])
})

test('it goes on in its own schema until its day is over, so that the older build can still read all of it', (t) => {
  const { folder, journal, clock } = openedWithFixture(t, Date.UTC(2026, 10, 24, 13))
  const ledger = createLedger({ journal, archive: noArchive, clock, log: createRecordingLog() })
  const waybill = ledger.findWaybill('over-midnight-1' as RequestId)
  assert.equal(waybill?.attempts[0]?.key, 'ONE_API_KEY')
  const feedback = {
    type: 'feedback',
    atMs: clock.wallMs(),
    requestId: 'request-2' as RequestId,
    outcome: 'accepted',
  } as const
  assert.equal(ledger.note(feedback), undefined)
  const lines = readFileSync(join(folder, `${fixtureDay}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
  assert.deepEqual(JSON.parse(lines.at(-1) ?? ''), feedback)

  clock.jump(86_400_000)
  assert.equal(ledger.note({ ...feedback, atMs: clock.wallMs() }), undefined)
  const [first = '', second = ''] = readFileSync(join(folder, '2026-11-25.jsonl'), 'utf8').split('\n')
  assert.equal(JSON.parse(first).schema, 2)
  assert.match(second, /^\{"t":"feedback",.*"~":"[A-Za-z0-9_-]{22}"\}$/)
})

test('state, counters and all, is the same after both schemas', (t) => {
  const { journal, clock } = openedWithFixture(t, Date.UTC(2026, 10, 24, 13))
  const before = createJournalState()
  for (const entry of journal.readDay(fixtureDay) ?? []) applyEntry(before, entry)
  const folder = join(ownFolder(t), 'journal')
  const result = openJournal({ folder, clock, log: createRecordingLog() })
  assert.ok(result.state === 'opened')
  t.after(() => result.journal.close())
  const [checkpoint, ...others] = written
  for (const entry of others)
    result.journal.append([entry], () => ({ ...checkpoint, schema: 2 }) as ReturnType<typeof checkpointOf>)
  const after = createJournalState()
  for (const entry of result.journal.readDay(fixtureDay) ?? []) applyEntry(after, entry)
  assert.deepEqual(checkpointOf(after, fixtureDay, 0), checkpointOf(before, fixtureDay, 0))
  assert.deepEqual(after.rollUps, before.rollUps)
})

function openedWithFixture(t: TestContext, atMs: number) {
  const folder = join(ownFolder(t), 'journal')
  mkdirSync(folder)
  cpSync(fixture, join(folder, `${fixtureDay}.jsonl`))
  const clock = createManualClock(atMs)
  const log = createRecordingLog()
  const result = openJournal({ folder, clock, log })
  assert.ok(result.state === 'opened')
  t.after(() => result.journal.close())
  return { folder, journal: result.journal, clock, log }
}
