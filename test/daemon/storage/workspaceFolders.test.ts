import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createWorkspaceFolders } from '../../../daemon/storage/workspaceFolders.ts'
import { createRecordingLog } from '../../support/recordingLog.ts'

function folders(context: TestContext) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'waybill-workspaces-')))
  context.after(() => rmSync(root, { recursive: true, force: true }))
  mkdirSync(join(root, 'project', '.git'), { recursive: true })
  mkdirSync(join(root, 'project', 'src', 'deep'), { recursive: true })
  mkdirSync(join(root, 'plain'))
  symlinkSync(join(root, 'project'), join(root, 'link'))
  const log = createRecordingLog()
  return { root, log, resolve: createWorkspaceFolders(log).resolve }
}

test('a document belongs to the nearest folder with a mark, whatever folder the client has open', (context) => {
  const { root, resolve } = folders(context)
  const document = join(root, 'project', 'src', 'deep', 'a.ts')
  assert.equal(resolve({ document, folder: join(root, 'project', 'src') })?.path, join(root, 'project'))
  writeFileSync(join(root, 'project', 'src', '.waybill.json'), '{}')
  assert.equal(resolve({ document })?.path, join(root, 'project', 'src'))
})

test('the same folder through a link is the same workspace', (context) => {
  const { root, resolve } = folders(context)
  assert.equal(resolve({ folder: join(root, 'link') })?.path, join(root, 'project'))
})

test('without a mark it is the folder that the client names; relative paths and nothing are no workspace', (context) => {
  const { root, resolve } = folders(context)
  assert.equal(resolve({ folder: join(root, 'plain') })?.path, join(root, 'plain'))
  assert.equal(
    resolve({ document: join(root, 'plain', 'a.ts'), folder: join(root, 'plain') })?.path,
    join(root, 'plain'),
  )
  assert.equal(resolve({ folder: 'plain' }), undefined)
  assert.equal(resolve({}), undefined)
})

test("a repository's own file is read only where the client says that it is trusted", (context) => {
  const { root, resolve } = folders(context)
  const folder = join(root, 'project')
  writeFileSync(join(folder, '.waybill.json'), '{ "profile": "cheap" }')
  assert.equal(resolve({ folder })?.fileProfile, undefined)
  assert.equal(resolve({ folder, isTrusted: false })?.fileProfile, undefined)
  assert.equal(resolve({ folder, isTrusted: true })?.fileProfile, 'cheap')
  writeFileSync(join(folder, '.waybill.json'), '{ broken')
  assert.equal(resolve({ folder, isTrusted: true })?.path, folder)
})

const damaged = [
  ['{\n  "profile": sk-canary\n}', /line 2, column 14.*expected.*a value/],
  ['["sk-canary"]', /the top level.*an object.*a list/],
  ['null', /the top level.*an object.*null/],
  ['{ "profile": ["sk-canary"] }', /"place":"profile".*a list/],
] as const

for (const [text, expected] of damaged) {
  test(`a workspace file that says ${JSON.stringify(text)} is told of once, by place and without its content`, (context) => {
    const { root, log, resolve } = folders(context)
    const folder = join(root, 'project')
    const file = join(folder, '.waybill.json')
    writeFileSync(file, text)
    for (let look = 0; look < 3; look++) assert.equal(resolve({ folder, isTrusted: true })?.fileProfile, undefined)
    assert.equal(log.lines.length, 1)
    assert.match(log.lines[0] ?? '', expected)
    assert.ok(log.lines[0]?.includes(file))
    utimesSync(file, 1, 1)
    resolve({ folder, isTrusted: true })
    assert.equal(log.lines.length, 2)
    assert.equal(log.lines.join().includes('canary'), false)
    writeFileSync(file, '\ufeff{ "profile": "cheap" }')
    assert.equal(resolve({ folder, isTrusted: true })?.fileProfile, 'cheap')
    assert.equal(log.lines.length, 2)
  })
}

test('a workspace file that cannot be read is told of in words', (context) => {
  const { root, log, resolve } = folders(context)
  const folder = join(root, 'project')
  mkdirSync(join(folder, '.waybill.json'))
  assert.deepEqual(resolve({ folder, isTrusted: true }), { path: folder })
  assert.match(log.lines.join(), /EISDIR/)
})
