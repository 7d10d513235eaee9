import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effectivePolicy, type PolicyRequest, timeoutsFor } from '../../../daemon/gateway/effectivePolicy.ts'

const profile = {
  models: ['a/x' as never],
  provider: { only: ['one' as never], allow_fallbacks: false },
  parameters: { maxOutputTokens: 500, temperature: 0.2 },
  timeouts: { idleMs: 7 },
}

test('the request is stronger than its prompt, that than the profile, that than the default', () => {
  const limitOf = (asked: number | undefined, prompt: number | undefined, own: typeof profile | { models: never[] }) =>
    effectivePolicy({
      request: asked === undefined ? {} : { parameters: { maxOutputTokens: asked } },
      profile: own,
      ...(prompt !== undefined && { promptMaxOutputTokens: prompt }),
    }).parameters.maxOutputTokens
  assert.equal(limitOf(10, 20, profile), 10)
  assert.equal(limitOf(undefined, 20, profile), 20)
  assert.equal(limitOf(undefined, undefined, profile), 500)
  assert.equal(limitOf(undefined, undefined, { models: [] }), 8_192)
})

test('only a limit that the caller names keeps smaller endpoints out', () => {
  assert.equal(effectivePolicy({ request: {}, profile }).requiredOutputTokens, 1)
  assert.equal(effectivePolicy({ request: { parameters: { maxOutputTokens: 10 } }, profile }).requiredOutputTokens, 10)
})

test('provider preferences are taken over field by field', () => {
  const policy = effectivePolicy({ request: { provider: { order: ['two' as never] } }, profile })
  assert.deepEqual(policy.preferences, { only: ['one'], allow_fallbacks: false, order: ['two'] })
  assert.equal(policy.parameters.temperature, 0.2)
})

test('time limits: the profile, then the model, then the provider, then patience for what runs here', () => {
  const policy = effectivePolicy({ request: {}, profile })
  const provider = {
    id: 'one' as never,
    kind: 'custom',
    baseUrl: '',
    isPractice: false,
    keys: [],
    timeouts: { idleMs: 9, connectMs: 8 },
  }
  const local = timeoutsFor({ policy, provider: { ...provider, isLocal: true } })
  assert.deepEqual(local, { connectMs: 8, firstTokenMs: 300_000, idleMs: 7, totalMs: 1_800_000 })
  assert.equal(timeoutsFor({ policy }).firstTokenMs, 60_000)
  const endpoint = { timeouts: { connectMs: 6, idleMs: 5, totalMs: 4 } }
  const { connectMs, idleMs, totalMs } = timeoutsFor({ policy, provider: { ...provider, isLocal: false }, endpoint })
  assert.deepEqual([connectMs, idleMs, totalMs], [6, 7, 4])
})

test('`only` can but narrow, `ignore` can but grow, every other field is the request’s', () => {
  const own = {
    models: [],
    provider: { only: ['one', 'two'] as never[], ignore: ['bad'] as never[], zdr: true, max_price: { prompt: 1 } },
  }
  const asked = { only: ['two', 'three'] as never[], ignore: ['worse', 'bad'] as never[], max_price: { completion: 2 } }
  assert.deepEqual(effectivePolicy({ request: { provider: asked }, profile: own }).preferences, {
    only: ['two'],
    ignore: ['bad', 'worse'],
    zdr: true,
    max_price: { completion: 2 },
  })
})

test('an empty `only` of a profile stays empty, whatever a request asks for', () => {
  const own = { models: [], provider: { only: [] } }
  const { preferences } = effectivePolicy({ request: { provider: { only: ['one' as never] } }, profile: own })
  assert.deepEqual(preferences.only, [])
})

const modelCases: readonly {
  readonly name: string
  readonly request: PolicyRequest
  readonly models: readonly object[]
}[] = [
  { name: 'the profile', request: {}, models: [{ model: 'a/x' }] },
  { name: 'model alone', request: { model: 'b/y' }, models: [{ model: 'b/y' }] },
  {
    name: 'model, then models, each once, the first variant counts',
    request: { model: 'b/y:nitro', models: ['c/z:floor', 'b/y', 'd/w:7b'] },
    models: [{ model: 'b/y', sort: 'throughput' }, { model: 'c/z', sort: 'price' }, { model: 'd/w:7b' }],
  },
  { name: 'models alone', request: { models: ['c/z'] }, models: [{ model: 'c/z' }] },
  {
    name: 'a profile in model, then models',
    request: { model: '@profile/own', models: ['c/z'] },
    models: [{ model: 'a/x' }, { model: 'c/z' }],
  },
]

for (const { name, request, models } of modelCases) {
  test(`models of a request: ${name}`, () => {
    assert.deepEqual(effectivePolicy({ request, profile }).models, models)
  })
}

test('the chosen tier’s models come first, the other tier’s are fallbacks', () => {
  const auto = { cheap: ['a/small'] as never[], strong: ['b/big', 'a/small'] as never[], strongShareRatio: 0.3 }
  const modelsFor = (tier: 'cheap' | 'strong') =>
    effectivePolicy({ request: {}, profile: { models: [], auto }, tier }).models.map(({ model }) => model)
  assert.deepEqual(modelsFor('cheap'), ['a/small', 'b/big'])
  assert.deepEqual(modelsFor('strong'), ['b/big', 'a/small'])
})

test('strategy, hold and patience: the request’s own, then the profile’s, then 20 seconds', () => {
  const own = { models: [], strategy: 'price-weighted', hold: { holdMs: 5 } } as const
  const plain = effectivePolicy({ request: {}, profile: own })
  assert.deepEqual([plain.strategy, plain.hold, plain.patienceMs], ['price-weighted', { holdMs: 5 }, 20_000])
  const asked = effectivePolicy({ request: { hold: { holdCharacters: 9 }, patienceMs: 0 }, profile: own })
  assert.deepEqual([asked.hold, asked.patienceMs], [{ holdCharacters: 9 }, 0])
})
