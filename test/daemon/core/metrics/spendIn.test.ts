import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addMoneyToSums } from '../../../../daemon/core/metrics/measures.ts'
import { createRollUps, rollUpsSnapshot, sumsAt } from '../../../../daemon/core/metrics/rollUp.ts'
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
  addMoneyToSums(sumsAt(rollUps, key, 0), { kind: 'measured', nanodollars: 5 })
  addMoneyToSums(sumsAt(rollUps, { ...key, isPractice: true }, 0), { kind: 'practice', nanodollars: 50 })
  const estimated = { kind: 'estimated', nanodollars: 7, lowNanodollars: 0, highNanodollars: 9 } as const
  addMoneyToSums(sumsAt(rollUps, { ...key, user: 'ben' }, quarterHourMs), estimated)
  addMoneyToSums(sumsAt(rollUps, key, quarterHourMs), { kind: 'unknown' })
  const day = rollUpsSnapshot(rollUps)
  assert.equal(spendIn(day, {}, { fromMs: 0, toMs: 2 * quarterHourMs }), 12)
  assert.equal(spendIn(day, {}, { fromMs: 0, toMs: quarterHourMs }), 5)
  assert.equal(spendIn(day, { user: ['ben'] }, { fromMs: 0, toMs: 2 * quarterHourMs }), 7)
})
