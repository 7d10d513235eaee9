import assert from 'node:assert/strict'
import { test } from 'node:test'
import { provider } from '../../support/endpoints.ts'
import { createFakeKeyring } from '../../support/fakeKeyring.ts'
import { createKeysRig, model } from './keysRig.ts'

const at = (place: string, name: string) => ['$', `{${place}:${name}}`].join('')
const one = provider('one')
const openai = (key?: unknown) => ({ one: { kind: 'openai', models: [model], ...(key !== undefined && { key }) } })

test('keys with a value can be used; a provider without any, and one that nobody has, need none', (t) => {
  const providers = { ...openai([at('env', 'A'), at('env', 'B')]), near: { kind: 'ollama', models: [model] } }
  const { keys, environment } = createKeysRig(t, { providers, environment: { A: 'sk-a', OTHER: 'x' } })
  assert.deepEqual(keys.keysOf(one), ['A'])
  assert.equal(keys.keysOf(provider('near')), undefined)
  assert.equal(keys.keysOf(provider('gone')), undefined)
  assert.deepEqual([keys.stateOf(one, 'A'), keys.stateOf(one, 'B')], [{ state: 'set' }, { state: 'not-set' }])
  const before = keys.revision()
  environment.accept({ B: 'sk-b', OTHER: 'y' })
  assert.notEqual(keys.revision(), before)
  assert.deepEqual(keys.keysOf(one), ['A', 'B'])
  assert.deepEqual(keys.secrets(), ['sk-a', 'sk-b'])
})

test('a print tells values apart, is the same in every daemon, and is too short to guess a key from', (t) => {
  const providers = openai(at('env', 'A'))
  const { keys, environment } = createKeysRig(t, { providers, environment: { A: 'one' } })
  const print = keys.printOf(one, 'A')
  assert.match(print ?? '', /^[0-9a-f]{6}$/)
  assert.equal(createKeysRig(t, { providers, environment: { A: 'one' } }).keys.printOf(one, 'A'), print)
  environment.accept({ A: 'other' })
  assert.notEqual(keys.printOf(one, 'A'), print)
  assert.equal(keys.printOf(one, 'B'), undefined)
})

test('disabled keys are not used, and weights are those of the configuration', (t) => {
  const providers = openai([
    { source: at('env', 'A'), isDisabled: true },
    { source: at('env', 'B'), weight: 7 },
  ])
  const { keys } = createKeysRig(t, { providers, environment: { A: 'sk-a', B: 'sk-b' } })
  assert.deepEqual(keys.keysOf(one), ['B'])
  assert.deepEqual(keys.stateOf(one, 'A'), { state: 'disabled' })
  assert.deepEqual([keys.weightOf(one, 'A'), keys.weightOf(one, 'B')], [1, 7])
})

test('keys of a keychain are read at the start, and a request waits for that', async (t) => {
  const keyring = createFakeKeyring()
  keyring.values.set('one/work', 'sk-1')
  const { keys, changes } = createKeysRig(t, { providers: openai(at('keychain', 'work')), keyring })
  assert.equal(keys.stateOf(one, 'work').state, 'locked')
  await keys.whenRead()
  assert.deepEqual(keys.keysOf(one), ['work'])
  assert.equal(keys.valueOf(one, 'work'), 'sk-1')
  assert.equal(changes.read, 1)
  assert.equal(keys.whenRead(), undefined)
})

test('no keychain is touched where the configuration names none of its keys', async (t) => {
  const { keys, keyring } = createKeysRig(t, { providers: openai(at('env', 'A')) })
  assert.equal(keys.whenRead(), undefined)
  await keys.readAgain()
  assert.deepEqual(keyring.uses, [])
})

test('a locked key is tried again by requests, at most every ten seconds, and by whoever asks', async (t) => {
  const keyring = createFakeKeyring()
  keyring.values.set('one/work', 'sk-1')
  keyring.isLocked = true
  const { keys, clock } = createKeysRig(t, { providers: openai(at('keychain', 'work')), keyring })
  await keys.whenRead()
  const state = keys.stateOf(one, 'work')
  assert.ok(state.state === 'locked' && /AccessDenied/.test(state.reason))
  assert.deepEqual(keys.keysOf(one), [])
  assert.equal(keys.whenRead(), undefined)
  await clock.advance(10_000)
  await keys.whenRead()
  assert.equal(keyring.uses.length, 2)
  keyring.isLocked = false
  await keys.readAgain()
  assert.deepEqual(keys.keysOf(one), ['work'])
})

test('a key that was set while it was being read keeps the new value', async (t) => {
  const keyring = createFakeKeyring()
  keyring.values.set('one/work', 'sk-old')
  const { keys } = createKeysRig(t, { providers: openai(at('keychain', 'work')), keyring })
  const reading = keys.whenRead()
  keys.hold({ provider: one, name: 'work', place: 'keychain' }, 'sk-new')
  await reading
  assert.equal(keys.valueOf(one, 'work'), 'sk-new')
})

test('keys that the file comes to name later are read too, and those that it no longer names are forgotten', async (t) => {
  const keyring = createFakeKeyring()
  keyring.values.set('one/work', 'sk-1').set('one/home', 'sk-2')
  const { keys, settings } = createKeysRig(t, { providers: openai(at('keychain', 'work')), keyring })
  await keys.whenRead()
  const work = { name: 'work', place: 'keychain', weight: 1, isDisabled: false } as const
  settings.setKeys(one, [work, { ...work, name: 'home' }])
  await keys.whenRead()
  assert.deepEqual(keys.keysOf(one), ['work', 'home'])
  settings.setKeys(one, [{ ...work, name: 'home' }])
  keyring.values.set('one/work', 'sk-3')
  settings.setKeys(one, [work])
  await keys.whenRead()
  assert.equal(keys.valueOf(one, 'work'), 'sk-3')
  assert.ok(
    ['sk-1', 'sk-2', 'sk-3'].every((value) => keys.secrets().includes(value)),
    'what was held is never logged',
  )
})
