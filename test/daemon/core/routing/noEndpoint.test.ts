import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noEndpointFailure } from '../../../../daemon/core/routing/noEndpoint.ts'
import { endpoint, model } from '../../../support/endpoints.ts'

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
    const failure = noEndpointFailure({ ...empty, rejected: row.rejected }, row.models, 'work', 0)
    assert.equal(failure.kind, 'no-endpoint')
    assert.match(failure.message, row.says)
    assert.match(failure.message, /“work”/)
  })
}

test('when all only wait it says who, and when the first is back', () => {
  const rejected = [
    { endpoint: endpoint('a/x@one').id, reason: 'keys-cooling' as const },
    { endpoint: endpoint('a/x@two').id, reason: 'ignored' as const },
  ]
  const failure = noEndpointFailure(
    { ...empty, rejected, reopensAtMs: 5_500 },
    [{ model: model('a/x') }],
    'work',
    1_000,
  )
  assert.equal(failure.kind, 'cooling')
  assert.equal(failure.retryAfterMs, 4_500)
  assert.match(failure.message, /left alone for a while\. a\/x@one: .*Ask again in 5 s/)
})
