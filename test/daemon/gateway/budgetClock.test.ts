import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBudgetGate } from '../../../daemon/gateway/budgetGate.ts'
import { createLedger } from '../../../daemon/gateway/ledger.ts'
import type { Budget } from '../../../shared/domain/budget.ts'
import {
  answer,
  answerAfter,
  budget,
  createBudgetRig,
  dollarsFor,
  freeInput,
  latch,
  priceOf,
} from '../../support/budgetRig.ts'
import { endpoint } from '../../support/endpoints.ts'
import { noArchive, requestFor, silentLog } from '../../support/gatewayRig.ts'

const one = endpoint('a/x@one', { rates: freeInput })
const money = (name: string, tokens: number, more: object) =>
  budget(name, { dollars: dollarsFor(tokens), per: 'day', ...more })

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** 2026-11-23 12:00 UTC, a Monday: where the rig's clock begins. */
const noonMs = Date.UTC(2026, 10, 23, 12)
const used = (rig: ReturnType<typeof createBudgetRig>, name: string) => rig.countersOf(name)[0]?.used

test('what ends after midnight counts in the window of its reserve line, and leaves the new one whole', async () => {
  const gate = latch()
  const rig = createBudgetRig([money('day', 1_200, {})], (_call, index) =>
    index === 0 ? answerAfter(gate.opened, 1_000) : answer(1_000),
  )
  await rig.clock.advance(12 * hourMs - 1)
  const over = rig.start([one])
  await rig.clock.advance(1)
  assert.equal((await rig.start([one]).ended).outcome, 'succeeded', 'the new day has room of its own')
  gate.open()
  await over.ended
  assert.deepEqual([used(rig, 'day'), rig.countersOf('day')[0]?.held], [priceOf(1_000), 0])
  rig.clock.jump(-1)
  assert.deepEqual([used(rig, 'day'), rig.countersOf('day')[0]?.held], [priceOf(1_000), 0])
})

test('a clock that is a year ahead for hours, and comes back, still finds what was used', async () => {
  const rig = createBudgetRig([money('hour', 1_000, { per: 'hour' })], ({ request }) =>
    answer(Math.min(900, request.parameters.maxOutputTokens ?? 0)),
  )
  const yearMs = 365 * dayMs
  await rig.start([one]).ended
  assert.equal(used(rig, 'hour'), priceOf(900))
  rig.clock.jump(yearMs)
  for (let hour = 0; hour < 6; hour += 1) {
    assert.equal((await rig.start([one]).ended).outcome, 'succeeded')
    rig.clock.jump(hourMs)
  }
  rig.clock.jump(-yearMs - 5 * hourMs)
  assert.equal((await rig.start([one]).ended).outcome, 'succeeded')
  rig.clock.jump(-hourMs)
  assert.equal(used(rig, 'hour'), priceOf(900))
  assert.equal((await rig.start([one]).ended).failure?.kind, 'budget-exhausted')
})

test('two windows that close in the same moment: both settle the old one, both begin anew', async () => {
  const gate = latch()
  const budgets = [
    money('month', 1_500, { per: 'month', zone: 'Asia/Kolkata' }),
    money('week', 1_400, { per: 'week', zone: 'Asia/Kolkata' }),
    money('ever', 3_000, { per: 'lifetime' }),
  ]
  const rig = createBudgetRig(budgets, (_call, index) => (index === 0 ? answerAfter(gate.opened, 900) : answer(1_000)))
  // 2027-02-01 is a Monday: in Kolkata it begins at 18:30 UTC of the day before.
  rig.clock.jump(Date.UTC(2027, 0, 31, 18, 29, 59) - noonMs)
  const over = rig.start([one])
  await rig.clock.advance(999)
  assert.equal(rig.countersOf('month')[0]?.held, priceOf(1_000))
  await rig.clock.advance(1)
  const next = await rig.start([one]).ended
  assert.equal(next.attempts[0]?.cutOutput, undefined)
  gate.open()
  await over.ended
  const counted = () => ['month', 'week', 'ever'].map((name) => (used(rig, name) ?? 0) / priceOf(1))
  assert.deepEqual(counted(), [1_000, 1_000, 1_900])
  rig.clock.jump(-1_000)
  assert.deepEqual(counted(), [900, 900, 1_900])
  assert.equal((await rig.start([one]).ended).attempts[0]?.cutOutput?.maxOutputTokens, 500)
})

