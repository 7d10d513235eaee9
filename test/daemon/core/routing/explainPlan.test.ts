import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { explainPlan } from '../../../../daemon/core/routing/explainPlan.ts'
import type { PlanInput } from '../../../../daemon/core/routing/planInput.ts'
import { planRoute } from '../../../../daemon/core/routing/planRoute.ts'
import { dollars, planInputs, planned, plannedModels } from '../../../support/endpoints.ts'

const input: PlanInput = {
  nowMs: 1_000,
  seed: 7,
  models: plannedModels([planned('a/x@one', dollars('1')), planned('a/x@two', dollars('3'))]),
  preferences: { max_price: { prompt: 2 } },
  needs: { inputTokens: 60, requiredOutputTokens: 1, parameters: [], modalities: [] },
}
const plan = planRoute(input)
const recorded = { atMs: 1_000, plan, input }

test('10,000 generated decisions, written as JSON and read again, are recomputed byte for byte', () => {
  fc.assert(
    fc.property(planInputs, (generated) => {
      const line = JSON.stringify({ atMs: generated.nowMs, plan: planRoute(generated), input: generated })
      assert.equal(explainPlan(JSON.parse(line)).recomputed, 'same')
    }),
    { numRuns: 10_000 },
  )
})

test('a plan that the input does not give is said to be different, and no numbers are made up for it', () => {
  const other = explainPlan({ ...recorded, plan: { ...plan, candidates: [] } })
  assert.equal(other.recomputed, 'different')
  assert.deepEqual(other.scores, [])
})

test('a plan of another version is said to be one, with its reasons and without scores', () => {
  const other = explainPlan({ ...recorded, plan: { ...plan, version: plan.version + 1 } })
  assert.equal(other.recomputed, 'other-version')
  assert.deepEqual(other.scores, [])
  assert.equal(other.firstBecause, undefined)
  assert.equal(other.rejected[0]?.endpoint, 'a/x@two')
})

test('missing inputs are said, and the reasons stand without their numbers', () => {
  const other = explainPlan({ atMs: 1_000, plan })
  assert.equal(other.recomputed, 'inputs-missing')
  assert.equal(other.rejected[0]?.text, 'it is dearer than `max_price`')
})

test('candidates have scores, rejected endpoints their numbers', () => {
  const explained = explainPlan(recorded)
  assert.deepEqual(
    explained.scores.map(({ endpoint }) => endpoint),
    ['a/x@one'],
  )
  assert.match(explained.rejected[0]?.text ?? '', /\$3\.00 for a million tokens of input, at most \$2\.00 allowed/)
})

test('of several candidates it is said why the first is', () => {
  const sorted: PlanInput = { ...input, preferences: { sort: 'price' } }
  const explained = explainPlan({ atMs: 1_000, plan: planRoute(sorted), input: sorted })
  assert.equal(explained.firstBecause, 'because it is the cheapest')
})
