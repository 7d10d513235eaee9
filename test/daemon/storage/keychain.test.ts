import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createKeychain, type KeyringEntry, loadKeyring } from '../../../daemon/storage/keychain.ts'
import { createFakeKeyring } from '../../support/fakeKeyring.ts'

const { signal } = new AbortController()

test('values are written, read and removed under their accounts, and a missing one is not set', async () => {
  const fake = createFakeKeyring()
  const keychain = createKeychain('waybill test', fake.load)
  assert.equal(await keychain.write('openai/work', 'sk-1', signal), undefined)
  assert.deepEqual(await keychain.read('openai/work', signal), { state: 'set', value: 'sk-1' })
  assert.deepEqual(await keychain.read('openai/other', signal), { state: 'not-set' })
  assert.equal(await keychain.remove('openai/work', signal), undefined)
  assert.equal(await keychain.remove('openai/work', signal), undefined)
  assert.equal(fake.values.size, 0)
})

test('a probe writes, reads and removes a canary of its own and leaves nothing behind', async () => {
  const fake = createFakeKeyring()
  assert.equal(await createKeychain('waybill test', fake.load).probe(signal), true)
  assert.equal(fake.uses.length, 3)
  assert.match(fake.uses[0] ?? '', /^canary /)
  assert.equal(fake.values.size, 0)
})

const working: KeyringEntry = {
  setPassword: async () => {},
  getPassword: async () => null,
  deleteCredential: async () => true,
}
const refuse = async (): Promise<never> => {
  throw new Error('refused')
}
const badKeyrings: readonly (readonly [string, Partial<KeyringEntry>])[] = [
  ['cannot be written', { setPassword: refuse }],
  ['cannot be read', { getPassword: refuse }],
  ['forgets at once', {}],
  ['cannot be removed from', { deleteCredential: refuse }],
]
for (const [name, parts] of badKeyrings) {
  test(`a keychain that ${name} is none`, async () => {
    const keychain = createKeychain('waybill test', async () => () => ({ ...working, ...parts }))
    assert.equal(await keychain.probe(signal), false)
  })
}

test('one that is locked says why and is asked again the next time', async () => {
  const fake = createFakeKeyring()
  const keychain = createKeychain('waybill test', fake.load)
  await keychain.write('openai/work', 'sk-1', signal)
  fake.isLocked = true
  const locked = await keychain.read('openai/work', signal)
  assert.ok(locked.state === 'locked')
  assert.match(locked.reason, /^the keychain cannot be reached: .*AccessDenied$/)
  assert.match((await keychain.write('openai/work', 'sk-2', signal)) ?? '', /AccessDenied/)
  assert.match((await keychain.remove('openai/work', signal)) ?? '', /AccessDenied/)
  fake.isLocked = false
  assert.deepEqual(await keychain.read('openai/work', signal), { state: 'set', value: 'sk-1' })
})

test('one that does not answer is locked once nobody waits any longer', async () => {
  const never = { ...working, getPassword: () => new Promise<never>(() => {}) }
  const keychain = createKeychain('waybill test', async () => () => never)
  const leaving = new AbortController()
  const reading = keychain.read('openai/work', leaving.signal)
  leaving.abort()
  assert.deepEqual(await reading, {
    state: 'locked',
    reason: 'the keychain cannot be reached: it did not answer in time',
  })
})

test('a system for which there is no package has no keychain', async () => {
  const missing = Object.assign(new Error("Cannot find module 'x'\nRequire stack:"), { code: 'MODULE_NOT_FOUND' })
  const keychain = createKeychain('waybill test', () => Promise.reject(missing))
  assert.equal(await keychain.probe(signal), false)
  const reason = 'the keychain cannot be reached: this build has no keychain for this system'
  assert.deepEqual(await keychain.read('openai/work', signal), { state: 'locked', reason })
})

test('the real package is loaded and probed without a throw, whatever this machine has', async () => {
  const keychain = createKeychain('waybill test', loadKeyring)
  assert.equal(typeof (await keychain.probe(signal)), 'boolean')
  const read = await keychain.read('never/written', signal)
  assert.ok(read.state === 'not-set' || read.state === 'locked', read.state)
})
