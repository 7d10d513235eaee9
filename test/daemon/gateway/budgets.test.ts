import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allowEndpoint } from '../../../daemon/gateway/budgetView.ts'
import type { Ledger } from '../../../daemon/gateway/ledger.ts'
import type { Failure } from '../../../shared/domain/failure.ts'
import type { ProfileName, RequestId } from '../../../shared/domain/ids.ts'
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
import { head, text, usage } from '../../support/fakeUpstream.ts'
import { requestFor, startRequest } from '../../support/gatewayRig.ts'

const one = endpoint('a/x@one', { rates: freeInput })
const two = endpoint('a/x@two', { rates: freeInput })
const unpriced = endpoint('a/x@unpriced')
const local = endpoint('a/local@here', { rates: { ...freeInput, outputNanodollarsPerMillionTokens: 0 } })
const practice = endpoint('a/p@practice', { rates: freeInput, isPractice: true })

/** For so many output tokens. */
const day = (tokens: number, more = {}) => budget('day', { dollars: dollarsFor(tokens), per: 'day', ...more })

/** The output limit of a request. */
const most = 1_000

test('refused: which budget, how much is left, when it resets; nothing is sent', async () => {
  const rig = createBudgetRig([day(1_000, { zone: 'Europe/Berlin' })], () => answer(900))
  assert.equal((await rig.start([one]).ended).outcome, 'succeeded')
  const { failure, attempts } = await rig.start([one]).ended
  assert.equal(failure?.kind, 'budget-exhausted')
  assert.match(
    failure.message,
    /^Budget day: \$0\.10 left of \$1\.00 a day, .* \$0\.2560; it resets 2026-11-24 00:00 Europe.Berlin\./,
  )
  assert.match(failure.message, /waybill budgets set day/)
  assert.deepEqual([attempts.length, rig.bills.length], [0, 1])
})

test('cut: the output limit that is sent is what is left, and the waybill says so', async () => {
  const rig = createBudgetRig([day(1_600)], ({ request }) => answer(request.parameters.maxOutputTokens ?? 0))
  assert.equal((await rig.start([one]).ended).attempts[0]?.cutOutput, undefined)
  const { attempts } = await rig.start([one]).ended
  assert.deepEqual(attempts[0]?.cutOutput, { budget: 'day', maxOutputTokens: 600 })
  assert.equal(rig.bills[1]?.call.request.parameters.maxOutputTokens, 600)
  assert.equal(rig.billed(), priceOf(1_600))
})

test('cut, but not under the least that the profile wants', async () => {
  const rig = createBudgetRig([day(1_600)], () => answer(most))
  const { policy } = requestFor([one])
  await rig.start([one]).ended
  const { failure } = await rig.start([one], { policy: { ...policy, minOutputTokens: 601 } }).ended
  assert.equal(failure?.kind, 'budget-exhausted')
  assert.equal((await rig.start([one], { policy: { ...policy, minOutputTokens: 600 } }).ended).outcome, 'succeeded')
})

test('held by others: waits, says so, and goes on as soon as it is settled', async () => {
  const gate = latch()
  const rig = createBudgetRig([day(1_200)], (_call, index) => (index === 0 ? answerAfter(gate.opened, 50) : answer(50)))
  const first = rig.start([one])
  await rig.clock.advance(0)
  const second = rig.start([one])
  await rig.clock.advance(4_000)
  assert.deepEqual(
    second.parts.map(({ number: _number, ...part }) => part),
    [{ type: 'wait-start', attempt: 1, delayMs: 10_000, endpoint: one.id, budget: 'day' }],
  )
  const untilMs = rig.clock.wallMs() + 6_000
  assert.deepEqual(rig.waits.list(), [{ requestId: 'request-2', untilMs, endpoint: one.id, budget: 'day' }])
  gate.open()
  await first.ended
  const waybill = await second.ended
  assert.deepEqual([waybill.outcome, waybill.waitedMs], ['succeeded', 4_000])
  assert.deepEqual(rig.waits.list(), [])
})

