import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import * as z from 'zod'
import type { JsonFile } from '../../../daemon/gateway/ports.ts'
import { openJsonStore } from '../../../daemon/storage/jsonStore.ts'
import { ownFolder } from '../../support/ownFolder.ts'
import { createRecordingLog } from '../../support/recordingLog.ts'

const schema = z.object({ schema: z.literal(1), names: z.array(z.string()) })
type Content = z.infer<typeof schema>
const defaults: Content = { schema: 1, names: [] }

test('what is written is read again, by this one and by the next', (t) => {
  const { path, open } = rig(t)
  const file = open()
  assert.deepEqual(file.read(), defaults)
  assert.equal(file.write({ schema: 1, names: ['a'] }), undefined)
  assert.deepEqual(file.read(), { schema: 1, names: ['a'] })
  assert.deepEqual(open().read(), { schema: 1, names: ['a'] })
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

for (const damage of ['', '{"schema":1,"na', '[]', '{"schema":1,"names":[3]}', '{"names":[]}', '\0\0\0\0']) {
  test(`a file damaged to ${JSON.stringify(damage)} is kept aside, reported, and its backup used`, (t) => {
    const { folder, path, log, open } = rig(t)
    const file = open()
    file.write({ schema: 1, names: ['older'] })
    file.write({ schema: 1, names: ['newer'] })
    writeFileSync(path, damage)
    const mended = open()
    assert.deepEqual(mended.read(), { schema: 1, names: ['older'] })
    const aside = readdirSync(folder).filter((name) => name.includes('.damaged-'))
    assert.equal(aside.length, 1)
    assert.equal(readFileSync(join(folder, aside[0] ?? ''), 'utf8'), damage)
    assert.match(log.lines.join('\n'), /error .*choices\.json is damaged .*"keptAs":"choices\.json\.damaged-\d+"/)
    assert.deepEqual(open().read(), { schema: 1, names: ['older'] })
  })
}

test('a damaged file without a backup gives the defaults', (t) => {
  const { path, log, open } = rig(t)
  writeFileSync(path, 'x')
  assert.deepEqual(open().read(), defaults)
  assert.match(log.lines.join(), /"replacedBy":"defaults"/)
})

test('a damaged file never replaces the backup', (t) => {
  const { path, open } = rig(t)
  open().write({ schema: 1, names: ['good'] })
  open().write({ schema: 1, names: ['better'] })
  writeFileSync(path, 'damaged')
  rmSync(`${path}.bak`)
  open().write({ schema: 1, names: ['new'] })
  assert.equal(readdirSync(join(path, '..')).includes('choices.json.bak'), false)
})

test('a file of a newer version is refused and left as it is', (t) => {
  const { path, log } = rig(t)
  const newer = '{"schema":2,"names":"another shape"}'
  writeFileSync(path, newer)
  const result = openJsonStore({ path, schema, defaults, log })
  assert.ok(result.state === 'refused')
  assert.match(result.failure.message, /choices\.json: expected schema 1, found 2; .*update/)
  assert.equal(readFileSync(path, 'utf8'), newer)
})

test('a write that fails is answered, and what was read before stays', (t) => {
  const { path, open } = rig(t)
  const file = open()
  file.write({ schema: 1, names: ['kept'] })
  rmSync(path)
  mkdirSync(path)
  assert.match(file.write({ schema: 1, names: ['lost'] })?.message ?? '', /choices\.json cannot be written: .*EISDIR/)
  assert.deepEqual(file.read(), { schema: 1, names: ['kept'] })
})

function rig(t: TestContext) {
  const folder = ownFolder(t)
  const path = join(folder, 'choices.json')
  const log = createRecordingLog()
  const open = (): JsonFile<Content> => {
    const result = openJsonStore({ path, schema, defaults, log })
    assert.ok(result.state === 'opened')
    return result.file
  }
  return { folder, path, log, open }
}
