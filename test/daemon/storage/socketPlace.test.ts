import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  chooseSocketPlace,
  claimSuffix,
  newPrivateName,
  openSocketPlace,
  privateSuffix,
} from '../../../daemon/storage/socketPlace.ts'
import { ownFolder } from '../../support/ownFolder.ts'

// The longest name in the folder is a claim: 12 + 6 bytes, and the slash before it.
const nameBytes = 19

const rows = [
  { name: 'fits Linux exactly', platform: 'linux', folder: `/${'a'.repeat(106 - nameBytes)}`, kind: 'state-folder' },
  {
    name: 'is one byte too long for Linux',
    platform: 'linux',
    folder: `/${'a'.repeat(107 - nameBytes)}`,
    kind: 'hashed-folder',
  },
  { name: 'fits macOS exactly', platform: 'darwin', folder: `/${'a'.repeat(102 - nameBytes)}`, kind: 'state-folder' },
  {
    name: 'is one byte too long for macOS',
    platform: 'darwin',
    folder: `/${'a'.repeat(103 - nameBytes)}`,
    kind: 'hashed-folder',
  },
  { name: 'fits in characters, not in bytes', platform: 'linux', folder: `/${'é'.repeat(60)}`, kind: 'hashed-folder' },
  { name: 'is on Windows', platform: 'win32', folder: 'C:\\state', kind: 'pipe' },
] as const

for (const { name, platform, folder, kind } of rows) {
  test(`a state folder that ${name} gives a place of kind ${kind}`, () => {
    const place = chooseSocketPlace({ platform, stateFolder: folder })
    assert.equal(place.kind, kind)
    if (place.kind === 'pipe') {
      assert.match(place.socketPath, /^\\\\\.\\pipe\\waybill-[0-9a-f]{16}$/)
      return
    }
    const limitBytes = platform === 'linux' ? 107 : 103
    const claim = newPrivateName().replace(privateSuffix, claimSuffix)
    for (const path of [place.socketPath, join(place.folder, newPrivateName()), join(place.folder, claim)]) {
      assert.ok(Buffer.byteLength(path) <= limitBytes, path)
    }
  })
}

test('two long state folders have two places, and one has always the same', () => {
  const placeOf = (end: string) => chooseSocketPlace({ platform: 'linux', stateFolder: `/${'a'.repeat(200)}${end}` })
  assert.deepEqual(placeOf('x'), placeOf('x'))
  assert.notEqual(placeOf('x').socketPath, placeOf('y').socketPath)
})

test('the folder in the temporary folder is made private, and one that is not is refused', (t) => {
  const stateFolder = join(ownFolder(t), 'x'.repeat(200))
  const place = chooseSocketPlace({ platform: 'linux', stateFolder })
  assert.ok(place.kind === 'hashed-folder')
  t.after(() => rmSync(place.folder, { recursive: true, force: true }))
  assert.equal(openSocketPlace(place), undefined)
  assert.equal(statSync(place.folder).mode & 0o777, 0o700)
  assert.equal(openSocketPlace(place), undefined)

  chmodSync(place.folder, 0o770)
  assert.match(openSocketPlace(place) ?? '', /expected .* mode 700, found 770; remove it/)
})

test('a link in the place of that folder is refused', (t) => {
  const folder = ownFolder(t)
  const place = chooseSocketPlace({ platform: 'linux', stateFolder: join(folder, 'y'.repeat(200)) })
  assert.ok(place.kind === 'hashed-folder')
  mkdirSync(join(folder, 'trap'), { mode: 0o700 })
  symlinkSync(join(folder, 'trap'), place.folder)
  t.after(() => rmSync(place.folder))
  assert.match(openSocketPlace(place) ?? '', /expected a folder .* found something else/)
})

test('a folder of another user is refused', {
  skip: process.getuid?.() !== 0 && 'only root can give a folder away',
}, async (t) => {
  const { chownSync } = await import('node:fs')
  const place = chooseSocketPlace({ platform: 'linux', stateFolder: join(ownFolder(t), 'z'.repeat(200)) })
  assert.ok(place.kind === 'hashed-folder')
  t.after(() => rmSync(place.folder, { recursive: true, force: true }))
  mkdirSync(place.folder, { mode: 0o700 })
  chownSync(place.folder, 12_345, 12_345)
  assert.match(openSocketPlace(place) ?? '', /belong to this user, found another owner/)
})
