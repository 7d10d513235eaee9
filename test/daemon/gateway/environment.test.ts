import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEnvironment } from '../../../daemon/gateway/environment.ts'
import type { ProviderId } from '../../../shared/domain/ids.ts'
import { settingsFrom, twoProviders } from '../../support/settingsRig.ts'

test('only named variables are accepted, and a given value is stronger than the daemon’s own', () => {
  const environment = createEnvironment(settingsFrom(twoProviders), { OPENAI_API_KEY: 'own', OTHER: 'x' }, () => 5)
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
