import assert from 'node:assert/strict'
import { chmodSync, existsSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createKeyFile } from '../../../daemon/storage/keyFile.ts'
import { ownFolder } from '../../support/ownFolder.ts'
import { createRecordingLog } from '../../support/recordingLog.ts'

function rig(t: TestContext) {
  const folder = join(ownFolder(t), 'state')
  const path = join(folder, 'keys.json')
  const log = createRecordingLog()
  return { folder, path, log, file: createKeyFile(path, log) }
}

test('the file is only the user’s, and each change replaces it as a whole', (t) => {
  const { folder, path, file } = rig(t)
  assert.deepEqual(file.read('openai/work'), { state: 'not-set' })
  assert.equal(file.write('openai/work', 'sk-1'), undefined)
  const before = openSync(path, 'r')
  assert.equal(file.write('other/work', 'sk-2'), undefined)
  if (process.platform !== 'win32') {
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.equal(statSync(folder).mode & 0o777, 0o700)
  }
  // Who has the old file open still reads all of it.
  assert.deepEqual(JSON.parse(readFileSync(before, 'utf8')).keys, { 'openai/work': 'sk-1' })
  assert.deepEqual(file.read('openai/work'), { state: 'set', value: 'sk-1' })
  assert.deepEqual(createKeyFile(path, createRecordingLog()).read('other/work'), { state: 'set', value: 'sk-2' })
  assert.deepEqual(readdirSync(folder), ['keys.json'])
})

test('what is removed or replaced is in no file any more, and the file goes with the last', (t) => {
  const { folder, path, file } = rig(t)
  file.write('openai/work', 'canary-old')
  file.write('openai/work', 'canary-new')
  file.write('openai/other', 'canary-other')
  assert.equal(file.remove('openai/work'), undefined)
  assert.equal(readFileSync(path, 'utf8').includes('canary-other'), true)
  assert.equal(/canary-(old|new)/.test(readFileSync(path, 'utf8')), false)
  assert.equal(file.remove('openai/other'), undefined)
  assert.deepEqual(readdirSync(folder), [])
  assert.equal(file.remove('never/there'), undefined)
})

test('a file that lets others in is closed to them when it is read, and that is said', {
  skip: process.platform === 'win32',
}, (t) => {
  const { path, file, log } = rig(t)
  file.write('openai/work', 'canary')
  chmodSync(path, 0o644)
  assert.deepEqual(file.read('openai/work'), { state: 'set', value: 'canary' })
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.match(log.lines.join('\n'), /warn the file of keys let others in .*"mode":"644"/)
  assert.equal(log.lines.join('\n').includes('canary'), false)
})

const damaged = [
  '{"schema":1,"keys":{"openai/work":"canary',
  '{"schema":2,"keys":{}}',
  '[]',
  '{"schema":1,"keys":{"a":1}}',
]
for (const text of damaged) {
  test(`a file that cannot be understood is left as it is, and its keys are locked: ${text}`, (t) => {
    const { path, file } = rig(t)
    file.write('openai/work', 'canary')
    writeFileSync(path, text)
    const read = file.read('openai/work')
    assert.ok(read.state === 'locked')
    for (const words of [read.reason, file.write('openai/work', 'x') ?? '', file.remove('openai/work') ?? '']) {
      assert.match(words, /keys\.json: expected keys as this version writes them/)
      assert.equal(words.includes('canary'), false)
    }
    assert.equal(readFileSync(path, 'utf8'), text)
  })
}

test('a folder that cannot be made is said, not thrown', (t) => {
  const path = join(ownFolder(t), 'a-file')
  writeFileSync(path, '')
  const file = createKeyFile(join(path, 'keys.json'), createRecordingLog())
  assert.match(file.write('openai/work', 'sk-1') ?? '', /a-file/)
  assert.equal(existsSync(path), true)
})
