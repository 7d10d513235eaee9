import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { openJournal } from '../../daemon/storage/journalFiles.ts'
import { bundledScript } from '../support/bundledScript.ts'
import { outlineOf } from '../support/journalEntries.ts'
import { createManualClock } from '../support/manualClock.ts'
import { ownFolder } from '../support/ownFolder.ts'
import { createRecordingLog } from '../support/recordingLog.ts'

const today = '2026-11-23'
const kills = 12

test(`nothing acknowledged is lost and no line is torn over ${kills} kills in mid-append`, async (t) => {
  const folder = ownFolder(t)
  const script = bundledScript('journalWriter', folder)
  const journalFolder = join(folder, 'journal')
  let acknowledged = -1
  for (let kill = 0; kill < kills; kill++) {
    const child = spawn(process.execPath, [script, journalFolder, String(acknowledged + 1), '1000000'])
    t.after(() => child.kill('SIGKILL'))
    let output = ''
    for await (const chunk of child.stdout) {
      output += String(chunk)
      // Another moment each time, by amount of output rather than by the clock.
      if (output.length > 200 + kill * 397) child.kill('SIGKILL')
    }
    if (child.signalCode === null && child.exitCode === null) await once(child, 'exit')
    const lines = output.split('\n').slice(0, -1)
    assert.ok(lines.length > 0 && lines.every((line) => line.startsWith('ok ')))
    const last = Number(lines.at(-1)?.slice(3))

    const numbers = numbersIn(journalFolder)
    const highest = numbers.at(-1) ?? -1
    assert.ok(highest >= last, `acknowledged ${last}, kept ${highest}`)
    assert.deepEqual(
      numbers,
      Array.from({ length: highest + 1 }, (_, index) => index),
    )
    acknowledged = highest
  }
})

test('a file limit that cuts a write short leaves whole batches, and is said in words', (t) => {
  const folder = ownFolder(t)
  const script = bundledScript('journalWriter', folder)
  const journalFolder = join(folder, 'journal')
  // 64 blocks of 1,024 bytes: the kernel takes a part of the write that crosses the limit, then refuses with EFBIG.
  const command = 'ulimit -f 64 && exec "$0" "$@"'
  const run = spawnSync('bash', ['-c', command, process.execPath, script, journalFolder, '0', '200'], {
    encoding: 'utf8',
  })
  assert.equal(run.status, 0, run.stderr)
  const lines = run.stdout.trimEnd().split('\n')
  const refused = lines.filter((line) => line.startsWith('no '))
  assert.match(refused[0] ?? '', /cannot be written: only \d+ of \d+ bytes found room/)
  const last = Number(
    lines
      .filter((line) => line.startsWith('ok '))
      .at(-1)
      ?.slice(3),
  )
  assert.deepEqual(
    numbersIn(journalFolder),
    Array.from({ length: last + 1 }, (_, index) => index),
  )
})

/** Opens the journal as the next daemon would. */
function numbersIn(folder: string): readonly number[] {
  const result = openJournal({ folder, clock: createManualClock(Date.UTC(2026, 10, 23)), log: createRecordingLog() })
  assert.ok(result.state === 'opened')
  const outline = outlineOf(result.journal.readDay(today))
  result.journal.close()
  return outline.filter((one) => typeof one === 'number')
}
