import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freshShare } from '../../../../daemon/core/routing/autoShare.ts'
import { type AutoInput, chooseTier } from '../../../../daemon/core/routing/autoTier.ts'
import { weightsInForce } from '../../../../daemon/core/routing/autoWeights.ts'
import { autoDecisionSchema, autoFeatureNames, autoKinds } from '../../../../shared/domain/autoDecision.ts'

function inputWith(more: Partial<AutoInput> = {}): AutoInput {
  const kind = more.kind ?? 'explain'
  return {
    kind,
    inputTokens: 100,
    files: 1,
    diagnostics: 0,
    followsRejected: false,
    ...weightsInForce(kind, undefined),
    strongShareRatio: 0.3,
    share: freshShare,
    ...more,
  }
}

test('what is simple goes cheap, what is complex strong', () => {
  assert.equal(chooseTier(inputWith()).tier, 'cheap')
  const hard = { yields: 'replace', inputTokens: 60_000, files: 4, diagnostics: 6, language: 'rust' } as const
  assert.equal(chooseTier(inputWith({ kind: 'refactor', ...hard })).tier, 'strong')
  assert.equal(chooseTier(inputWith({ kind: 'fix', followsRejected: true })).tier, 'strong')
})

const harder: readonly { readonly name: string; readonly more: Partial<AutoInput> }[] = [
  { name: 'replaces', more: { yields: 'replace' } },
  { name: 'input-size', more: { inputTokens: 10_000 } },
  { name: 'files', more: { files: 3 } },
  { name: 'diagnostics', more: { diagnostics: 2 } },
  { name: 'language', more: { language: 'cpp' } },
  { name: 'follows-rejected', more: { followsRejected: true } },
]
for (const { name, more } of harder) {
  test(`${name} counts, and stands in the decision with its value and weight`, () => {
    const plain = chooseTier(inputWith({ kind: 'fix' }))
    const decision = chooseTier(inputWith({ kind: 'fix', ...more }))
    assert.ok(decision.score > plain.score)
    const changed = decision.features.filter((feature, index) => feature.value !== plain.features[index]?.value)
    assert.deepEqual(
      changed.map((feature) => feature.name),
      [name],
    )
  })
}

test('the score is the bias and each value times its weight; all values are from 0 to 1', () => {
  for (const kind of autoKinds) {
    for (const inputTokens of [0, 1, 255, 256, 511, 512, 65_536, 10 ** 12]) {
      const decision = chooseTier(inputWith({ kind, inputTokens, files: 99, diagnostics: 99, language: 'c' }))
      const sum = decision.features.reduce((total, { value, weight }) => total + value * weight, decision.bias)
      assert.equal(decision.score, sum)
      assert.ok(decision.features.every(({ value }) => value >= 0 && value <= 1))
      assert.deepEqual(
        decision.features.map(({ name }) => name),
        [...autoFeatureNames],
      )
    }
  }
})

test('a recorded input decides the same, and a recorded decision reads back', () => {
  const input = inputWith({ kind: 'refactor', inputTokens: 3_000, share: { surplusCalls: 1.7, threshold: -0.3 } })
  const decision = chooseTier(input)
  assert.deepEqual(chooseTier(JSON.parse(JSON.stringify(input))), decision)
  assert.deepEqual(autoDecisionSchema.parse(JSON.parse(JSON.stringify(decision))), decision)
})

test('where the share leaves no choice the decision says so', () => {
  const spent = chooseTier(inputWith({ followsRejected: true, kind: 'fix', share: { surplusCalls: 5, threshold: -9 } }))
  assert.deepEqual([spent.tier, spent.decidedBy], ['cheap', 'share'])
  const owed = chooseTier(inputWith({ share: { surplusCalls: -5, threshold: 9 } }))
  assert.deepEqual([owed.tier, owed.decidedBy], ['strong', 'share'])
})
