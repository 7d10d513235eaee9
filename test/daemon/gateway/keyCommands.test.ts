import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { isFailed } from '../../../daemon/gateway/session.ts'
import type { KeyInfo } from '../../../shared/protocol/keys.ts'
import { provider } from '../../support/endpoints.ts'
import { createKeysRig, type KeysRigOptions, model } from './keysRig.ts'

const at = (place: string, name: string) => ['$', `{${place}:${name}}`].join('')
const one = provider('one')
const work = { provider: one, name: 'work' }
const { signal } = new AbortController()
const openai = (key?: unknown): KeysRigOptions => ({
  providers: { one: { $note: 1, kind: 'openai', models: [model], ...(key !== undefined && { key }) } },
})

function keyOf(result: { readonly key: KeyInfo } | object): KeyInfo {
  assert.ok('key' in result, JSON.stringify(result))
  return result.key as KeyInfo
}

function messageOf(result: object): string {
  assert.ok(isFailed(result), JSON.stringify(result))
  return result.failure.message
}

test('set: the value goes to the keychain, the configuration says where, the answer only its fingerprint', async (t) => {
  const { commands, keys, keyring, configText, configured, filePath } = createKeysRig(t, openai())
  const result = await commands.set({ ...work, value: 'canary-1', weight: 3 }, signal)
  const fingerprint = keys.printOf(one, 'work')
  assert.deepEqual(result, {
    key: { provider: one, name: 'work', place: 'keychain', state: 'ready', fingerprint, weight: 3 },
  })
  assert.equal(keyring.values.get('one/work'), 'canary-1')
  assert.deepEqual(keys.keysOf(one), ['work'])
  assert.deepEqual(configured().one, {
    $note: 1,
    kind: 'openai',
    models: [model],
    key: { source: at('keychain', 'work'), weight: 3 },
  })
  assert.deepEqual(Object.keys(JSON.parse(configText())), ['$comment', 'schema', 'providers', 'later'])
  assert.equal((JSON.stringify(result) + configText()).includes('canary'), false)
  assert.equal(existsSync(filePath), false)
})

test('set: without a keychain the value goes to the file, which is plainly said', async (t) => {
  const { commands, keyring, filePath, configured, keys } = createKeysRig(t, openai())
  keyring.isLocked = true
  const result = await commands.set({ provider: one, value: 'canary-1' }, signal)
  assert.equal(keyOf(result).place, 'file')
  assert.match('note' in result ? (result.note ?? '') : '', /^No keychain can be used here, .* plain text/)
  assert.equal(configured().one.key, at('file', 'default'))
  assert.ok(readFileSync(filePath, 'utf8').includes('canary-1'))
  assert.equal(keys.valueOf(one, 'default'), 'canary-1')
})

test('set: the usual variable stays beside a new key while it has a value, and goes when it has none', async (t) => {
  const used = createKeysRig(t, { ...openai(), environment: { OPENAI_API_KEY: 'sk-e' } })
  await used.commands.set({ ...work, value: 'sk-1' }, signal)
  assert.deepEqual(used.configured().one.key, [at('env', 'OPENAI_API_KEY'), at('keychain', 'work')])
  const unused = createKeysRig(t, openai())
  await unused.commands.set({ ...work, value: 'sk-1' }, signal)
  assert.equal(unused.configured().one.key, at('keychain', 'work'))
  const named = createKeysRig(t, openai(at('env', 'MINE')))
  await named.commands.set({ ...work, value: 'sk-1' }, signal)
  assert.deepEqual(named.configured().one.key, [at('env', 'MINE'), at('keychain', 'work')])
})

test('set: what cannot be is refused, leaves no value anywhere and repeats nothing that may be a key', async (t) => {
  const { commands, keyring, writeConfig, keys } = createKeysRig(t, openai(at('env', 'MINE')))
  const unknown = await commands.set({ provider: provider('sk-canary'), value: 'x' }, signal)
  assert.match(messageOf(unknown), /^Expected one of your providers \(one\), found another name\.$/)
  assert.match(
    messageOf(await commands.set({ provider: provider('practice-steady'), value: 'x' }, signal)),
    /need no key/,
  )
  assert.match(messageOf(await commands.set({ provider: one, name: 'MINE', value: 'x' }, signal)), /exists already/)
  assert.match(messageOf(await commands.disable({ provider: one, name: 'sk-canary' })), /\(MINE\), found another\.$/)
  writeConfig({})
  assert.match(messageOf(await commands.set({ ...work, value: 'sk-1' }, signal)), /was not written/)
  assert.equal(keyring.values.size, 0)
  assert.equal(keys.valueOf(one, 'work'), undefined)
})

test('rotate: another value under the same name, with another fingerprint and none of the old one’s troubles', async (t) => {
  const { commands, state, clock, changes, keyring, keys, configText } = createKeysRig(t, openai())
  const first = keyOf(await commands.set({ ...work, value: 'sk-1' }, signal))
  const print = first.fingerprint
  assert.ok(print !== undefined)
  const refused = { atMs: clock.wallMs(), untilMs: clock.wallMs() + 60_000, httpStatus: 401 }
  state.resilience.keys.set('one/work', { readyAtMs: 0, backOffMs: 0, refused, print })
  state.resilience.keysUsedAtMs.set('one/work', 77)
  const before = keyOf(await commands.weigh({ ...work, weight: 1 }))
  assert.deepEqual([before.state, before.httpStatus, before.lastUsedAtMs], ['refused', 401, 77])
  const text = configText()
  const after = keyOf(await commands.rotate({ ...work, value: 'sk-2' }, signal))
  assert.deepEqual([after.state, after.lastUsedAtMs], ['ready', 77])
  assert.notEqual(after.fingerprint, print)
  assert.deepEqual([keyring.values.get('one/work'), keys.valueOf(one, 'work')], ['sk-2', 'sk-2'])
  assert.equal(configText(), text)
  assert.equal(changes.rotated, 1)
})

