import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createJournalState } from '../../../daemon/core/journal/journalState.ts'
import { snapshotOf } from '../../../daemon/core/journal/snapshot.ts'
import type { StateSnapshot } from '../../../daemon/gateway/ports.ts'
import { openStateFile } from '../../../daemon/storage/stateFile.ts'
import { ownFolder } from '../../support/ownFolder.ts'
import { createRecordingLog } from '../../support/recordingLog.ts'
import { waitFor } from '../../support/waitFor.ts'

function snapshot(number: number): StateSnapshot {
  const state = { ...snapshotOf(createJournalState()), rest: { number } }
  return { place: { day: '2026-11-28', offsetBytes: number, print: 'p' }, state }
}

const numbersIn = (cache: { readonly snapshots: () => Iterable<StateSnapshot> }) =>
  [...cache.snapshots()].map(({ place }) => place.offsetBytes)

test('the newest and the one before it are kept, for their owner alone, and nothing else lies beside them', (t) => {
  const path = join(ownFolder(t), 'state.json')
  const { lines, ...log } = createRecordingLog()
  const cache = openStateFile({ path, build: 'one', log })
  assert.deepEqual(numbersIn(cache), [])
  for (const number of [1, 2, 3]) cache.saveNow(snapshot(number))
  assert.deepEqual([...openStateFile({ path, build: 'one', log }).snapshots()], [snapshot(3), snapshot(2)])
  assert.deepEqual(readdirSync(join(path, '..')).sort(), ['state.json', 'state.json.bak'])
  for (const one of [path, `${path}.bak`]) assert.equal(statSync(one).mode & 0o777, 0o600)
  assert.equal(JSON.parse(readFileSync(path, 'utf8')).schema, 1)
  assert.deepEqual(lines, [])
})

test('of what is saved while another is being written only the newest is written', async (t) => {
  const path = join(ownFolder(t), 'state.json')
  const cache = openStateFile({ path, build: 'one', log: createRecordingLog() })
  for (const number of [1, 2, 3, 4]) cache.save(snapshot(number))
  await waitFor('the newest', () => numbersIn(cache)[0] === 4)
  assert.deepEqual(numbersIn(cache), [4, 1])
})

test('what was being written does not take the place of what is saved at the end', async (t) => {
  const path = join(ownFolder(t), 'state.json')
  const cache = openStateFile({ path, build: 'one', log: createRecordingLog() })
  cache.save(snapshot(1))
  cache.saveNow(snapshot(2))
  await waitFor('the temporary file to go', () => readdirSync(join(path, '..')).every((name) => !name.endsWith('.tmp')))
  assert.deepEqual(numbersIn(cache), [2])
})

test('between the two renames of a replacement the backup is read', (t) => {
  const path = join(ownFolder(t), 'state.json')
  const cache = openStateFile({ path, build: 'one', log: createRecordingLog() })
  for (const number of [1, 2]) cache.saveNow(snapshot(number))
  rmSync(path)
  assert.deepEqual(numbersIn(cache), [1])
})

test('a folder that takes no file costs a warning, leaves no temporary file, and the next one tries again', async (t) => {
  const folder = join(ownFolder(t), 'state')
  const path = join(folder, 'state.json')
  const { lines, ...log } = createRecordingLog()
  const cache = openStateFile({ path, build: 'one', log })
  cache.saveNow(snapshot(1))
  cache.save(snapshot(1))
  await waitFor('both warnings', () => lines.length === 2)
  for (const line of lines) assert.match(line, /cannot be written; the next start reads more of the journal.*ENOENT/)
  mkdirSync(folder)
  cache.saveNow(snapshot(2))
  assert.deepEqual(numbersIn(cache), [2])
})

test('a file that cannot be read is said, and the backup is used', (t) => {
  const path = join(ownFolder(t), 'state.json')
  const { lines, ...log } = createRecordingLog()
  const cache = openStateFile({ path, build: 'one', log })
  for (const number of [1, 2]) cache.saveNow(snapshot(number))
  rmSync(path)
  // Also root cannot read a folder as a file.
  mkdirSync(path)
  assert.deepEqual(numbersIn(cache), [1])
  assert.match(lines[0] ?? '', /folder|directory/)
  assert.ok(existsSync(path))
})
