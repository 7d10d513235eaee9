import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEnvironment } from '../../../daemon/gateway/environment.ts'
import { printOfKey } from '../../../daemon/systemPorts.ts'
import type { ProviderId } from '../../../shared/domain/ids.ts'
import { settingsFrom, twoProviders } from '../../support/settingsRig.ts'

test('only named variables are accepted, and a given value is stronger than the daemon’s own', () => {
  const environment = createEnvironment(settingsFrom(twoProviders), { OPENAI_API_KEY: 'own', OTHER: 'x' }, printOfKey)
  assert.deepEqual(environment.names(), ['OPENAI_API_KEY', 'TWO_KEY'])
  assert.equal(environment.valueOf('OPENAI_API_KEY'), 'own')
  assert.deepEqual(environment.keysOf('two' as ProviderId), [])
  assert.deepEqual(environment.keysOf('gone' as ProviderId), undefined)
  assert.deepEqual(environment.accept({ OPENAI_API_KEY: 'given', TWO_KEY: '', OTHER: 'y' }), ['OPENAI_API_KEY'])
  assert.equal(environment.valueOf('OPENAI_API_KEY'), 'given')
  assert.deepEqual(environment.accept({ TWO_KEY: 'second' }), ['TWO_KEY'])
  assert.deepEqual(environment.keysOf('two' as ProviderId), ['TWO_KEY'])
  assert.deepEqual(environment.secrets(), ['given', 'second'])
})

test('a print tells values apart, is the same in every daemon, and is too short to guess a key from', () => {
  const environment = createEnvironment(settingsFrom(twoProviders), { TWO_KEY: 'one' }, printOfKey)
  assert.equal(environment.printOf('OPENAI_API_KEY'), undefined)
  const print = environment.printOf('TWO_KEY')
  assert.match(print ?? '', /^[0-9a-f]{6}$/)
  assert.equal(createEnvironment(settingsFrom(twoProviders), { TWO_KEY: 'one' }, printOfKey).printOf('TWO_KEY'), print)
  environment.accept({ TWO_KEY: 'other' })
  assert.notEqual(environment.printOf('TWO_KEY'), print)
})
