import assert from 'node:assert/strict'
import { test } from 'node:test'
import { statsFieldsOf } from '../../../../daemon/core/metrics/measures.ts'
import { cellAt, createRollUps, type RollUpKey } from '../../../../daemon/core/metrics/rollUp.ts'
import { countAttempt, countRequest } from '../../../../daemon/core/metrics/rollUpCounting.ts'
import { speeds } from '../../../../daemon/core/metrics/rollUpSlot.ts'
import type { AttemptRecord } from '../../../../shared/domain/waybill.ts'
import { endpoint } from '../../../support/endpoints.ts'

const one = endpoint('a/x@one')
const key: RollUpKey = {
  endpoint: one.id,
  provider: one.provider,
  model: one.model,
  isPractice: false,
  profile: 'work',
  workspace: '',
  user: 'anna',
  prompt: '',
  client: 'vscode',
}
const counted = { key, atMs: 1_000 }
const record: AttemptRecord = {
  attempt: 1,
  endpoint: one.id,
  provider: one.provider,
  model: one.model,
  isPractice: false,
  startedAtMs: 0,
  firstTextMs: 100,
  totalMs: 1_100,
  outcome: 'succeeded',
  isRewound: false,
  usage: { inputTokens: 100, cachedInputTokens: 60, cacheWriteTokens: 5, outputTokens: 51, reasoningTokens: 3 },
  cost: { kind: 'measured', nanodollars: 9 },
  bound: { kind: 'unknown' },
}

function countsIn(rollUps: ReturnType<typeof createRollUps>, speed: (typeof speeds)[number]) {
  const [ofAll] = cellAt(rollUps, key, counted.atMs).histograms()
  return [...(ofAll?.[speeds.indexOf(speed)]?.values() ?? [])].reduce((sum, count) => sum + count, 0)
}

test('an attempt counts its tokens by kind, its money, what it saved and its speed', () => {
  const rollUps = createRollUps('')
  countAttempt(rollUps, counted, record)
  countAttempt(rollUps, counted, {
    ...record,
    outcome: 'failed',
    isRewound: true,
    usage: {},
    cost: { kind: 'unknown' },
  })
  const fields = statsFieldsOf(cellAt(rollUps, key, counted.atMs).sums, key)
  const { attempts, failedAttempts, rewinds, inputTokens, cachedInputTokens, cacheWriteTokens } = fields
  assert.deepEqual([attempts, failedAttempts, rewinds, fields.requests], [2, 1, 1, 0])
  assert.deepEqual([inputTokens, cachedInputTokens, cacheWriteTokens], [100, 60, 5])
  assert.deepEqual([fields.outputTokens, fields.reasoningTokens], [51, 3])
  assert.deepEqual([fields.cost.measuredNanodollars, fields.cost.unknownCount], [9, 1])
  // Its price is not in the record.
  assert.equal(fields.cacheSavings?.unknownCount, 1)
  assert.equal(countsIn(rollUps, 'tokensPerSecond'), 1)
})

test('a request counts its outcome; its times only when it was answered', () => {
  const rollUps = createRollUps('')
  countRequest(rollUps, counted, { outcome: 'succeeded', firstTextMs: 100, totalMs: 900, isFallback: true })
  countRequest(rollUps, counted, { outcome: 'failed', totalMs: 900, isFallback: true })
  const fields = statsFieldsOf(cellAt(rollUps, key, counted.atMs).sums, key)
  assert.deepEqual([fields.requests, fields.succeeded, fields.failed, fields.fallbacks], [2, 1, 1, 1])
  assert.deepEqual([countsIn(rollUps, 'firstTextMs'), countsIn(rollUps, 'totalMs')], [1, 1])
})
