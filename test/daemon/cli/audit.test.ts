import assert from 'node:assert/strict'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openJournal } from '../../../daemon/storage/journalFiles.ts'
import { checkpointFor, endEntry } from '../../support/journalEntries.ts'
import { createManualClock } from '../../support/manualClock.ts'
import { ownFolder } from '../../support/ownFolder.ts'
import { createRecordingLog } from '../../support/recordingLog.ts'
import { runWords } from './cliTesting.ts'

test('twenty findings are told and the others counted; while requests are being forgotten nothing is judged', async (t) => {
  const stateFolder = ownFolder(t)
  const folder = join(stateFolder, 'journal')
  const clock = createManualClock()
  const opened = openJournal({ folder, clock, log: createRecordingLog() })
  assert.ok(opened.state === 'opened')
  opened.journal.append([endEntry(1)], checkpointFor)
  clock.jump(86_400_000)
  opened.journal.append([endEntry(2)], checkpointFor)
  opened.journal.close()
  const verify = () => runWords(t, ['audit', 'verify'], { stateFolder })
  assert.match((await verify()).out, /^The journal is whole: 4 lines in 2 files\.\nHead: 2026-11-24:/)

  appendFileSync(join(folder, '2026-11-23.jsonl'), 'put in\n')
  assert.match((await verify()).out, /: 1 finding in 4 lines/)
  for (const day of ['2026-11-23', '2026-11-24']) appendFileSync(join(folder, `${day}.jsonl`), 'put in\n'.repeat(14))
  const many = await verify()
  assert.equal(many.code, 1)
  assert.match(many.out, /: 29 findings in 4 lines/)
  assert.equal(many.out.match(/damaged, or put in here/g)?.length, 20)
  assert.match(many.out, /\nand 9 more\n/)

  writeFileSync(join(folder, 'forgetting.json'), '{"kind":"all"}\n["request-1"]\n')
  const forgetting = await verify()
  assert.deepEqual([forgetting.code, forgetting.out], [1, ''])
  assert.match(forgetting.error, /requests are being forgotten just now; try again/)
})
