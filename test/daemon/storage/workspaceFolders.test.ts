import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createWorkspaceFolders } from '../../../daemon/storage/workspaceFolders.ts'
import { silentLog } from '../../support/gatewayRig.ts'

function folders(context: TestContext) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'waybill-workspaces-')))
  context.after(() => rmSync(root, { recursive: true, force: true }))
  mkdirSync(join(root, 'project', '.git'), { recursive: true })
  mkdirSync(join(root, 'project', 'src', 'deep'), { recursive: true })
  mkdirSync(join(root, 'plain'))
  symlinkSync(join(root, 'project'), join(root, 'link'))
  return { root, resolve: createWorkspaceFolders(silentLog).resolve }
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
