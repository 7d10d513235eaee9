import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type LearntKind,
  learnFrom,
  outcomesBeforeUse,
  weightsInForce,
} from '../../../../daemon/core/routing/autoWeights.ts'
import {
  type AnswerOutcome,
  type AutoFeature,
  autoFeatureNames,
  autoKinds,
} from '../../../../shared/domain/autoDecision.ts'

function featuresWith(value: number): readonly AutoFeature[] {
  return autoFeatureNames.map((name) => ({ name, value, weight: 0 }))
}

function afterOutcomes(count: number, outcome: AnswerOutcome, value = 1): LearntKind | undefined {
  let learnt: LearntKind | undefined
  for (let index = 0; index < count; index += 1) learnt = learnFrom('fix', learnt, featuresWith(value), outcome)
  return learnt
}

test('every kind starts from a table, with no weight that makes a harder request look easier', () => {
  for (const kind of autoKinds) {
    const { weights, learntFromOutcomes } = weightsInForce(kind, undefined)
    assert.equal(learntFromOutcomes, 0)
    assert.ok(autoFeatureNames.every((name) => weights[name] >= 0))
  }
})

test('29 outcomes leave the table in force, the 30th puts what was learnt in its place', () => {
  const table = weightsInForce('fix', undefined)
  assert.deepEqual(weightsInForce('fix', afterOutcomes(outcomesBeforeUse - 1, 'rejected')), table)
  const learnt = weightsInForce('fix', afterOutcomes(outcomesBeforeUse, 'rejected', 0))
  assert.equal(learnt.learntFromOutcomes, 30)
  assert.notDeepEqual(learnt.weights, table.weights)
})

const directions: readonly { readonly outcome: AnswerOutcome; readonly sign: number }[] = [
  { outcome: 'accepted', sign: -1 },
  { outcome: 'rejected', sign: 1 },
  { outcome: 'retried', sign: 1 },
]
for (const { outcome, sign } of directions) {
  test(`${outcome} answers of the cheap tier move the weights ${sign < 0 ? 'down' : 'up'}`, () => {
    const { weights } = weightsInForce('fix', undefined)
    const next = learnFrom('fix', undefined, featuresWith(0.5), outcome).weights
    assert.equal(Math.sign(next.bias - weights.bias), sign)
    for (const name of autoFeatureNames) assert.equal(Math.sign(next[name] - weights[name]), sign, name)
  })
}

test('a feature that was absent is not blamed', () => {
  const next = learnFrom('fix', undefined, featuresWith(0), 'rejected').weights
  const { weights } = weightsInForce('fix', undefined)
  for (const name of autoFeatureNames) assert.equal(next[name], weights[name])
})

test('it finds which feature made the answers bad', () => {
  let learnt: LearntKind | undefined
  for (let index = 0; index < 400; index += 1) {
    const isLarge = index % 2 === 0
    const features = autoFeatureNames.map((name) => ({ name, value: name === 'files' && isLarge ? 1 : 0, weight: 0 }))
    learnt = learnFrom('fix', learnt, features, isLarge ? 'rejected' : 'accepted')
  }
  const { weights } = weightsInForce('fix', learnt)
  assert.ok(weights.bias + weights.files > 1, 'with files: probably not good enough')
  assert.ok(weights.bias < -1, 'without: probably good enough')
})

test('weights stay within bounds, however one-sided the outcomes are', () => {
  const { weights } = weightsInForce('fix', afterOutcomes(5_000, 'accepted', 0.1))
  assert.ok(Object.values(weights).every((weight) => Math.abs(weight) <= 6))
})