test('a clock a year ahead and back finds the counter that it left, also after a restart in between', async () => {
  const rig = createBudgetRig([money('day', 1_000, {}), money('month', 5_000, { per: 'month' })], () => answer(900))
  await rig.start([one]).ended
  rig.clock.jump(365 * dayMs)
  assert.equal((await rig.start([one]).ended).outcome, 'succeeded')
  rig.clock.jump(-365 * dayMs)
  assert.equal((await rig.start([one]).ended).failure?.kind, 'budget-exhausted')
  assert.equal(rig.countersOf('month')[0]?.used, priceOf(900))
  await rig.clock.advance(dayMs)
  assert.equal((await rig.start([one]).ended).outcome, 'succeeded')
  const again = restarted(rig, [money('day', 1_000, {})])
  assert.equal(again.countersOf(money('day', 1_000, {}))[0]?.used, priceOf(900))
  rig.clock.jump(-dayMs)
  assert.equal(again.countersOf(money('day', 1_000, {}))[0]?.used, priceOf(900))
})

test('changing a limit keeps the counter', async () => {
  const rig = createBudgetRig([money('day', 1_000, {})], () => answer(900))
  await rig.start([one]).ended
  const gate = restarted(rig, [money('day', 2_500, {})])
  const [counter] = gate.countersOf(money('day', 2_500, {}))
  assert.deepEqual([counter?.used, counter?.left], [priceOf(900), priceOf(1_600)])
})

const rates = [
  { name: 'requests', budget: budget('pace', { requests: 2, per: 'minute' }) },
  {
    name: 'tokens, first by their estimate and then by what was used',
    budget: budget('pace', { tokens: 2_100, per: 'minute' }),
  },
]
for (const { name, budget: pace } of rates) {
  test(`a rate of ${name} goes by the monotonic clock, however the wall clock jumps`, async () => {
    const rig = createBudgetRig([pace], () => answer(995))
    await rig.start([one]).ended
    await rig.clock.advance(20_000)
    await rig.start([one]).ended
    for (const jumpMs of [0, dayMs, -2 * dayMs, 60_000]) {
      rig.clock.jump(jumpMs)
      const { failure } = await rig.start([one]).ended
      assert.equal(failure?.kind, 'rate-limited')
      assert.equal(failure.retryAfterMs, 40_000)
    }
    await rig.clock.advance(40_000)
    assert.equal((await rig.start([one]).ended).outcome, 'succeeded')
    assert.equal((await rig.start([one]).ended).failure?.kind, 'rate-limited')
  })

  test(`a rate of ${name}: what is shown is the rolling window that lets through, also in the next minute`, async () => {
    const perUser = budget('pace', { ...pace.config, scope: 'user' })
    const rig = createBudgetRig([perUser], () => answer(995))
    assert.deepEqual(rig.countersOf('pace'), [], 'nobody has used anything yet')
    for (let request = 0; request < 2; request++) await rig.start([one]).ended
    await rig.clock.advance(22_000)
    rig.clock.jump(60_000)
    assert.equal((await rig.start([one]).ended).failure?.retryAfterMs, 38_000)
    const [counter, ...others] = rig.countersOf('pace')
    assert.deepEqual(others, [])
    assert.equal(counter?.freeAfterMs, 38_000)
    assert.equal(counter.endMs, undefined)
    assert.ok(counter.left < 1_000, 'as little as the request was refused for')
    assert.equal(counter.used + counter.left, perUser.limit)
    await rig.clock.advance(38_000)
    assert.deepEqual(rig.countersOf('pace'), [])
  })

  test(`a rate of ${name}: a patient request waits for exactly as long as it must`, async () => {
    const rig = createBudgetRig([pace], () => answer(995))
    for (let request = 0; request < 2; request++) await rig.start([one]).ended
    const { policy } = requestFor([one])
    const patient = rig.start([one], { policy: { ...policy, patienceMs: 61_000 } })
    await rig.clock.advance(60_000)
    assert.equal(rig.bills.length, 2)
    await rig.clock.advance(1)
    assert.deepEqual([(await patient.ended).waitedMs, rig.bills.length], [60_001, 3])
  })
}

test('a rate remembers over a restart what may still lie within its window', async () => {
  const pace = budget('pace', { requests: 2, per: 'minute' })
  const rig = createBudgetRig([pace], () => answer(10))
  for (let request = 0; request < 2; request++) await rig.start([one]).ended
  const [counter] = restarted(rig, [pace]).countersOf(pace)
  assert.deepEqual([counter?.used, counter?.left], [2, 0])
})

/** The gate of the next daemon, on the same journal. */
function restarted({ journal, clock }: ReturnType<typeof createBudgetRig>, budgets: readonly Budget[]) {
  const ledger = createLedger({ journal, archive: noArchive, clock, log: silentLog })
  return createBudgetGate({ ...ledger, clock, budgets: () => budgets, tell: () => {} })
}
