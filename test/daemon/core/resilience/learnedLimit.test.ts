import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idleLimitMs, type LimitInput, learnedFirstTokenMs } from '../../../../daemon/core/resilience/learnedLimit.ts'

const usual: LimitInput = {
  defaultMs: 60_000,
  isSet: false,
  hasOthers: true,
  isLocal: false,
  firstTokens: { count: 20, p99Ms: 2_000 },
  nowMs: 1_000_000,
}

const rows: readonly (readonly [string, Partial<LimitInput>, number])[] = [
  ['four times its own 99th percentile', {}, 8_000],
  ['at least 3 s', { firstTokens: { count: 20, p99Ms: 10 } }, 3_000],
  ['at most the default', { firstTokens: { count: 20, p99Ms: 50_000 } }, 60_000],
  ['15 s while fewer than 20 answers are known', { firstTokens: { count: 19, p99Ms: 10 } }, 15_000],
  ['which is never longer than the default', { defaultMs: 9_000, firstTokens: { count: 0, p99Ms: 0 } }, 9_000],
  ['nor when nobody else could answer', { hasOthers: false }, 60_000],
  ['nor against the user', { isSet: true }, 60_000],
  ['a local endpoint may be loading', { isLocal: true }, 60_000],
  ['unless it answered 5 minutes ago', { isLocal: true, lastSuccessAtMs: 700_000 }, 8_000],
  ['which is not longer', { isLocal: true, lastSuccessAtMs: 699_999 }, 60_000],
]

for (const [name, more, expectedMs] of rows) {
  test(`limit to the first token: ${name}`, () => assert.equal(learnedFirstTokenMs({ ...usual, ...more }), expectedMs))
}

test('limit between two reads: 15 s where somebody else could answer, unless the user set one', () => {
  const idle = { defaultMs: 30_000, isSet: false, hasOthers: true }
  assert.equal(idleLimitMs(idle), 15_000)
  assert.equal(idleLimitMs({ ...idle, hasOthers: false }), 30_000)
  assert.equal(idleLimitMs({ ...idle, isSet: true }), 30_000)
  assert.equal(idleLimitMs({ ...idle, defaultMs: 5_000 }), 5_000)
})
