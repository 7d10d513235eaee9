import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { factsOf, freshStanding } from '../../daemon/core/routing/endpointFacts.ts'
import { planRoute } from '../../daemon/core/routing/planRoute.ts'
import { effectivePolicy, profileModels } from '../../daemon/gateway/effectivePolicy.ts'
import { profileSchema } from '../../shared/domain/profile.ts'
import { settingsFrom } from '../support/settingsRig.ts'

const routed = ['balanced', 'cheap', 'fast', 'best', 'auto']

function profilesFor(config: object) {
  const settings = settingsFrom(config).current()
  const profileOf = (name: string) => {
    const found = settings.profiles.get(name as never)
    assert.ok(found, name)
    return found.profile
  }
  return { settings, profileOf }
}

const makers: readonly { readonly name: string; readonly models: readonly string[] }[] = [
  { name: 'OpenAI', models: ['openai/gpt-6-sol', 'openai/gpt-5.6-terra', 'openai/gpt-6-luna'] },
  { name: 'Anthropic', models: ['anthropic/claude-opus-5.5', 'anthropic/claude-haiku-4.5'] },
  {
    name: 'Google',
    models: ['google/gemini-3.1-pro-preview', 'google/gemini-3.8-flash', 'google/gemini-3.5-flash-lite'],
  },
  { name: 'DeepSeek', models: ['deepseek/deepseek-v4-pro', 'deepseek/deepseek-v4.1-flash'] },
  {
    name: 'Mistral',
    models: ['mistralai/mistral-medium-3-5', 'mistralai/devstral-2512', 'mistralai/mistral-small-2603'],
  },
  { name: 'xAI', models: ['x-ai/grok-4.7', 'x-ai/grok-4.1-fast'] },
  { name: 'Groq', models: ['openai/gpt-oss-120b', 'openai/gpt-oss-20b'] },
  { name: 'Qwen', models: ['qwen/qwen3.8-max', 'qwen/qwen3.8-27b', 'qwen/qwen3.8-flash'] },
]

for (const { name, models } of makers) {
  test(`a key of ${name} alone serves every built-in profile from its list`, () => {
    const declared = models.map((model) => ({ model }))
    const { profileOf } = profilesFor({ providers: { one: { kind: 'openrouter', models: declared } } })
    for (const profile of routed.map(profileOf)) {
      assert.ok(profileModels(profile).length > 0)
      assert.ok(profileModels(profile).every((model) => models.includes(model)))
      assert.doesNotMatch(profile.description ?? '', /your own models/)
    }
    assert.notDeepEqual(profileOf('auto').auto?.cheap, profileOf('auto').auto?.strong)
  })
}

test('a custom endpoint alone serves every built-in profile, and the description says whose models', () => {
  const models = [{ model: 'mine/first' }, { model: 'mine/second' }]
  const provider = { kind: 'custom', baseUrl: 'http://10.0.0.5/v1', models }
  const { profileOf } = profilesFor({ providers: { one: provider } })
  for (const profile of routed.map(profileOf)) {
    assert.deepEqual([...profileModels(profile)].sort(), ['mine/first', 'mine/second'])
    assert.match(profile.description ?? '', /your own models/)
  }
  assert.deepEqual(profileOf('auto').auto?.strong, ['mine/first'])
})

test('a declared model of a provider that a list does not know comes last in it, and the description says so', () => {
  const providers = {
    lab: { kind: 'custom', baseUrl: 'http://10.0.0.5/v1', models: [{ model: 'lab/coder' }] },
    one: { kind: 'openai', models: [{ model: 'openai/gpt-6-luna' }, { model: 'openai/gpt-6-sol' }] },
  }
  const { profileOf } = profilesFor({ providers })
  assert.deepEqual(profileOf('cheap').models, ['openai/gpt-6-luna', 'lab/coder'])
  assert.deepEqual(profileOf('best').models, ['openai/gpt-6-sol', 'lab/coder'])
  assert.match(profileOf('best').description ?? '', /; and your own$/)
})

test('the descriptions promise no more than is done', () => {
  const { profileOf } = profilesFor({})
  assert.match(profileOf('balanced').description ?? '', /in order; their endpoints weighed/)
  assert.match(profileOf('auto').description ?? '', /about 30\u00a0%/)
})

test('what is built in are stored fields like anybody’s', () => {
  for (const config of [{}, { providers: { one: { kind: 'openai', models: [{ model: 'openai/gpt-6-sol' }] } } }]) {
    for (const { profile } of profilesFor(config).settings.profiles.values()) {
      assert.deepEqual(profileSchema.parse(JSON.parse(JSON.stringify(profile))), profile)
    }
  }
})

test('no built-in profile speaks of savings', () => {
  for (const { profile } of profilesFor({}).settings.profiles.values()) {
    assert.doesNotMatch(`${profile.title} ${profile.description}`, /sav(e|ing)/i)
  }
})

test('local-only never plans an endpoint that is not local, whatever is configured and asked for', () => {
  const models = ['a/x', 'a/y', 'openai/gpt-6-sol']
  const provider = fc.record({
    isLocal: fc.boolean(),
    models: fc.subarray(models).map((some) => some.map((model) => ({ model }))),
  })
  const ids = ['one', 'two', 'three']
  const preferences = fc.record(
    { only: fc.subarray(ids), order: fc.subarray(ids), ignore: fc.subarray(ids), allow_fallbacks: fc.boolean() },
    { requiredKeys: [] },
  )
  const asked = fc.record(
    { model: fc.constantFrom(...models), models: fc.subarray(models, { minLength: 1 }), provider: preferences },
    { requiredKeys: [] },
  )
  let planned = 0
  fc.assert(
    fc.property(fc.tuple(provider, provider, provider), asked, (providers, request) => {
      const configured = providers.map((one) => ({ ...one, kind: 'custom', baseUrl: 'http://10.0.0.5/v1' }))
      const { settings, profileOf } = profilesFor({
        providers: Object.fromEntries(configured.map((one, index) => [ids[index], one])),
      })
      const policy = effectivePolicy({ request: request as never, profile: profileOf('local-only') })
      const plan = planRoute({
        nowMs: 0,
        seed: 1,
        models: policy.models.map(({ model }) => ({
          model,
          endpoints: (settings.endpoints.byModel.get(model) ?? []).map((endpoint) => ({
            facts: factsOf(endpoint),
            standing: freshStanding,
          })),
        })),
        preferences: policy.preferences,
        needs: { inputTokens: 10, requiredOutputTokens: 1, parameters: [], modalities: [] },
      })
      planned += plan.candidates.length
      for (const id of plan.candidates) assert.equal(settings.endpoints.byId.get(id)?.isLocal, true)
    }),
    { numRuns: 500, verbose: true },
  )
  assert.ok(planned > 100, 'the property was tried on plans that hold something')
})