test('held by others for 10 s: refused, and they are named', async () => {
  const gate = latch()
  const rig = createBudgetRig([day(1_200)], () => answerAfter(gate.opened, 50))
  const first = rig.start([one])
  await rig.clock.advance(0)
  const second = rig.start([one])
  await rig.clock.advance(9_999)
  assert.equal(second.parts.at(-1)?.type, 'wait-start')
  await rig.clock.advance(1)
  const { failure, waitedMs } = await second.ended
  assert.equal(failure?.kind, 'budget-exhausted')
  assert.match(
    failure.message,
    /^Budget day: \$0\.20 left of \$1\.20 a day; \$1\.00 is held by requests under way, and after 10.s/,
  )
  assert.equal(waitedMs, 10_000)
  gate.open()
  await first.ended
})

test('cancelled while it waits: ends at once and holds nothing', async () => {
  const gate = latch()
  const rig = createBudgetRig([day(1_200)], () => answerAfter(gate.opened, 50))
  const first = rig.start([one])
  await rig.clock.advance(0)
  const abort = new AbortController()
  const second = rig.start([one], {}, abort.signal)
  await rig.clock.advance(1_000)
  abort.abort()
  assert.equal((await second.ended).outcome, 'cancelled')
  assert.equal(rig.countersOf('day')[0]?.held, priceOf(most))
  gate.open()
  await first.ended
  assert.deepEqual([rig.countersOf('day')[0]?.held, rig.bills.length], [0, 1])
})

test('nothing left: goes on with the profile that the budget names, and the waybill names both', async () => {
  const rig = createBudgetRig([day(1_000, { whenSpent: 'frugal' as ProfileName })], () => answer(900))
  await rig.start([one]).ended
  const withProfile = (profile: ProfileName) => requestFor([local], { profile })
  const waybill = await rig.start([one], { withProfile }).ended
  assert.equal(waybill.outcome, 'succeeded')
  assert.deepEqual([waybill.profile, waybill.switchedFrom], ['frugal', { profile: 'work', budget: 'day' }])
  assert.equal(waybill.attempts[0]?.endpoint, local.id)
})

test('nothing left, and nobody in the profile that the budget names: the budget is named first', async () => {
  const rig = createBudgetRig([day(100, { whenSpent: 'local' })], () => answer(20))
  const more = { withProfile: () => requestFor([], { profile: 'local' as ProfileName }) }
  const { failure } = await rig.start([one], more).ended
  assert.equal(failure?.kind, 'budget-exhausted')
  assert.match(failure.message, /^Budget day: .* Its profile local cannot answer either: /)
})

test('several budgets: all hold, or none', async () => {
  const budgets = [
    day(5_000),
    budget('anna', { dollars: dollarsFor(1_000), per: 'month', scope: 'user' }),
    budget('tokens', { tokens: 100_000, per: 'lifetime' }),
    budget('told', { dollars: dollarsFor(1), per: 'day', enforcement: 'soft' }),
  ]
  const rig = createBudgetRig(budgets, () => answer(900))
  await rig.start([one]).ended
  const before = budgets.map(({ name }) => rig.countersOf(name))
  const { failure } = await rig.start([one]).ended
  assert.match(failure?.message ?? '', /^Budget anna for anna: /)
  assert.deepEqual(
    budgets.map(({ name }) => rig.countersOf(name)),
    before,
  )
  assert.deepEqual(
    before.map(([counter]) => [counter?.used, counter?.held]),
    [
      [priceOf(900), 0],
      [priceOf(900), 0],
      [905, 0],
      [priceOf(900), 0],
    ],
  )
  const bert = { caller: { client: 'test', user: 'bert' } }
  assert.equal((await rig.start([one], bert).ended).outcome, 'succeeded')
})

