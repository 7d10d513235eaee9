import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noEndpointFailure } from '../../../../daemon/core/routing/noEndpoint.ts'
import { endpoint, model } from '../../../support/endpoints.ts'

const empty = { version: 1, candidates: [], rejected: [] }

const rows = [
  { name: 'no model at all', models: [], rejected: [], says: /has no model yet\. Add a provider/ },
  { name: 'a model nobody offers', models: [model('a/x')], rejected: [], says: /No provider offers a\/x/ },
  {
    name: 'all rejected',
    models: [model('a/x')],
    rejected: [{ endpoint: endpoint('a/x@one').id, reason: 'no-key' as const }],
    says: /a\/x@one: its provider needs a key/,
  },
]

for (const row of rows) {
  test(`says why nothing can be tried: ${row.name}`, () => {
    const failure = noEndpointFailure({ ...empty, rejected: row.rejected }, row.models, 'work')
    assert.equal(failure.kind, 'no-endpoint')
    assert.match(failure.message, row.says)
    assert.match(failure.message, /“work”/)
  })
}
