import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReserveEntry } from '../../../../daemon/core/journal/entry.ts'
import { interruptedAttempt } from '../../../../daemon/core/journal/interrupted.ts'
import type { Money } from '../../../../shared/domain/money.ts'
import { endpoint } from '../../../support/endpoints.ts'

const { id, provider, model } = endpoint('a/x@one')

function reserveWith(bound: Money): ReserveEntry {
  return {
    type: 'reserve',
    atMs: 1_000,
    requestId: 'request-1' as never,
    requestStartedAtMs: 900,
    attempt: 2,
    endpoint: id,
    provider,
    model,
    isPractice: false,
    bound,
    boundInputTokens: 1,
    boundOutputTokens: 1,
    scope: { client: 'test', user: 'anna' },
  }
}

test('it costs at most its bound, and says so', () => {
  const attempt = interruptedAttempt(reserveWith({ kind: 'measured', nanodollars: 7 }), 1_500)
  assert.deepEqual(attempt.cost, { kind: 'estimated', nanodollars: 7, lowNanodollars: 0, highNanodollars: 7 })
  assert.deepEqual([attempt.outcome, attempt.attempt, attempt.totalMs], ['interrupted', 2, 500])
})

test('without a price it is unknown, and a clock that went back gives no negative time', () => {
  const attempt = interruptedAttempt(reserveWith({ kind: 'unknown' }), 0)
  assert.deepEqual([attempt.cost.kind, attempt.totalMs], ['unknown', 0])
})
