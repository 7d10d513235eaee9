import assert from 'node:assert/strict'
import { test } from 'node:test'
import { statsOf } from '../../../../daemon/core/metrics/statsOf.ts'
import { endpoint } from '../../../support/endpoints.ts'
import { done, head, text, usage } from '../../../support/fakeUpstream.ts'
import { createRig, requestFor, startRequest } from '../../../support/gatewayRig.ts'

const rates = {
  inputNanodollarsPerMillionTokens: 1_000_000,
  outputNanodollarsPerMillionTokens: 2_000_000,
  source: 'test',
}
const real = endpoint('a/x@one', { rates })
const practice = endpoint('practice/outline@practice', { rates, isPractice: true })
const answer = [[head], [text('a')], [usage(10, 20), done]]

async function rollUps() {
  const rig = createRig([answer, answer, answer])
  for (const [id, one, workspace] of [
    ['request-1', real, '/project'],
    ['request-2', practice, '/project'],
    ['request-3', real, '/other'],
  ] as const) {
    await startRequest(
      rig.ports,
      requestFor([one], { requestId: id as never, caller: { client: 't', user: 'u', workspace } }),
    ).ended
  }
  return rig.ledger.state().rollUps.values()
}

test('practice is in rows of its own and never in the total', async () => {
  const { rows, total, practiceTotal } = statsOf(await rollUps(), 'model', undefined)
  assert.deepEqual(
    rows.map((row) => [row.group, row.requests, row.isPractice]),
    [
      ['a/x', 2, false],
      ['practice/outline', 1, true],
    ],
  )
  assert.equal(total.requests, 2)
  assert.equal(total.cost.measuredNanodollars, 100)
  assert.equal(total.cost.practiceNanodollars, 0)
  assert.equal(practiceTotal.cost.practiceNanodollars, 50)
})

test('every grouping adds up to the same total, and one workspace can be asked for', async () => {
  for (const groupBy of [
    'model',
    'provider',
    'endpoint',
    'profile',
    'workspace',
    'user',
    'prompt',
    'client',
  ] as const) {
    const { rows, total } = statsOf(await rollUps(), groupBy, undefined)
    const sum = rows.filter((row) => !row.isPractice).reduce((requests, row) => requests + row.requests, 0)
    assert.equal(sum, total.requests, groupBy)
  }
  assert.equal(statsOf(await rollUps(), 'model', '/other').total.requests, 1)
})

test('nothing measured has no quantiles', () => {
  const { rows, total } = statsOf([], 'model', undefined)
  assert.deepEqual(rows, [])
  assert.equal('totalMs' in total, false)
})