test('every attempt counts: a fallback, and one that was rewound up to its bound', async () => {
  const half = { steps: [[head], [text('half')]], billedNanodollars: priceOf(most) }
  const rig = createBudgetRig([day(5_000)], (_call, index) => [half, half, answer(20)][index % 3] ?? half)
  const { attempts, cost } = await rig.start([one, two, endpoint('a/x@zwo', { rates: freeInput })], { canRewind: true })
    .ended
  assert.deepEqual(
    attempts.map(({ isRewound, cost: { kind } }) => [isRewound, kind]),
    [
      [true, 'estimated'],
      [true, 'estimated'],
      [false, 'measured'],
    ],
  )
  const [counter] = rig.countersOf('day')
  assert.equal(counter?.atMost, priceOf(2 * most + 20))
  assert.equal(counter.used, cost.estimatedNanodollars + cost.measuredNanodollars)
  assert.equal(rig.billed(), priceOf(2 * most + 20))
})

test('a fallback that no longer fits is not made', async () => {
  const half = { steps: [[head], [text('half')]], billedNanodollars: priceOf(most) }
  const rig = createBudgetRig([day(1_100)], () => half)
  const { failure } = await rig.start([one, two], { canRewind: true }).ended
  assert.equal(failure?.kind, 'budget-exhausted')
  assert.equal(rig.billed(), priceOf(most))
})

test('a request counts once by each budget of requests, and by that of a provider when it gets there', async () => {
  const budgets = [
    budget('all', { requests: 10, per: 'day' }),
    budget('each', { requests: 2, per: 'day', scope: 'provider' }),
  ]
  const half = { steps: [[head], [text('half')]], billedNanodollars: priceOf(most) }
  const rig = createBudgetRig(budgets, ({ endpoint: { id } }) => (id === one.id ? half : answer(20)))
  const run = () => rig.start([one, two], { canRewind: true }).ended
  const { attempts } = await run()
  assert.deepEqual(
    attempts.map((attempt) => attempt.endpoint),
    [one.id, two.id],
  )
  const counted = (name: string) => rig.countersOf(name).map(({ member, used }) => [member, used])
  assert.deepEqual(
    [counted('all'), counted('each')],
    [
      [[undefined, 1]],
      [
        ['one', 1],
        ['two', 1],
      ],
    ],
  )
  await run()
  assert.equal((await rig.start([two]).ended).failure?.kind, 'budget-exhausted')
})

test('an unknown price is kept out of hard money budgets, and stands in for nobody', async () => {
  const rig = createBudgetRig([day(5_000)], () => answer(20))
  const { failure } = await rig.start([unpriced]).ended
  assert.equal(failure?.kind, 'budget-exhausted')
  assert.match(failure.message, /is unknown, so that nothing bounds it\. Declare its price/)
  const waybill = await rig.start([unpriced, one]).ended
  assert.deepEqual(
    waybill.attempts.map((attempt) => attempt.endpoint),
    [one.id],
  )
})

test('under a soft budget an unknown price is let through and counted as unknown', async () => {
  const rig = createBudgetRig([day(5_000, { enforcement: 'soft' })], () => answer(20))
  assert.equal((await rig.start([unpriced]).ended).outcome, 'succeeded')
  assert.equal(rig.countersOf('day')[0]?.unknownCount, 1)
})

const endless = [
  { form: 'by its own count', steps: [[head], [usage(5, most + 1)], [text('more')]], counted: most + 1 },
  {
    form: 'by its length',
    steps: [[head], [text('word '.repeat(12 * most))], 'hang' as const],
    counted: 5 * 12 * most,
  },
]
for (const { form, steps, counted } of endless) {
  test(`longer than its bound ${form}: cut, recorded, told, and barred until it is allowed again`, async () => {
    const first = { steps, billedNanodollars: priceOf(counted) }
    const rig = createBudgetRig([day(100_000)], (_call, index) => (index === 0 ? first : answer(20)))
    const { attempts } = await rig.start([one]).ended
    assert.equal(attempts[0]?.isOverBound, true)
    assert.equal(rig.countersOf('day')[0]?.atMost, priceOf(counted))
    assert.deepEqual(
      rig.notices.map(({ kind }) => kind),
      ['endpoint-barred'],
    )
    const { failure } = await rig.start([one]).ended
    assert.match(failure?.message ?? '', /waybill budgets allow/)
    assert.equal((await rig.start([one, two]).ended).attempts[0]?.endpoint, two.id)
    const settings = {
      current: () => requestFor([]).settings,
      setBudget: () => undefined,
      removeBudget: () => undefined,
    }
    const view = { settings, ledger: rig.ledger, budgets: rig.ports.budgets, clock: rig.clock }
    assert.deepEqual(allowEndpoint(view, { endpoint: one.id }), {})
    assert.equal((await rig.start([one]).ended).attempts[0]?.endpoint, one.id)
    assert.ok('failure' in allowEndpoint(view, { endpoint: one.id }))
  })
}

