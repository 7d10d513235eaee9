import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verdictOf } from '../../../../daemon/core/resilience/verdict.ts'
import { type FailureKind, failureKinds } from '../../../../shared/domain/failure.ts'

const broken: readonly FailureKind[] = [
  'overloaded',
  'provider-error',
  'timeout',
  'unreachable',
  'protocol-violation',
  'truncated',
]

test('of all failures only those count that are the endpoint’s own', () => {
  for (const kind of failureKinds) {
    const verdict = verdictOf({ outcome: 'failed', failure: { kind, message: '' } })
    assert.equal(verdict, broken.includes(kind) ? 'failure' : 'neither', kind)
  }
})

test('an answer is a success; what was given up, and a request that was out of time, are neither', () => {
  assert.equal(verdictOf({ outcome: 'succeeded' }), 'success')
  assert.equal(verdictOf({ outcome: 'cancelled' }), 'neither')
  assert.equal(verdictOf({ outcome: 'interrupted' }), 'neither')
  assert.equal(verdictOf({ outcome: 'failed', failure: { kind: 'timeout', phase: 'total', message: '' } }), 'neither')
})
