import assert from 'node:assert/strict'
import { test } from 'node:test'
import { environmentKey } from '../support/endpoints.ts'
import { noCatalog, settingsFrom, twoProviders } from '../support/settingsRig.ts'

test('declared models become endpoints, with upstream names, prices and place', () => {
  const { endpoints, providers } = settingsFrom(twoProviders).current()
  const small = endpoints.byModel.get('openai/small' as never) ?? []
  assert.deepEqual(
    small.map((endpoint) => [endpoint.id, endpoint.upstreamModel, endpoint.isLocal]),
    [
      ['openai/small@one', 'small', false],
      ['openai/small@two', 'small-q4', true],
    ],
  )
  assert.equal(small[0]?.rates?.outputNanodollarsPerMillionTokens, 2_000_000_000)
  assert.equal(small[1]?.rates, undefined)
  assert.deepEqual(providers.get('one' as never)?.keys, [environmentKey('OPENAI_API_KEY')])
  assert.deepEqual(providers.get('two' as never)?.keys, [environmentKey('TWO_KEY')])
})

test('the default profile has all declared models in order and never practice; the user’s own profiles come first', () => {
  const { profiles, defaultProfile } = settingsFrom(twoProviders).current()
  assert.equal(defaultProfile, 'default')
  assert.deepEqual(profiles.get(defaultProfile)?.profile.models, ['openai/small', 'local/big'])
  assert.deepEqual(
    [...profiles.keys()],
    ['work', 'default', 'balanced', 'cheap', 'fast', 'best', 'local-only', 'auto', 'practice', 'practice-failover'],
  )
})

test('a default profile that does not exist leaves the built-in one in force', () => {
  assert.equal(settingsFrom({ ...twoProviders, defaultProfile: 'gone' }).current().defaultProfile, 'default')
  assert.equal(settingsFrom({ ...twoProviders, defaultProfile: 'work' }).current().defaultProfile, 'work')
})

test('without declared models the default is balanced, unless the user wrote a profile `default`', () => {
  assert.equal(settingsFrom({}).current().defaultProfile, 'balanced')
  const own = { profiles: { default: { models: ['openai/small'] } } }
  assert.equal(settingsFrom(own).current().defaultProfile, 'default')
})

test('one declared model does not hide what the other providers offer: the default is then balanced, and reaches it', () => {
  const lab = { kind: 'custom', baseUrl: 'http://10.0.0.5/v1', models: [{ model: 'lab/coder' }] }
  const alone = settingsFrom({ providers: { lab } }).current()
  assert.equal(alone.defaultProfile, 'default')
  assert.match(
    alone.profiles.get('default' as never)?.profile.description ?? '',
    /^The models declared in config\.json/,
  )

  const modelsOf = (kind: string) =>
    kind === 'openai' ? [{ model: 'openai/gpt-5.6-terra' as never, upstreamModel: 'terra', prices: [], takes: {} }] : []
  const both = settingsFrom({ providers: { openai: { kind: 'openai' }, lab } }, { ...noCatalog, modelsOf }).current()
  assert.equal(both.defaultProfile, 'balanced')
  assert.deepEqual(both.profiles.get(both.defaultProfile)?.profile.models, ['openai/gpt-5.6-terra', 'lab/coder'])

  const unlisted = settingsFrom({ providers: { openai: { kind: 'openai' }, lab } }).current()
  assert.equal(unlisted.defaultProfile, 'balanced')
  assert.deepEqual(unlisted.profiles.get(unlisted.defaultProfile)?.profile.models, ['lab/coder'])
})

test('without any provider practice is there all the same, and pretends', () => {
  const { endpoints } = settingsFrom({}).current()
  const all = [...endpoints.byId.values()]
  assert.deepEqual(
    all.map((endpoint) => endpoint.id),
    ['practice/outline@practice-steady', 'practice/outline@practice-faulty'],
  )
  assert.ok(all.every((endpoint) => endpoint.isPractice && endpoint.isLocal && endpoint.rates?.source === 'practice'))
})

const localityRows: readonly (readonly [string, object, boolean])[] = [
  ['a kind that runs models itself, at its own address', { kind: 'ollama' }, true],
  ['the same under another name of this machine', { kind: 'vllm', baseUrl: 'http://localhost:9/v1' }, true],
  ['the same on another machine', { kind: 'vllm', baseUrl: 'http://10.0.0.5:8000/v1' }, false],
  ['the same, as the user says', { kind: 'vllm', baseUrl: 'http://10.0.0.5:8000/v1', isLocal: true }, true],
  ['any server on this machine: it may be a proxy', { kind: 'custom', baseUrl: 'http://127.0.0.1:4000/v1' }, false],
  ['the same, as the user says', { kind: 'custom', baseUrl: 'http://127.0.0.1:4000/v1', isLocal: true }, true],
  ['a paid provider behind a tunnel', { kind: 'openai', baseUrl: 'http://127.0.0.1:4000/v1' }, false],
]

for (const [name, provider, isLocal] of localityRows) {
  test(`local and free is what is known to be: ${name} is ${isLocal ? '' : 'not '}`, () => {
    const discovered = () => [{ model: 'one/x' as never, upstreamModel: 'x', prices: [], takes: {} }]
    const { endpoints } = settingsFrom({ providers: { one: provider } }, { ...noCatalog, discovered }).current()
    const endpoint = endpoints.byId.get('one/x@one' as never)
    assert.equal(endpoint?.isLocal, isLocal)
    assert.equal(endpoint?.rates?.inputNanodollarsPerMillionTokens, isLocal ? 0 : undefined)
  })
}
