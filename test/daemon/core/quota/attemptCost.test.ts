import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AttemptFacts, attemptCost } from '../../../../daemon/core/quota/attemptCost.ts'

const rates = {
  inputNanodollarsPerMillionTokens: 1_000_000,
  outputNanodollarsPerMillionTokens: 2_000_000,
  source: 'test',
}
const facts: AttemptFacts = {
  endpoint: { rates, isPractice: false },
  hasHead: true,
  inputBytes: 400,
  imageCount: 0,
  receivedBytes: 40,
  bound: { kind: 'measured', nanodollars: 10_000 },
}

test('what the provider counted is measured', () => {
  const cost = attemptCost({ ...facts, usage: { inputTokens: 10, outputTokens: 20 } })
  assert.deepEqual(cost, { kind: 'measured', nanodollars: 50 })
})

test('a call that was refused before any answer costs nothing', () => {
  for (const failure of [
    { kind: 'rate-limited', message: '', httpStatus: 429 },
    { kind: 'provider-error', message: '', httpStatus: 500 },
    { kind: 'unreachable', message: '' },
    { kind: 'timeout', phase: 'connect', message: '' },
  ] as const) {
    assert.deepEqual(attemptCost({ ...facts, hasHead: false, failure }), { kind: 'measured', nanodollars: 0 })
  }
})

test('an answer that was cut is estimated from what was received, up to its bound', () => {
  const cost = attemptCost({ ...facts, failure: { kind: 'truncated', message: '' } })
  // 400 bytes are about 100 tokens in, 40 bytes about 10 out: 100 * 1 + 10 * 2 nanodollars.
  assert.deepEqual(cost, { kind: 'estimated', nanodollars: 120, lowNanodollars: 0, highNanodollars: 10_000 })
})

test('a call without an answer in time may have been billed', () => {
  const cost = attemptCost({
    ...facts,
    hasHead: false,
    receivedBytes: 0,
    failure: { kind: 'timeout', phase: 'first-token', message: '' },
  })
  assert.equal(cost.kind, 'estimated')
})

test('without a price it is unknown, for practice it is practice', () => {
  assert.equal(attemptCost({ ...facts, endpoint: { isPractice: false }, bound: { kind: 'unknown' } }).kind, 'unknown')
  const practice = {
    ...facts,
    endpoint: { rates, isPractice: true },
    bound: { kind: 'practice', nanodollars: 9 },
  } as const
  assert.equal(attemptCost(practice).kind, 'practice')
})
