import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { applyEntry, createJournalState } from '../../../daemon/core/journal/journalState.ts'
import { createRollUps, rollUpsSnapshot } from '../../../daemon/core/metrics/rollUp.ts'
import { forgetRemains } from '../../../daemon/storage/forgetRemains.ts'
import { createRollUpFiles } from '../../../daemon/storage/rollUpFiles.ts'
import { journalledEntries } from '../../support/journalledEntries.ts'
import { ownFolder } from '../../support/ownFolder.ts'
import { createRecordingLog } from '../../support/recordingLog.ts'

test('a forgotten workspace takes no sums of others along where the journal of the day is gone', async (t) => {
  const state = ownFolder(t)
  const folders = { state, journal: join(state, 'journal'), rollups: join(state, 'rollups') }
  for (const folder of [folders.journal, folders.rollups]) mkdirSync(folder)
  const files = createRollUpFiles(folders.rollups, createRecordingLog())
  const [gone, there] = ['2026-11-23', '2026-11-24']
  const entries = await journalledEntries()
  for (const day of [gone, there]) {
    const counted = createJournalState()
    counted.rollUps = createRollUps(day)
    for (const entry of entries) if (entry.type !== 'checkpoint') applyEntry(counted, entry)
    files.write(rollUpsSnapshot(counted.rollUps))
  }
  writeFileSync(join(folders.journal, `${there}.jsonl`), '')
  const before = files.read(gone, 'slots')
  assert.ok(before !== undefined)
  assert.ok(before.texts.includes('/project'))

  assert.deepEqual(forgetRemains(folders, { kind: 'workspace', path: '/project' }), [])
  const after = files.read(gone, 'slots')
  assert.deepEqual(after, { ...before, texts: before.texts.map((text) => (text === '/project' ? '' : text)) })
  assert.ok(!readFileSync(join(folders.rollups, `${gone}.json`), 'utf8').includes('/project'))
  // Made anew from what the journal still says.
  assert.equal(existsSync(join(folders.rollups, `${there}.json`)), false)
})
