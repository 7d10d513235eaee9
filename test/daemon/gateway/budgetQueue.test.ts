import assert from 'node:assert/strict'
import { test } from 'node:test'
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
import { requestFor } from '../../support/gatewayRig.ts'

const one = endpoint('a/x@one', { rates: freeInput })
const day = (tokens: number) => budget('day', { dollars: dollarsFor(tokens), per: 'day' })
const count = 1_000

test(`${count} requests at once under a small budget: in the order they came, to the last cent, and no further`, async () => {
  const limit = 10_000
  const rig = createBudgetRig([day(limit)], ({ request }) =>
    answer(Math.min(100, request.parameters.maxOutputTokens ?? 0)),
  )
  const started = Array.from({ length: count }, () => rig.start([one]))
  await rig.clock.advance(0)
  const waybills = await Promise.all(started.map(({ ended }) => ended))
  const outcomes = waybills.map(({ outcome }) => outcome)
  const served = outcomes.lastIndexOf('succeeded') + 1
  assert.ok(rig.billed() <= priceOf(limit))
  // The last one needs 256 tokens of room.
  assert.ok(rig.billed() > priceOf(limit - 256), `${rig.billed() / priceOf(1)}`)
  assert.ok(
    outcomes.slice(0, served).every((outcome) => outcome === 'succeeded'),
    'somebody was passed over',
  )
  assert.ok(waybills.slice(served).every(({ failure }) => failure?.kind === 'budget-exhausted'))
  assert.equal(rig.clock.pendingTimers(), 0)
})

test(`${count} requests at once that all fit are all answered, however few fit at a time`, async () => {
  const rig = createBudgetRig([day(count * 10 + 2_000)], () => answer(10))
  const started = Array.from({ length: count }, () => rig.start([one]))
  await rig.clock.advance(0)
  const waybills = await Promise.all(started.map(({ ended }) => ended))
  assert.ok(waybills.every(({ outcome }) => outcome === 'succeeded'))
  assert.ok(
    waybills.every(({ waitedMs = 0 }) => waitedMs < 1),
    'somebody waited although there was room',
  )
  assert.equal(rig.billed(), priceOf(count * 10))
})

test('who waits goes before who comes later', async () => {
  const gates = Array.from({ length: 6 }, latch)
  const rig = createBudgetRig([day(3_000)], (_call, index) =>
    answerAfter(gates[index]?.opened ?? Promise.resolve(), 10),
  )
  const running = [rig.start([one]), rig.start([one]), rig.start([one])]
  await rig.clock.advance(0)
  const waiting = []
  for (const ending of [undefined, 0, 1]) {
    if (ending !== undefined) {
      gates[ending]?.open()
      await running[ending]?.ended
    }
    waiting.push(rig.start([one]))
    await rig.clock.advance(1)
  }
  const isServed = () => waiting.map(({ parts }) => parts.some(({ type }) => type === 'attempt-start'))
  assert.deepEqual(isServed(), [true, true, false])
  for (const gate of gates) gate.open()
  await rig.clock.advance(0)
  assert.deepEqual(isServed(), [true, true, true])
  await Promise.all([...running, ...waiting].map(({ ended }) => ended))
})

test('a large one at the head does not keep small ones waiting', async () => {
  const gates = [latch(), latch()]
  const rig = createBudgetRig([day(2_100)], (_call, index) =>
    answerAfter(gates[index]?.opened ?? Promise.resolve(), 150),
  )
  const running = [rig.start([one]), rig.start([one])]
  await rig.clock.advance(0)
  const { policy } = requestFor([one])
  const large = rig.start([one], { policy: { ...policy, minOutputTokens: 1_000 } })
  const small = rig.start([one], { policy: { ...policy, parameters: { maxOutputTokens: 300 } } })
  await rig.clock.advance(1)
  gates[0]?.open()
  await rig.clock.advance(0)
  assert.equal((await small.ended).outcome, 'succeeded')
  assert.equal(large.parts.at(-1)?.type, 'wait-start')
  gates[1]?.open()
  await rig.clock.advance(0)
  assert.equal((await large.ended).outcome, 'succeeded')
  await Promise.all(running.map(({ ended }) => ended))
})

test('room that is made in any moment of a request that begins to wait is not missed', async () => {
  for (let turns = 0; turns < 40; turns++) {
    const gate = latch()
    const play = (_call: unknown, index: number) => (index === 0 ? answerAfter(gate.opened, 10) : answer(10))
    const rig = createBudgetRig([day(1_200)], play)
    const first = rig.start([one])
    await rig.clock.advance(0)
    const second = turns % 2 === 0 ? undefined : rig.start([one])
    for (let turn = 0; turn < turns / 2; turn++) await undefined
    gate.open()
    for (let turn = 0; turn < turns / 2; turn++) await undefined
    const waiting = second ?? rig.start([one])
    await rig.clock.advance(0)
    assert.equal(rig.clock.pendingTimers(), 0, `still waiting when it came after ${turns} turns`)
    assert.deepEqual([(await first.ended).outcome, (await waiting.ended).outcome], ['succeeded', 'succeeded'])
  }
})

test('who waits for what is spent in the meantime is refused at once, not after 10 s', async () => {
  const gate = latch()
  const rig = createBudgetRig([day(1_200)], () => answerAfter(gate.opened, 1_000))
  const first = rig.start([one])
  await rig.clock.advance(0)
  const waiting = Array.from({ length: 100 }, () => rig.start([one]))
  await rig.clock.advance(1_000)
  gate.open()
  await rig.clock.advance(0)
  for (const { ended } of waiting) {
    const { failure, waitedMs } = await ended
    assert.deepEqual([failure?.kind, waitedMs], ['budget-exhausted', 1_000])
  }
  assert.equal((await first.ended).outcome, 'succeeded')
})
