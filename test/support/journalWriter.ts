/**
 * A process that appends to a journal, for process tests: arguments FOLDER START COUNT. It appends batches of three `end` lines
 * numbered from START and writes `ok LAST` after each that was acknowledged, `no MESSAGE` after one that was refused. It ends after
 * COUNT batches.
 */
import { writeSync } from 'node:fs'
import { openJournal } from '../../daemon/storage/journalFiles.ts'
import { checkpointFor, endEntry } from './journalEntries.ts'

const [folder = '', start = '0', count = '0'] = process.argv.slice(2)
const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined }
const clock = { wallMs: () => Date.UTC(2026, 10, 23), monotonicMs: () => 0, startTimer: () => () => undefined }

const result = openJournal({ folder, clock, log: silentLog })
if (result.state === 'refused') throw new Error(result.failure.message)
let number = Number(start)
for (let batch = 0; batch < Number(count); batch++) {
  const entries = [number, number + 1, number + 2].map((one) => endEntry(one, 'x'.repeat(one % 300)))
  const failure = result.journal.append(entries, checkpointFor)
  if (failure === undefined) number += 3
  writeSync(1, failure === undefined ? `ok ${number - 1}\n` : `no ${failure.message}\n`)
}
