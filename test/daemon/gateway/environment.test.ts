import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEnvironment } from '../../../daemon/gateway/environment.ts'
import { settingsFrom, twoProviders } from '../../support/settingsRig.ts'

test('only named variables are accepted, what a client gives goes before the daemon’s own, and an empty value is none', () => {
  const environment = createEnvironment(settingsFrom(twoProviders), { OPENAI_API_KEY: 'own', OTHER: 'x' })
  assert.deepEqual(environment.names(), ['OPENAI_API_KEY', 'TWO_KEY'])
  assert.equal(environment.valueOf('OPENAI_API_KEY'), 'own')
  const before = environment.revision()
  assert.deepEqual(environment.accept({ OPENAI_API_KEY: 'given', OTHER: 'y', TWO_KEY: '' }), ['OPENAI_API_KEY'])
  assert.equal(environment.valueOf('OPENAI_API_KEY'), 'given')
  assert.equal(environment.valueOf('TWO_KEY'), undefined)
  assert.notEqual(environment.revision(), before)
})

test('the same value again is no change', () => {
  const environment = createEnvironment(settingsFrom(twoProviders), { TWO_KEY: 'one' })
  const before = environment.revision()
  assert.deepEqual(environment.accept({ TWO_KEY: 'one' }), ['TWO_KEY'])
  assert.equal(environment.revision(), before)
})

test('keys that lie elsewhere are no variables', () => {
  const key = [['$', '{keychain:work}'].join(''), ['$', '{env:TWO_KEY}'].join('')]
  const environment = createEnvironment(settingsFrom({ providers: { one: { kind: 'openai', key } } }), { work: 'x' })
  assert.deepEqual(environment.names(), ['TWO_KEY'])
})
