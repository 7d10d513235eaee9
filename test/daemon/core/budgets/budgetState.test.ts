/** What budgets remember changes by entries, and goes through a checkpoint as it is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { budgetCheckpointSchema } from '../../../../daemon/core/budgets/budgetEntries.ts'
import {
  type BudgetState,
  budgetCheckpointOf,
  createBudgetState,
  onAllow,
  onBudgetEnd,
  onBudgetReserve,
  onRelease,
  restoreBudgets,
} from '../../../../daemon/core/budgets/budgetState.ts'
import type { ReserveEntry } from '../../../../daemon/core/journal/entry.ts'
import type { RequestId } from '../../../../shared/domain/ids.ts'
import type { AttemptRecord } from '../../../../shared/domain/waybill.ts'
import { atMost, hold, measured, recordOf } from './budgetSamples.ts'

const requestId = 'request-1' as RequestId
const record = recordOf(atMost(90), { outcome: 'interrupted' })

function reserved(holds: ReserveEntry['holds'] = [hold(90)]): ReserveEntry {
  const { attempt, endpoint, provider, model, isPractice, bound } = record
  const at = { type: 'reserve', atMs: 5, requestId, requestStartedAtMs: 5, attempt } as const
  const scope = { client: 'test', user: 'anna' }
  const bounds = { bound, boundInputTokens: 1, boundOutputTokens: 1 }
  return { ...at, endpoint, provider, model, isPractice, ...bounds, holds, scope }
}

function ended(one: AttemptRecord): BudgetState {
  const state = createBudgetState()
  onBudgetReserve(state, reserved())
  onBudgetEnd(state, { type: 'end', atMs: 9, requestId, record: one }, reserved())
  return state
}

const release = { type: 'release', atMs: 10, requestId, attempt: 1, spentNanodollars: 20 } as const

test('an interrupted attempt counts in full until it is released, once', () => {
  const state = ended(record)
  const counter = () => [...state.counters.values()][0]
  assert.deepEqual([counter()?.atMost, state.interrupted.size], [90, 1])
  onRelease(state, release)
  assert.deepEqual([counter()?.used, counter()?.atMost, state.interrupted.size], [20, 20, 0])
  assert.deepEqual([...state.released], [['request-1#1', 20]])
  onRelease(state, release)
  assert.equal(counter()?.atMost, 20)
})

test('what was seen to end, cost nothing or was practice is not open to correction', () => {
  for (const one of [
    recordOf(measured(30)),
    recordOf(measured(0), { outcome: 'interrupted' }),
    recordOf({ kind: 'practice', nanodollars: 5 }, { outcome: 'interrupted' }),
  ]) {
    assert.equal(ended(one).interrupted.size, 0)
  }
})

test('an endpoint that went over its bound is kept out until it is allowed', () => {
  const state = ended(recordOf(measured(500), { isOverBound: true }))
  assert.deepEqual([...state.barred], [[record.endpoint, { atMs: 9, requestId }]])
  onAllow(state, { type: 'allow', atMs: 11, endpoint: record.endpoint })
  assert.equal(state.barred.size, 0)
})

test('a checkpoint gives back the same state, also through JSON and its schema', () => {
  const state = ended({ ...record, isOverBound: true })
  const checkpoint = budgetCheckpointSchema.parse(JSON.parse(JSON.stringify(budgetCheckpointOf(state))))
  const restored = createBudgetState()
  onBudgetReserve(restored, reserved([hold(7, { startMs: 99 })]))
  restoreBudgets(restored, checkpoint)
  assert.deepEqual(restored, state)
})

test('at most two hundred interrupted attempts are remembered, the newest', () => {
  const state = createBudgetState()
  for (let number = 1; number <= 205; number += 1) {
    const entry = { type: 'end', atMs: number, requestId: `request-${number}` as RequestId, record } as const
    onBudgetEnd(state, entry, reserved([]))
  }
  assert.equal(state.interrupted.size, 200)
  assert.equal([...state.interrupted.keys()][0], 'request-6#1')
})
