import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addMoneyToSums } from '../../../../daemon/core/metrics/measures.ts'
import { cellAt, createRollUps, rollUpsSnapshot } from '../../../../daemon/core/metrics/rollUp.ts'
import { quarterHourMs } from '../../../../daemon/core/metrics/rollUpDay.ts'
import { spendIn } from '../../../../daemon/core/metrics/spendIn.ts'

const key = {
  endpoint: 'a/x@one',
  provider: 'one',
  model: 'a/x',
  isPractice: false,
  profile: '',
  workspace: '',
  user: 'anna',
  prompt: '',
  client: 't',
}

test('measured and estimated money counts, in the range and the filter; practice does not', () => {
  const rollUps = createRollUps('')
  addMoneyToSums(cellAt(rollUps, key, 0).sums, { kind: 'measured', nanodollars: 5 })
  addMoneyToSums(cellAt(rollUps, { ...key, isPractice: true }, 0).sums, { kind: 'practice', nanodollars: 50 })
  const estimated = { kind: 'estimated', nanodollars: 7, lowNanodollars: 0, highNanodollars: 9 } as const
  addMoneyToSums(cellAt(rollUps, { ...key, user: 'ben' }, quarterHourMs).sums, estimated)
  addMoneyToSums(cellAt(rollUps, key, quarterHourMs).sums, { kind: 'unknown' })
  const day = rollUpsSnapshot(rollUps)
  assert.equal(spendIn(day, {}, { fromMs: 0, toMs: 2 * quarterHourMs }), 12)
  assert.equal(spendIn(day, {}, { fromMs: 0, toMs: quarterHourMs }), 5)
  assert.equal(spendIn(day, { user: ['ben'] }, { fromMs: 0, toMs: 2 * quarterHourMs }), 7)
})
