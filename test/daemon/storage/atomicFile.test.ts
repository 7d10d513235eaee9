import assert from 'node:assert/strict'
import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { replaceFile, replaceFileKeepingBackup } from '../../../daemon/storage/atomicFile.ts'
import { ownFolder } from '../../support/ownFolder.ts'

test('a file is replaced as a whole, for its user alone, and nothing else is left', (t) => {
  const folder = ownFolder(t)
  const path = join(folder, 'file')
  writeFileSync(path, 'a long old content', { mode: 0o644 })
  const oldInode = statSync(path).ino
  replaceFile(path, 'new')
  assert.equal(readFileSync(path, 'utf8'), 'new')
  assert.notEqual(statSync(path).ino, oldInode)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(folder), ['file'])
})

test('a replacement that fails leaves the old file and no temporary one', (t) => {
  const folder = ownFolder(t)
  mkdirSync(join(folder, 'taken', 'by a folder'), { recursive: true })
  assert.throws(() => replaceFile(join(folder, 'taken'), 'new'), { code: 'EISDIR' })
  assert.deepEqual(readdirSync(folder), ['taken'])
})

test('a symbolic link stays one, and the file it names is replaced', (t) => {
  const folder = ownFolder(t)
  writeFileSync(join(folder, 'real'), 'old')
  symlinkSync('real', join(folder, 'link'))
  replaceFile(join(folder, 'link'), 'new')
  assert.ok(lstatSync(join(folder, 'link')).isSymbolicLink())
  assert.equal(readFileSync(join(folder, 'real'), 'utf8'), 'new')
})

test('the last good content is kept beside the new one', (t) => {
  const path = join(ownFolder(t), 'file')
  replaceFileKeepingBackup(path, 'one', undefined)
  replaceFileKeepingBackup(path, 'two', 'one')
  assert.equal(readFileSync(path, 'utf8'), 'two')
  assert.equal(readFileSync(`${path}.bak`, 'utf8'), 'one')
})
