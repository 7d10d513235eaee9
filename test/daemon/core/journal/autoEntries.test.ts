import assert from 'node:assert/strict'
import { test } from 'node:test'
import { autoCheckpointSchema } from '../../../../daemon/core/journal/autoEntries.ts'
import { checkpointEntrySchema, journalEntrySchema } from '../../../../daemon/core/journal/entry.ts'
import { weightsInForce } from '../../../../daemon/core/routing/autoWeights.ts'
import { autoKinds } from '../../../../shared/domain/autoDecision.ts'

test('the weights of every kind can be carried over', () => {
  const learnt = autoKinds.map((kind) => ({ kind, outcomes: 3, weights: weightsInForce(kind, undefined).weights }))
  assert.deepEqual(autoCheckpointSchema.parse({ shares: [], learnt }), { shares: [], learnt })
})

test('a checkpoint from before `auto` was still reads', () => {
  const old = { type: 'checkpoint', schema: 1, atMs: 1, day: '2026-11-26', openReservations: [], requestsUnderWay: [] }
  assert.deepEqual(checkpointEntrySchema.parse(old), old)
})

test('feedback on a request without a tier is a line too', () => {
  const entry = { type: 'feedback', atMs: 1, requestId: 'request-1', outcome: 'retried' }
  assert.deepEqual(journalEntrySchema.parse(entry), entry)
  assert.equal(journalEntrySchema.safeParse({ ...entry, outcome: 'ignored' }).success, false)
})