test('rotate: a key of the file moves to the keychain as soon as there is one, and never the other way', async (t) => {
  const { commands, keyring, filePath, configured, keys } = createKeysRig(t, openai())
  keyring.isLocked = true
  await commands.set({ ...work, value: 'sk-1' }, signal)
  keyring.isLocked = false
  assert.equal(keyOf(await commands.rotate({ ...work, value: 'sk-2' }, signal)).place, 'keychain')
  assert.equal(existsSync(filePath), false)
  assert.equal(configured().one.key, at('keychain', 'work'))
  keyring.isLocked = true
  assert.match(messageOf(await commands.rotate({ ...work, value: 'sk-3' }, signal)), /not written to the keychain/)
  assert.equal(keys.valueOf(one, 'work'), 'sk-2')
})

test('a key from the environment can be disabled, enabled and weighed, but not rotated', async (t) => {
  const { commands, keys, configured } = createKeysRig(t, { ...openai(), environment: { OPENAI_API_KEY: 'sk-e' } })
  const ref = { provider: one, name: 'OPENAI_API_KEY' }
  assert.equal(keyOf(await commands.disable(ref)).state, 'disabled')
  assert.deepEqual(keys.keysOf(one), [])
  assert.deepEqual(configured().one.key, { source: at('env', 'OPENAI_API_KEY'), isDisabled: true })
  assert.equal(keyOf(await commands.enable(ref)).state, 'ready')
  assert.equal(keyOf(await commands.weigh({ ...ref, weight: 9 })).weight, 9)
  assert.match(messageOf(await commands.rotate({ ...ref, value: 'x' }, signal)), /comes from that environment variable/)
})

test('remove: the value goes with the key, and a usual variable that is not named cannot be removed', async (t) => {
  const { commands, keyring, keys, configured } = createKeysRig(t, openai())
  await commands.set({ ...work, value: 'sk-1' }, signal)
  await commands.set({ provider: one, name: 'home', value: 'sk-2' }, signal)
  assert.deepEqual(await commands.remove(work, signal), { left: 1 })
  assert.deepEqual([...keyring.values.keys()], ['one/home'])
  assert.deepEqual(await commands.remove({ provider: one, name: 'home' }, signal), { left: 1 })
  assert.equal('key' in configured().one, false)
  assert.deepEqual(keys.keysOf(one), [])
  const usual = await commands.remove({ provider: one, name: 'OPENAI_API_KEY' }, signal)
  assert.match(messageOf(usual), /usual variable of one/)
})

test('remove: a key whose value cannot be removed now stays as it is', async (t) => {
  const { commands, keyring, keys, writeConfig } = createKeysRig(t, openai())
  await commands.set({ ...work, value: 'sk-1' }, signal)
  keyring.isLocked = true
  assert.match(messageOf(await commands.remove(work, signal)), /not removed from the keychain/)
  assert.deepEqual(keys.keysOf(one), ['work'])
  keyring.isLocked = false
  // Changed by hand in the meantime: nothing is written over it, and the value is put back.
  writeConfig({ one: { kind: 'openai', models: [model], key: [at('keychain', 'work'), at('env', 'MINE')] } })
  assert.match(messageOf(await commands.remove(work, signal)), /was not written/)
  assert.equal(keyring.values.get('one/work'), 'sk-1')
})

test('list: every state, over all providers or one; locked keys are tried again first', async (t) => {
  const key = [at('keychain', 'work'), { source: at('env', 'A'), isDisabled: true }, at('env', 'B'), at('env', 'C')]
  const providers = { ...openai(key).providers, two: { kind: 'anthropic', models: [model] } }
  const rig = createKeysRig(t, { providers, environment: { A: 'sk-a', B: 'sk-b' } })
  const { commands, keyring, state, clock, keys } = rig
  keyring.values.set('one/work', 'sk-1')
  keyring.isLocked = true
  const print = keys.printOf(one, 'B') ?? ''
  state.resilience.keys.set('one/B', { readyAtMs: clock.wallMs() + 5_000, backOffMs: 0, print })
  const listed = await commands.list({})
  assert.ok('keys' in listed)
  assert.deepEqual(
    listed.keys.map(({ provider: id, name, state: how }) => `${id} ${name} ${how}`),
    ['one work locked', 'one A disabled', 'one B cooling', 'one C not-set', 'two ANTHROPIC_API_KEY not-set'],
  )
  assert.match(listed.keys[0]?.lockedBecause ?? '', /AccessDenied/)
  assert.equal(listed.keyFile, rig.filePath)
  keyring.isLocked = false
  const again = await commands.list({ provider: one })
  assert.ok('keys' in again)
  assert.deepEqual([again.keys.length, again.keys[0]?.state], [4, 'ready'])
  assert.equal(JSON.stringify([listed, again]).includes('sk-'), false)
})

test('changes that come together are made one after the other, and none is lost', async (t) => {
  const { commands, keys } = createKeysRig(t, openai())
  const names = ['a', 'b', 'c', 'd']
  await Promise.all(names.map((name) => commands.set({ provider: one, name, value: `sk-${name}` }, signal)))
  assert.deepEqual(keys.keysOf(one), names)
})
