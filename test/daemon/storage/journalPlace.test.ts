import assert from 'node:assert/strict'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { placeAt } from '../../../daemon/storage/journalPlace.ts'
import { ownFolder } from '../../support/ownFolder.ts'

const day = '2026-11-28'

test('a place is where a line ends, and stays the same while the file grows', (t) => {
  const path = join(ownFolder(t), 'file')
  writeFileSync(path, 'one\ntwo\n')
  const place = placeAt(path, day, 8)
  assert.deepEqual([place?.day, place?.offsetBytes], [day, 8])
  appendFileSync(path, 'three')
  assert.deepEqual(placeAt(path, day, 8), place)
  for (const offsetBytes of [0, -1, 3, 7, 9, 13, 14]) assert.equal(placeAt(path, day, offsetBytes), undefined)
})

test('another last line before it is another place', (t) => {
  const path = join(ownFolder(t), 'file')
  writeFileSync(path, `${'x'.repeat(9_000)}\none\n`)
  const place = placeAt(path, day, 9_005)
  writeFileSync(path, `${'x'.repeat(9_000)}\ntwo\n`)
  assert.notEqual(placeAt(path, day, 9_005)?.print, place?.print)
})
