import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MeasuredAttempt, nothingMeasured, onMeasuredAttempt } from '../../../../daemon/core/metrics/measured.ts'

function after(attempts: readonly MeasuredAttempt[]) {
  return attempts.reduce(onMeasuredAttempt, nothingMeasured)
}

const quick: MeasuredAttempt = { outcome: 'succeeded', firstTokenMs: 100, tokensPerSecond: 50, outputTokens: 10 }

test('the first attempt is the average, and the first few count the same', () => {
  assert.equal(after([quick]).firstTokenMs, 100)
  const two = after([quick, { ...quick, firstTokenMs: 300 }])
  assert.equal(two.firstTokenMs, 200)
  assert.equal(two.attempts, 2)
})

test('after ten attempts an older state counts half', () => {
  const old = after(Array.from({ length: 100 }, () => quick))
  const changed = Array.from({ length: 10 }, () => ({ ...quick, firstTokenMs: 1_100 })).reduce(onMeasuredAttempt, old)
  assert.ok(Math.abs((changed.firstTokenMs ?? 0) - 600) < 10, String(changed.firstTokenMs))
})

test('failures and rate limits are shares, and tell nothing about speed', () => {
  const mixed = after([quick, { outcome: 'failed' }, { outcome: 'rate-limited' }, quick])
  assert.equal(mixed.failedRatio, 0.25)
  assert.equal(mixed.rateLimitedRatio, 0.25)
  assert.equal(mixed.firstTokenMs, 100)
})

test('the share of cached input is of those attempts that said what their input was', () => {
  const cached = after([{ ...quick, inputTokens: 100, cachedInputTokens: 50 }, quick])
  assert.equal(cached.cachedRatio, 0.5)
  assert.equal(after([{ outcome: 'failed' }]).firstTokenMs, undefined)
})
