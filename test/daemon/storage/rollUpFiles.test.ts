import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { addToSums } from '../../../daemon/core/metrics/measures.ts'
import { cellAt, createRollUps, rollUpsSnapshot } from '../../../daemon/core/metrics/rollUp.ts'
import { coarsenedDay, dayMs, hourMs, wholeDay } from '../../../daemon/core/metrics/rollUpDay.ts'
import { createRollUpFiles } from '../../../daemon/storage/rollUpFiles.ts'
import { silentLog } from '../../support/gatewayRig.ts'

const key = {
  endpoint: 'a/x@one',
  provider: 'one',
  model: 'a/x',
  isPractice: false,
  profile: 'w',
  workspace: '',
  user: 'u',
  prompt: '',
  client: 'c',
}

function someDay(day: string) {
  const rollUps = createRollUps(day)
  for (const hour of [1, 5, 6]) addToSums(cellAt(rollUps, key, Date.parse(day) + hour * hourMs).sums, 'requests', hour)
  return rollUpsSnapshot(rollUps)
}

function openFolder(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-rollups-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return { folder, files: createRollUpFiles(folder, silentLog) }
}

test('what is written is read again: in its slots, and as one', (context) => {
  const { folder, files } = openFolder(context)
  const day = someDay('2026-11-22')
  files.write(day)
  files.write(coarsenedDay(someDay('2026-11-21'), dayMs))
  assert.deepEqual(files.days(), ['2026-11-21', '2026-11-22'])
  assert.deepEqual(files.read('2026-11-22', 'slots'), day)
  const whole = wholeDay(day)
  assert.deepEqual(files.read('2026-11-22', 'whole'), whole)
  const withoutRows = whole.slots.map((slot) => ({ ...slot, rows: [] }))
  assert.deepEqual(files.read('2026-11-22', 'series'), { ...whole, keys: [], slots: withoutRows })
  assert.deepEqual(files.read('2026-11-21', 'slots'), wholeDay(coarsenedDay(someDay('2026-11-21'), dayMs)))
  rmSync(join(folder, '2026-11-22.json'))
  assert.deepEqual(files.days(), ['2026-11-21'])
})

test('what is missing, cut anywhere, of another version or of another day is made anew', (context) => {
  const { folder, files } = openFolder(context)
  files.write(someDay('2026-11-22'))
  const path = join(folder, '2026-11-22.json')
  const text = readFileSync(path, 'utf8')
  const readings = (content: string) => {
    writeFileSync(path, content)
    return (['series', 'whole', 'slots'] as const).map((detail) => files.read('2026-11-22', detail))
  }
  const nothing = [undefined, undefined, undefined]
  const whole = readings(text)
  for (let end = 0; end < text.length; end += 1) {
    // What stands in whole lines is still known.
    const lines = text.slice(0, end).split('\n').length - 1
    const expected = whole.map((day, place) => (place < lines ? day : undefined))
    assert.deepEqual(readings(text.slice(0, end)), expected, `cut at ${end}`)
  }
  assert.deepEqual(readings('{"schema":1,"rollUps":[]}'), nothing)
  assert.deepEqual(readings(text.replace('"schema":2', '"schema":3')), nothing)
  assert.deepEqual(readings(text.replace('"2026-11-22"', '"2026-11-23"')), nothing)
  assert.equal(files.read('2026-11-01', 'whole'), undefined)
  assert.ok(readings(text).every((day) => day !== undefined))
})

test('a folder that cannot be written is a warning, not an error', (context) => {
  const { folder } = openFolder(context)
  writeFileSync(join(folder, 'file'), '')
  const warnings: string[] = []
  const log = { ...silentLog, warn: (message: string) => warnings.push(message) }
  const files = createRollUpFiles(join(folder, 'file', 'rollups'), log)
  files.write(someDay('2026-11-22'))
  assert.equal(warnings.length, 1)
  assert.deepEqual(files.days(), [])
})
