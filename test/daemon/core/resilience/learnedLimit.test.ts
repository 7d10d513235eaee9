import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LimitInput, learnedFirstTokenMs } from '../../../../daemon/core/resilience/learnedLimit.ts'

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
  ['nothing is learnt from fewer than 20 answers', { firstTokens: { count: 19, p99Ms: 10 } }, 60_000],
  ['nor when nobody else could answer', { hasOthers: false }, 60_000],
  ['nor against the user', { isSet: true }, 60_000],
  ['a local endpoint may be loading', { isLocal: true }, 60_000],
  ['unless it answered 5 minutes ago', { isLocal: true, lastSuccessAtMs: 700_000 }, 8_000],
  ['which is not longer', { isLocal: true, lastSuccessAtMs: 699_999 }, 60_000],
]

for (const [name, more, expectedMs] of rows) {
  test(`limit to the first token: ${name}`, () => assert.equal(learnedFirstTokenMs({ ...usual, ...more }), expectedMs))
}
