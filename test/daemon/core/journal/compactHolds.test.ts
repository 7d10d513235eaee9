import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compactHolds, expandedHolds } from '../../../../daemon/core/journal/compactHolds.ts'

const hold = {
  budget: 'mine',
  unit: 'money',
  window: 'month',
  zone: 'Europe/Berlin',
  startMs: 1,
  amount: 5,
  isHard: true,
}

test('holds are lists of values and come back, with their member or without', () => {
  const holds = [hold, { ...hold, member: '/project', amount: 0, isHard: false }]
  const compact = compactHolds(holds)
  assert.deepEqual(compact[0], ['mine', 'money', 'month', 'Europe/Berlin', 1, 5, true])
  assert.deepEqual(expandedHolds(compact), holds)
})

test('what a later build adds or leaves out stays as it is', () => {
  const { zone: _, ...without } = hold
  for (const other of [{ ...hold, later: 1 }, without]) assert.deepEqual(expandedHolds(compactHolds([other])), [other])
  assert.deepEqual(compactHolds([{ ...hold, later: 1 }]), [{ ...hold, later: 1 }])
})
