import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseModelReference, requestedModelOf } from '../../../../daemon/core/routing/modelReference.ts'

const rows: readonly (readonly [string, object])[] = [
  ['openai/gpt-5', { kind: 'model', model: 'openai/gpt-5' }],
  ['openai/gpt-5:nitro', { kind: 'model', model: 'openai/gpt-5', sort: 'throughput' }],
  ['openai/gpt-5:floor', { kind: 'model', model: 'openai/gpt-5', sort: 'price' }],
  ['local/qwen2.5-coder:7b', { kind: 'model', model: 'local/qwen2.5-coder:7b' }],
  ['local/qwen2.5-coder:7b:floor', { kind: 'model', model: 'local/qwen2.5-coder:7b', sort: 'price' }],
  ['@profile/cheap', { kind: 'profile', profile: 'cheap' }],
  ['@preset/cheap', { kind: 'profile', profile: 'cheap' }],
  ['waybill/auto', { kind: 'profile', profile: 'auto' }],
]

for (const [reference, expected] of rows) {
  test(`${reference} is understood`, () => {
    assert.deepEqual(parseModelReference(reference), expected)
  })
}

test('a variant alone is no model of its own', () => {
  assert.deepEqual(requestedModelOf('a/x:nitrous'), { model: 'a/x:nitrous' })
})
