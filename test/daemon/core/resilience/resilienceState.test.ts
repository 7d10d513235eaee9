import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createResilienceState,
  keyIdOf,
  onResilienceCall,
  onResilienceEnd,
  resilienceSnapshotSchema,
  restoreResilience,
  snapshotOfResilience,
} from '../../../../daemon/core/resilience/resilienceState.ts'
import { endpoint } from '../../../support/endpoints.ts'

const one = endpoint('a/x@p')
const call = { token: 't', endpoint: one.id, provider: one.provider, key: 'P_KEY' }

test('a snapshot, written and read as JSON, brings back breakers, keys and first-token times', () => {
  const state = createResilienceState()
  onResilienceEnd(state, { ...call, outcome: 'succeeded', totalMs: 900, firstTextMs: 12 }, 0)
  for (const kind of ['provider-error', 'provider-error', 'provider-error', 'rate-limited'] as const) {
    onResilienceEnd(state, { ...call, outcome: 'failed', totalMs: 900, failure: { kind, message: '' } }, 1)
  }
  onResilienceCall(state, call, 20_000)
  assert.equal(state.breakers.get(one.id)?.state, 'probing')
  assert.equal(state.keys.get(keyIdOf(one.provider, 'P_KEY'))?.readyAtMs, 2_001)
  const again = createResilienceState()
  restoreResilience(again, resilienceSnapshotSchema.parse(JSON.parse(JSON.stringify(snapshotOfResilience(state)))))
  assert.equal(again.keysUsedAtMs.get(keyIdOf(one.provider, 'P_KEY')), 20_000)
  for (const part of ['breakers', 'keys', 'keysUsedAtMs', 'windows', 'measured'] as const)
    assert.deepEqual(again[part], state[part])
})

test('every call and end can be seen in the revisions of its endpoint and provider', () => {
  const state = createResilienceState()
  onResilienceCall(state, call, 0)
  onResilienceEnd(state, { ...call, outcome: 'cancelled', totalMs: 900 }, 1)
  assert.deepEqual([state.revisions.get(one.id), state.revisions.get(one.provider)], [2, 2])
})
