import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CatalogModel } from '../../daemon/core/catalog/catalogDocument.ts'
import type { EndpointId } from '../../shared/domain/ids.ts'
import { noCatalog, settingsFrom } from '../support/settingsRig.ts'

const known: readonly CatalogModel[] = [
  {
    model: 'openai/small' as never,
    upstreamModel: 'small-2026',
    prices: [{ cost: { input: 1, output: 2 } }],
    priced: { by: 'snapshot', on: '2026-11-20' },
    contextTokens: 100_000,
    outputTokens: 8_000,
    inputModalities: ['text', 'image'],
    takes: { reasoning: false },
  },
  { model: 'openai/other' as never, upstreamModel: 'other', prices: [], takes: {} },
]
const catalog = { ...noCatalog, modelsOf: (kind: string) => (kind === 'openai' ? known : []), date: () => '2026-11-20' }
const endpointsFrom = (one: object, more = catalog) => settingsFrom({ providers: { one } }, more).current().endpoints
const find = (one: object, id: string) => endpointsFrom(one).byId.get(id as EndpointId)

test('a provider without declared models offers those of the catalogue, with their prices and limits', () => {
  const small = find({ kind: 'openai' }, 'openai/small@one')
  assert.equal(small?.upstreamModel, 'small-2026')
  assert.equal(small?.rates?.inputNanodollarsPerMillionTokens, 1_000_000_000)
  assert.equal(small?.rates?.source, 'snapshot 2026-11-20')
  assert.equal(small?.contextTokens, 100_000)
  assert.deepEqual(small?.inputModalities, ['text', 'image'])
  assert.equal(small?.supportedParameters?.has('reasoning'), false)
  assert.equal(small?.supportedParameters?.has('tools'), true)
  assert.equal(find({ kind: 'openai' }, 'openai/other@one')?.rates, undefined)
})

test('what the user declares stands over it, field by field', () => {
  const price = {
    input: '0.5',
    output: 4,
    cacheWrite1h: 1,
    tiers: [{ aboveInputTokens: 10, input: 9, output: 9 }],
    image: 0.01,
  }
  const models = [
    {
      model: 'openai/small',
      price,
      outputTokens: 99,
      supportedParameters: ['seed'],
      dataCollection: 'deny',
      isZdr: true,
      timeouts: { firstTokenMs: 9_000 },
    },
  ]
  const small = find({ kind: 'openai', models }, 'openai/small@one')
  assert.equal(small?.rates?.source, 'declared')
  assert.equal(small?.rates?.inputNanodollarsPerMillionTokens, 500_000_000)
  assert.equal(small?.rates?.tiers?.[0]?.inputNanodollarsPerMillionTokens, 9_000_000_000)
  assert.equal(small?.rates?.nanodollarsPerImage, 10_000_000)
  assert.deepEqual([small?.contextTokens, small?.outputTokens], [100_000, 99])
  assert.deepEqual([...(small?.supportedParameters ?? [])], ['seed'])
  assert.deepEqual([small?.dataCollection, small?.isZdr, small?.upstreamModel], ['deny', true, 'small-2026'])
  assert.deepEqual(small?.timeouts, { firstTokenMs: 9_000 })
  const ids = [...endpointsFrom({ kind: 'openai', models }).byId.keys()].filter((id) => id.endsWith('@one'))
  assert.deepEqual(ids, ['openai/small@one', 'openai/other@one'])
})

test('`catalog: false` leaves the declared alone, and a policy of the provider holds for all its models', () => {
  const models = [{ model: 'openai/mine' }]
  const ids = [...endpointsFrom({ kind: 'openai', models, catalog: false }).byId.keys()]
  assert.deepEqual(
    ids.filter((id) => id.endsWith('@one')),
    ['openai/mine@one'],
  )
  assert.equal(find({ kind: 'openai', dataCollection: 'deny' }, 'openai/other@one')?.dataCollection, 'deny')
})

test('what a local server lists is there by itself and costs nothing', () => {
  const discovered = () => [{ model: 'ollama/qwen:7b' as never, upstreamModel: 'qwen:7b', prices: [], takes: {} }]
  const endpoints = endpointsFrom({ kind: 'ollama' }, { ...catalog, discovered })
  const local = endpoints.byId.get('ollama/qwen:7b@one' as EndpointId)
  assert.equal(local?.rates?.inputNanodollarsPerMillionTokens, 0)
  assert.equal(local?.rates?.source, 'local')
  const remote = endpointsFrom({ kind: 'openai' }, { ...catalog, discovered })
  assert.equal(remote.byId.get('ollama/qwen:7b@one' as EndpointId)?.rates, undefined)
})

test('what a kind of provider says of its terms is known without being declared, and the user knows better', () => {
  const policyOf = (one: object, id = 'openai/other@one') => {
    const { dataCollection, isZdr } = find(one, id) ?? {}
    return [dataCollection, isZdr]
  }
  assert.deepEqual(policyOf({ kind: 'openai' }), ['deny', false])
  assert.deepEqual(policyOf({ kind: 'openai', dataCollection: 'allow', isZdr: true }), ['allow', true])
  const models = [{ model: 'openai/other', dataCollection: 'allow' }]
  assert.deepEqual(policyOf({ kind: 'openai', dataCollection: 'deny', models }), ['allow', false])
  const mine = { baseUrl: 'http://10.0.0.5/v1', models: [{ model: 'a/b' }] }
  assert.deepEqual(policyOf({ kind: 'custom', ...mine }, 'a/b@one'), [undefined, undefined])
  assert.deepEqual(policyOf({ kind: 'vllm', ...mine }, 'a/b@one'), [undefined, undefined])
  assert.deepEqual(policyOf({ kind: 'vllm', models: mine.models }, 'a/b@one'), ['deny', true])
})

test('a provider’s own list fills what the catalogue does not say of a model', () => {
  const discovered = () => [
    { model: 'own/other' as never, upstreamModel: 'other', prices: [], takes: {}, contextTokens: 32_000 },
  ]
  const endpoints = endpointsFrom({ kind: 'openai' }, { ...catalog, discovered })
  assert.equal(endpoints.byId.get('openai/other@one' as EndpointId)?.contextTokens, 32_000)
  assert.equal(endpoints.byId.has('own/other@one' as EndpointId), false)
})

test('a model that Ollama hands on to its cloud is neither local nor free, and keeps its provider out of local-only', () => {
  const discovered = () =>
    ['qwen:7b', 'gpt-oss:120b-cloud', 'glm-4.6:cloud'].map((upstreamModel) => ({
      model: `ollama/${upstreamModel}` as never,
      upstreamModel,
      prices: [],
      takes: {},
    }))
  const settingsWith = (one: object) => settingsFrom({ providers: { one } }, { ...catalog, discovered }).current()
  const found = settingsWith({ kind: 'ollama' })
  const idsOf = [...found.endpoints.byId.keys()].filter((id) => id.endsWith('@one'))
  assert.deepEqual(idsOf, ['ollama/qwen:7b@one'])
  const onlyOf = ({ profiles }: typeof found) => profiles.get('local-only' as never)?.profile.provider?.only
  assert.deepEqual(onlyOf(found), ['one'])
  const declared = settingsWith({ kind: 'ollama', models: [{ model: 'a/glm', name: 'glm-4.6:cloud' }] })
  const glm = declared.endpoints.byId.get('a/glm@one' as EndpointId)
  assert.deepEqual([glm?.isLocal, glm?.rates, glm?.dataCollection], [false, undefined, undefined])
  assert.deepEqual(onlyOf(declared), [])
})
