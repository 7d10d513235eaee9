import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noMoney } from '../../../shared/domain/moneySum.ts'
import { type Waybill, waybillSchema } from '../../../shared/domain/waybill.ts'
import { isWanted, type WaybillFilter } from '../../../shared/domain/waybillFilter.ts'

const attempt = {
  attempt: 1,
  endpoint: 'a/x@one',
  provider: 'one',
  model: 'a/x',
  isPractice: false,
  startedAtMs: 1_000,
  totalMs: 5,
  outcome: 'failed',
  isRewound: false,
  cost: { kind: 'unknown' },
  bound: { kind: 'unknown' },
}
const waybill: Waybill = waybillSchema.parse({
  requestId: 'request-1',
  startedAtMs: 1_000,
  totalMs: 5,
  caller: { client: 'vscode', user: 'anna', workspace: '/work' },
  profile: 'fast',
  prompt: 'fix',
  attempts: [attempt, { ...attempt, attempt: 2, endpoint: 'b/y@two', provider: 'two', model: 'b/y' }],
  outcome: 'failed',
  cost: { ...noMoney, measuredNanodollars: 60, estimatedNanodollars: 40, unknownCount: 3, practiceNanodollars: 900 },
})

const rows: readonly { readonly filter: WaybillFilter; readonly other: WaybillFilter }[] = [
  { filter: { fromMs: 1_000 }, other: { fromMs: 1_001 } },
  { filter: { toMs: 1_001 }, other: { toMs: 1_000 } },
  { filter: { workspace: '/work' }, other: { workspace: '/wor' } },
  { filter: { user: 'anna' }, other: { user: 'Anna' } },
  { filter: { client: 'vscode' }, other: { client: 'cli' } },
  { filter: { profile: 'fast' }, other: { profile: 'cheap' } },
  { filter: { prompt: 'fix' }, other: { prompt: 'explain' } },
  { filter: { outcome: 'failed' }, other: { outcome: 'succeeded' } },
  { filter: { model: 'b/y' }, other: { model: 'c/z' } },
  { filter: { provider: 'one' }, other: { provider: 'three' } },
  { filter: { endpoint: 'b/y@two' }, other: { endpoint: 'b/y@one' } },
  { filter: { costAboveNanodollars: 99 }, other: { costAboveNanodollars: 100 } },
]

for (const { filter, other } of rows) {
  test(`asked by ${Object.keys(filter)}: those of that value, and no others`, () => {
    assert.equal(isWanted(filter, waybill), true)
    assert.equal(isWanted(other, waybill), false)
  })
}

test('all fields must hold; of a request that asked for nothing in particular no field does', () => {
  assert.equal(isWanted(Object.assign({}, ...rows.map(({ filter }) => filter)), waybill), true)
  assert.equal(isWanted({ user: 'anna', outcome: 'succeeded' }, waybill), false)
  const { profile, prompt, ...bare } = waybill
  assert.equal(isWanted({ prompt: 'fix' }, bare), false)
  assert.equal(isWanted({}, bare), true)
})
