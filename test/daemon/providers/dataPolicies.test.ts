import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataPolicies, dataPolicyOf } from '../../../daemon/providers/dataPolicies.ts'

test('every value has a page and when it was read; where nothing is known, it says so', () => {
  for (const [kind, { dataCollection, isZdr, source }] of Object.entries(dataPolicies)) {
    const saysSomething = dataCollection !== undefined || isZdr !== undefined
    if (saysSomething) assert.match(source, /^runs on this machine$|[a-z]+\.[a-z]+\/.+, 20\d\d-\d\d: /, kind)
    else assert.match(source, /unknown|depends/, kind)
    // Who keeps nothing has nothing to learn from.
    if (isZdr === true) assert.equal(dataCollection, 'deny', kind)
  }
})

test('models that a provider hands on to others have no policy of it', () => {
  assert.deepEqual(dataPolicyOf('deepinfra', 'meta-llama/llama-3.3'), { dataCollection: 'deny', isZdr: true })
  for (const model of ['anthropic/claude-4-sonnet', 'google/gemini-2.5-pro']) {
    assert.deepEqual(dataPolicyOf('deepinfra', model), {}, model)
  }
  assert.deepEqual(dataPolicyOf('deepseek', 'deepseek-v4-pro'), {})
})
