import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FirstTokens, firstTokenTimesOf, withFirstToken } from '../../../../daemon/core/resilience/firstTokens.ts'

test('the 99th percentile of at most 100 answers of the last 5 minutes', () => {
  let tokens: FirstTokens = []
  for (let at = 1; at <= 150; at += 1) tokens = withFirstToken(tokens, at, at)
  assert.deepEqual(firstTokenTimesOf(tokens, 150), { count: 100, p99Ms: 149 })
  assert.deepEqual(firstTokenTimesOf(tokens, 300_149), { count: 1, p99Ms: 150 })
  assert.deepEqual(firstTokenTimesOf(tokens, 400_000), { count: 0, p99Ms: 0 })
})
