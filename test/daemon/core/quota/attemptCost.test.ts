import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
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
  // 400 bytes are about 100 tokens in, 40 bytes about 10 out: 100 * 1 + 10 * 2 nanodollars. At least 1 token came.
  assert.deepEqual(cost, { kind: 'estimated', nanodollars: 120, lowNanodollars: 2, highNanodollars: 10_000 })
})

test('one that was cancelled before anything came may cost nothing', () => {
  const cost = attemptCost({ ...facts, receivedBytes: 0 })
  assert.deepEqual(cost, { kind: 'estimated', nanodollars: 100, lowNanodollars: 0, highNanodollars: 10_000 })
})

test('what the provider counted before the cut raises the least and what is likely, and is no measured cost', () => {
  const cut = { ...facts, isUsagePartial: true }
  // 300 in and 1 out were said; 40 bytes are about 10 out.
  assert.deepEqual(attemptCost({ ...cut, usage: { inputTokens: 300, outputTokens: 1 } }), {
    kind: 'estimated',
    nanodollars: 320,
    lowNanodollars: 302,
    highNanodollars: 10_000,
  })
  // The input alone was said.
  assert.deepEqual(attemptCost({ ...cut, usage: { inputTokens: 300 }, receivedBytes: 0 }), {
    kind: 'estimated',
    nanodollars: 300,
    lowNanodollars: 300,
    highNanodollars: 10_000,
  })
  // More out was said than came: thoughts that are not shown.
  assert.deepEqual(attemptCost({ ...cut, usage: { inputTokens: 300, outputTokens: 500 } }), {
    kind: 'estimated',
    nanodollars: 1_300,
    lowNanodollars: 1_300,
    highNanodollars: 10_000,
  })
})

test('cached and written parts that were counted before the cut are priced as such', () => {
  const cached = { ...rates, cachedInputNanodollarsPerMillionTokens: 100_000, source: 'test' }
  const endpoint = { rates: cached, isPractice: false }
  const usage = { inputTokens: 1_000, cachedInputTokens: 900, outputTokens: 0 }
  const cost = attemptCost({ ...facts, endpoint, usage, isUsagePartial: true, receivedBytes: 0 })
  assert.deepEqual(cost, { kind: 'estimated', nanodollars: 190, lowNanodollars: 190, highNanodollars: 10_000 })
})

test('property: least, likely and most are in this order, whatever was said and received, and likely is within the bound', () => {
  const count = fc.nat(50_000)
  const usages = fc.record(
    {
      inputTokens: count,
      outputTokens: count,
      cachedInputTokens: count,
      cacheWriteTokens: count,
      reasoningTokens: count,
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(
      fc.option(usages, { nil: undefined }),
      count,
      count,
      fc.nat(200_000),
      (usage, inputBytes, receivedBytes, bound) => {
        const cost = attemptCost({
          ...facts,
          ...(usage !== undefined && { usage }),
          isUsagePartial: true,
          inputBytes,
          receivedBytes,
          bound: { kind: 'measured', nanodollars: bound },
        })
        assert.ok(cost.kind === 'estimated')
        assert.ok(cost.lowNanodollars <= cost.nanodollars && cost.nanodollars <= cost.highNanodollars)
        assert.equal(cost.highNanodollars, Math.max(bound, cost.lowNanodollars))
      },
    ),
  )
})

test('a request that may have arrived before the connection broke is not taken for free', () => {
  const broken = { kind: 'unreachable', mayHaveArrived: true, message: '' } as const
  assert.equal(attemptCost({ ...facts, hasHead: false, receivedBytes: 0, failure: broken }).kind, 'estimated')
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
