import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AutoCheckpoint, autoCheckpointSchema } from '../../../../daemon/core/journal/autoEntries.ts'
import { applyAuto, autoCheckpointOf, createAutoState, restoreAuto } from '../../../../daemon/core/journal/autoState.ts'
import type { AutoDecision } from '../../../../shared/domain/autoDecision.ts'
import type { AutoTier } from '../../../../shared/domain/profile.ts'

const requestId = 'request-1' as never

function decisionOf(tier: AutoTier): AutoDecision {
  return {
    version: 1,
    tier,
    decidedBy: 'score',
    kind: 'fix',
    score: 0.5,
    threshold: 0,
    strongShareRatio: 0.25,
    bias: 0,
    features: [{ name: 'files', value: 1, weight: 0.5 }],
    learntFromOutcomes: 0,
  }
}

function stateWithBoth() {
  const state = createAutoState()
  applyAuto(state, { type: 'auto', atMs: 1, requestId, profile: 'mine' as never, decision: decisionOf('strong') })
  applyAuto(state, { type: 'feedback', atMs: 2, requestId, outcome: 'rejected', decision: decisionOf('cheap') })
  return state
}

test('each tier that was given counts towards the share of its own profile', () => {
  const state = stateWithBoth()
  assert.equal(state.shares.get('mine' as never)?.surplusCalls, 0.75)
  assert.equal(state.shares.get('other' as never), undefined)
})

test('outcomes of cheap answers are learnt from, those of strong ones and of requests without a tier are not', () => {
  const state = stateWithBoth()
  assert.equal(state.learnt.get('fix')?.outcomes, 1)
  applyAuto(state, { type: 'feedback', atMs: 3, requestId, outcome: 'rejected', decision: decisionOf('strong') })
  applyAuto(state, { type: 'feedback', atMs: 4, requestId, outcome: 'rejected' })
  assert.equal(state.learnt.get('fix')?.outcomes, 1)
})

test('a checkpoint carries all of it over, exactly, and an old one starts afresh', () => {
  const state = stateWithBoth()
  const written: AutoCheckpoint = autoCheckpointSchema.parse(JSON.parse(JSON.stringify(autoCheckpointOf(state))))
  const restored = createAutoState()
  restoreAuto(restored, written)
  assert.deepEqual(restored, state)
  restoreAuto(restored, undefined)
  assert.deepEqual(restored, createAutoState())
  assert.equal(autoCheckpointOf(restored), undefined)
})