test('a hard budget of tokens cuts what is too long too', async () => {
  const long = { steps: [[head], [text('word '.repeat(12 * most))], 'hang' as const], billedNanodollars: 0 }
  const rig = createBudgetRig([budget('day', { tokens: 50_000, per: 'day' })], () => long)
  const { attempts } = await rig.start([one]).ended
  assert.deepEqual([attempts[0]?.isOverBound, attempts[0]?.finishReason], [true, 'length'])
})

test('marks are told once a window, each when it is passed', async () => {
  const rig = createBudgetRig([day(10_000)], () => answer(most))
  const told = () => rig.notices.map((notice) => (notice.kind === 'budget-mark' ? notice.percent : notice.kind))
  for (let request = 0; request < 4; request++) await rig.start([one]).ended
  assert.deepEqual(told(), [])
  for (let request = 4; request < 10; request++) await rig.start([one]).ended
  assert.deepEqual(told(), [50, 80, 100])
  await rig.clock.advance(86_400_000)
  for (let request = 0; request < 6; request++) await rig.start([one]).ended
  assert.deepEqual(told(), [50, 80, 100, 50])
})

test('practice counts nothing and is not kept out', async () => {
  const rig = createBudgetRig([day(1_000), budget('calls', { requests: 1, per: 'day' })], () => answer(900))
  await rig.start([one]).ended
  const before = rig.countersOf('day')
  for (let request = 0; request < 3; request++) assert.equal((await rig.start([practice]).ended).outcome, 'succeeded')
  assert.deepEqual(rig.countersOf('day'), before)
})

test('money of a hard budget is spent only once its line is on the disk; if it cannot be, nothing is sent or counted', async () => {
  const rig = createBudgetRig([day(5_000)], () => answer(100))
  let isWritten = false
  let problem: Failure | undefined
  const ledger: Ledger = {
    ...rig.ledger,
    durable: async () => {
      isWritten = rig.journal.all().some(({ type }) => type === 'reserve')
      assert.equal(rig.bills.length, 0)
      return problem
    },
  }
  const run = (id: string) =>
    startRequest({ ...rig.ports, ledger }, requestFor([one], { requestId: id as RequestId })).ended
  problem = { kind: 'ledger-unavailable', message: 'the disk is gone' }
  const refused = await run('request-1')
  assert.deepEqual([refused.failure?.kind, refused.cost.estimatedHighNanodollars], ['ledger-unavailable', 0])
  assert.ok(isWritten)
  assert.deepEqual(
    rig.countersOf('day').map(({ atMost, held }) => [atMost, held]),
    [[0, 0]],
  )
  problem = undefined
  assert.equal((await run('request-2')).outcome, 'succeeded')
})

test('a cut answer counts with what may have been billed beyond its bound', async () => {
  const rig = createBudgetRig([day(1_000)], () => ({
    steps: [[head], [text('x'.repeat(14_000))], [text('more')]],
    billedNanodollars: priceOf(14_000),
  }))
  const { attempts } = await rig.start([one]).ended
  const [{ cost, bound } = assert.fail()] = attempts
  assert.ok(cost.kind === 'estimated' && bound.kind === 'measured')
  assert.equal(cost.highNanodollars, priceOf(14_000))
  assert.ok(cost.highNanodollars > bound.nanodollars)
  assert.equal(rig.countersOf('day')[0]?.atMost, priceOf(14_000))
})
