import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measuredAttemptOf } from '../../../../daemon/core/metrics/attemptSpeed.ts'

const success = {
  outcome: 'succeeded',
  firstTextMs: 200,
  totalMs: 1_200,
  usage: { inputTokens: 9, outputTokens: 51 },
} as const
const failed = (kind: 'rate-limited' | 'provider-error' | 'invalid-request') =>
  ({ outcome: 'failed', totalMs: 5, failure: { kind, message: 'x' } }) as const

test('an answer tells its first token, its speed after it, and its tokens', () => {
  assert.deepEqual(measuredAttemptOf(success), {
    outcome: 'succeeded',
    firstTokenMs: 200,
    tokensPerSecond: 50,
    inputTokens: 9,
    outputTokens: 51,
  })
})

test('an answer that came at once, or whose tokens nobody counted, has no speed', () => {
  assert.equal(measuredAttemptOf({ ...success, totalMs: 210 })?.tokensPerSecond, undefined)
  const { usage: _usage, ...uncounted } = success
  assert.equal(measuredAttemptOf(uncounted)?.tokensPerSecond, undefined)
})

test('failures and rate limits count as such, what was given up or asked wrongly not at all', () => {
  assert.deepEqual(measuredAttemptOf(failed('provider-error')), { outcome: 'failed' })
  assert.deepEqual(measuredAttemptOf(failed('rate-limited')), { outcome: 'rate-limited' })
  assert.equal(measuredAttemptOf(failed('invalid-request')), undefined)
  assert.equal(measuredAttemptOf({ outcome: 'cancelled', totalMs: 5 }), undefined)
})
