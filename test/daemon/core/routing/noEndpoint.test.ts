import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FruitlessRequest, noEndpointFailure } from '../../../../daemon/core/routing/noEndpoint.ts'
import type { ProviderKey } from '../../../../shared/domain/providerKey.ts'
import { endpoint, environmentKey, model } from '../../../support/endpoints.ts'

const provider = (id: string, more: { readonly isLocal?: boolean; readonly keys?: readonly ProviderKey[] }) =>
  ({ isLocal: false, isPractice: false, keys: [], ...more, id }) as never
const request = (more: object): FruitlessRequest =>
  ({ models: [{ model: model('a/x') }], profile: 'work', providers: new Map(), ...more }) as never
const keyed = (...ids: readonly string[]) =>
  new Map(ids.map((id) => [id, provider(id, { keys: [environmentKey(`${id.toUpperCase()}_API_KEY`)] })]))

const empty = { version: 1, candidates: [], rejected: [] }

const rows = [
  { name: 'no model at all', models: [], rejected: [], says: /has no model yet\. Add a provider/ },
  { name: 'a model nobody offers', models: [{ model: model('a/x') }], rejected: [], says: /No provider offers a\/x/ },
  {
    name: 'all rejected',
    models: [{ model: model('a/x') }],
    rejected: [{ endpoint: endpoint('a/x@one').id, reason: 'no-key' as const }],
    says: /a\/x@one: its provider needs a key/,
  },
]

for (const row of rows) {
  test(`says why nothing can be tried: ${row.name}`, () => {
    const failure = noEndpointFailure({ ...empty, rejected: row.rejected }, request({ models: row.models }), 0)
    assert.equal(failure.kind, 'no-endpoint')
    assert.match(failure.message, row.says)
    assert.match(failure.message, /“work”/)
  })
}

const keyRows: readonly (readonly [readonly Partial<ProviderKey>[], RegExp])[] = [
  [[{ name: 'A' }, { name: 'B' }], /needs a key, set A or B where you start your editor or shell/],
  [[{ name: 'A' }, { name: 'B', isDisabled: true }], /needs a key, set A where/],
  [[{ name: 'A', isDisabled: true }], /keys are disabled, `waybill keys enable one NAME`/],
  [[{ name: 'A' }, { name: 'work', place: 'keychain' }], /key is locked or has no value, see `waybill keys`/],
]
for (const [keys, says] of keyRows) {
  test(`says what a provider’s keys lack: ${JSON.stringify(keys)}`, () => {
    const all = keys.map((key) => ({ ...environmentKey('A'), ...key }))
    const rejected = [{ endpoint: endpoint('a/x@one').id, reason: 'no-key' as const }]
    const providers = new Map([['one', provider('one', { keys: all })]])
    const asked = request({ models: [{ model: model('a/x') }], providers })
    assert.match(noEndpointFailure({ ...empty, rejected }, asked, 0).message, says)
  })
}

test('when all only wait it says who, and when the first is back', () => {
  const rejected = [
    { endpoint: endpoint('a/x@one').id, reason: 'keys-cooling' as const },
    { endpoint: endpoint('a/x@two').id, reason: 'ignored' as const },
  ]
  const failure = noEndpointFailure({ ...empty, rejected, reopensAtMs: 5_500 }, request({}), 1_000)
  assert.equal(failure.kind, 'cooling')
  assert.equal(failure.retryAfterMs, 4_500)
  assert.match(failure.message, /left alone for a while\. a\/x@one: .*Ask again in 5 s/)
})

test('a missing key is said once for each provider, with its variable', () => {
  const ids = ['a/x@one', 'a/y@one', 'a/x@two'] as const
  const rejected = ids.map((id) => ({ endpoint: endpoint(id).id, reason: 'no-key' as const }))
  const { message } = noEndpointFailure({ ...empty, rejected }, request({ providers: keyed('one', 'two') }), 0)
  const where = 'where you start your editor or shell'
  assert.equal(
    message.slice(message.indexOf('. ') + 2),
    `one (2 models): its provider needs a key, set ONE_API_KEY ${where}. a/x@two: its provider needs a key, set TWO_API_KEY ${where}.`,
  )
})

test('a profile without a model says whether nobody is local or the models are not known', () => {
  const messageOf = (more: object) => noEndpointFailure(empty, request({ models: [], ...more }), 0).message
  const remote = keyed('one', 'two')
  assert.match(messageOf({ providers: remote, only: [] }), /none of your providers runs on this machine/)
  const local = new Map([...remote, ['mine', provider('mine', { isLocal: true })]])
  assert.match(messageOf({ providers: local, only: [] }), /none is known of mine\. `waybill models --refresh`/)
  assert.match(messageOf({ providers: remote }), /none is known of one, two\./)
})
