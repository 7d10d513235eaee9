import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { chooseFolders, dataFoldersOf, ensureFolder } from '../../../daemon/storage/dataFolders.ts'
import { ownFolder } from '../../support/ownFolder.ts'

const linux = {
  platform: 'linux',
  standard: { config: '/h/.config/waybill', data: '/h/.local/share/waybill' },
} as const
const windows = {
  platform: 'win32',
  standard: { config: 'C:\\R\\waybill\\Config', data: 'C:\\L\\waybill\\Data' },
} as const

const rows = [
  {
    name: 'the system folders',
    given: { ...linux, home: undefined },
    config: '/h/.config/waybill',
    state: '/h/.local/share/waybill',
  },
  { name: 'WAYBILL_HOME', given: { ...linux, home: '/w' }, config: '/w/config', state: '/w/state' },
  {
    name: 'an empty WAYBILL_HOME, which counts as none',
    given: { ...linux, home: '' },
    config: '/h/.config/waybill',
    state: '/h/.local/share/waybill',
  },
  {
    name: 'Windows',
    given: { ...windows, home: undefined },
    config: 'C:\\R\\waybill\\Config',
    state: 'C:\\L\\waybill\\Data',
  },
  {
    name: 'WAYBILL_HOME on Windows',
    given: { ...windows, home: 'D:\\w' },
    config: 'D:\\w\\config',
    state: 'D:\\w\\state',
  },
]

for (const { name, given, config, state } of rows) {
  test(`files lie where they should: ${name}`, () => {
    const folders = chooseFolders(given)
    assert.equal(folders.config, config)
    assert.equal(folders.state, state)
    const separator = given.platform === 'win32' ? '\\' : '/'
    assert.equal(folders.journal, `${state}${separator}journal`)
    assert.equal(folders.rollups, `${state}${separator}rollups`)
    assert.equal(folders.configFile, `${config}${separator}config.json`)
    assert.equal(folders.logFile, [state, 'log', 'waybill.log'].join(separator))
  })
}

test('a relative WAYBILL_HOME is made absolute, so that it does not wander with the working folder', async () => {
  assert.equal(stateOf(await dataFoldersOf({ WAYBILL_HOME: 'here' })), resolve('here/state'))
  assert.notEqual(stateOf(await dataFoldersOf({ WAYBILL_HOME: '' })), resolve('state'))
})

function stateOf(folders: Awaited<ReturnType<typeof dataFoldersOf>>): string {
  return 'problem' in folders ? assert.fail(folders.problem) : folders.state
}

test('a folder is made for its user alone, with all that is above it', (t) => {
  const path = join(ownFolder(t), 'a', 'b')
  assert.equal(ensureFolder(path), undefined)
  assert.equal(statSync(path).mode & 0o777, 0o700)
})

test('a folder that lets others in is closed to them', (t) => {
  const path = join(ownFolder(t), 'open')
  mkdirSync(path)
  chmodSync(path, 0o755)
  assert.equal(ensureFolder(path), undefined)
  assert.equal(statSync(path).mode & 0o777, 0o700)
})

test('what stands in the way of a folder is said in words', (t) => {
  const path = join(ownFolder(t), 'file')
  writeFileSync(path, '')
  assert.match(ensureFolder(join(path, 'folder')) ?? '', /expected a folder .* not a folder \(ENOTDIR\).*WAYBILL_HOME/)
})
