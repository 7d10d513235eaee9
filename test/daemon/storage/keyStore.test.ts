import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createKeychain } from '../../../daemon/storage/keychain.ts'
import { createKeyFile } from '../../../daemon/storage/keyFile.ts'
import { createKeyStore } from '../../../daemon/storage/keyStore.ts'
import { provider } from '../../support/endpoints.ts'
import { createFakeKeyring } from '../../support/fakeKeyring.ts'
import { ownFolder } from '../../support/ownFolder.ts'
import { createRecordingLog } from '../../support/recordingLog.ts'

const { signal } = new AbortController()

function rig(t: TestContext) {
  const keyring = createFakeKeyring()
  const filePath = join(ownFolder(t), 'keys.json')
  const file = createKeyFile(filePath, createRecordingLog())
  const store = createKeyStore({ keychain: createKeychain('waybill test', keyring.load), file, filePath })
  return { keyring, store }
}

test('a new value goes to the keychain, and to the file only while no keychain can be used', async (t) => {
  const { keyring, store } = rig(t)
  assert.equal(await store.placeForNew(signal), 'keychain')
  keyring.isLocked = true
  assert.equal(await store.placeForNew(signal), 'file')
  keyring.isLocked = false
  assert.equal(await store.placeForNew(signal), 'keychain')
})

for (const place of ['keychain', 'file'] as const) {
  test(`keys of one name of two providers are two, in the ${place}`, async (t) => {
    const { store } = rig(t)
    const [one, two] = ['one', 'two'].map((id) => ({ provider: provider(id), name: 'work', place }))
    assert.ok(one !== undefined && two !== undefined)
    await store.write(one, 'sk-1', signal)
    await store.write(two, 'sk-2', signal)
    assert.equal(await store.remove(one, signal), undefined)
    assert.deepEqual(await store.read(one, signal), { state: 'not-set' })
    assert.deepEqual(await store.read(two, signal), { state: 'set', value: 'sk-2' })
  })
}

test('what cannot be written or removed is said without the value', async (t) => {
  const { keyring, store } = rig(t)
  const key = { provider: provider('one'), name: 'work', place: 'keychain' as const }
  keyring.isLocked = true
  assert.match(
    (await store.write(key, 'canary', signal))?.message ?? '',
    /^The key was not written to the keychain: .*AccessDenied\. Mend that and repeat\.$/,
  )
  assert.match((await store.remove(key, signal))?.message ?? '', /^The key was not removed from the keychain: /)
})
