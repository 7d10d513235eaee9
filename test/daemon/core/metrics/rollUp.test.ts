import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RollUp, type RollUpKey, rollUpAt } from '../../../../daemon/core/metrics/rollUp.ts'

const key: RollUpKey = {
  endpoint: 'a/x@one',
  provider: 'one',
  model: 'a/x',
  isPractice: false,
  profile: 'work',
  workspace: '/project',
  user: 'anna',
  prompt: 'explain',
  client: 'vscode',
}

test('one roll-up for each combination, found again by equal keys', () => {
  const rollUps = new Map<string, RollUp>()
  const made = rollUpAt(rollUps, key)
  assert.equal(rollUpAt(rollUps, { ...key }), made)
  for (const name of ['endpoint', 'profile', 'workspace', 'user', 'prompt', 'client'] as const) {
    assert.notEqual(rollUpAt(rollUps, { ...key, [name]: 'other' }), made, name)
  }
  assert.equal(rollUps.size, 7)
})
