import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scoresOf } from '../../../../daemon/core/routing/explainOrder.ts'
import type { PlanInput, Standing } from '../../../../daemon/core/routing/planInput.ts'
import { planRoute } from '../../../../daemon/core/routing/planRoute.ts'
import { dollars, planned, plannedModels } from '../../../support/endpoints.ts'

const measured = {
  attempts: 9,
  firstTokenMs: 500,
  tokensPerSecond: 100,
  failedRatio: 0,
  rateLimitedRatio: 0,
  cachedRatio: 0,
}

function scores(more: Partial<PlanInput>, standing: Partial<Standing> = {}) {
  const endpoints = [planned('a/x@one', dollars('1'), standing), planned('a/x@two', dollars('3')), planned('a/x@none')]
  const input: PlanInput = {
    nowMs: 1_000,
    seed: 0,
    models: plannedModels(endpoints).map((one) => ({ ...one, sticky: 'a/x@two' as never })),
    preferences: {},
    needs: { inputTokens: 1_000, requiredOutputTokens: 1, expectedOutputTokens: 100, parameters: [], modalities: [] },
    ...more,
  }
  const found = scoresOf(input, planRoute(input))
  return new Map(found.map((score) => [score.endpoint as string, score]))
}

test('price-weighted: the chance to be first stands beside each price; an unknown price has none', () => {
  const found = scores({ strategy: 'price-weighted' })
  assert.equal(found.get('a/x@one')?.priceNanodollars, 1_400_000)
  assert.ok(Math.abs((found.get('a/x@one')?.drawRatio ?? 0) - 0.9) < 1e-9)
  assert.equal(found.get('a/x@none')?.priceNanodollars, undefined)
  assert.equal(found.get('a/x@none')?.drawRatio, undefined)
  assert.equal(found.get('a/x@two')?.isSticky, true)
})

test('adaptive: the parts add up to what it was ordered by', () => {
  const one = scores({ strategy: 'adaptive' }, { measured }).get('a/x@one')
  assert.equal(one?.waitingNanodollars, 1_500_000)
  assert.equal(one?.totalNanodollars, 1_400_000 + 1_500_000)
  assert.equal(one?.drawRatio, undefined)
  assert.equal(one?.attempts, 9)
})

test('a probe and an outage are said', () => {
  const one = scores({}, { openUntilMs: 500, unstableUntilMs: 9_000 }).get('a/x@one')
  assert.deepEqual([one?.isProbe, one?.isUnstable], [true, true])
})
