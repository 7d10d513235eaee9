import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RollUp } from '../../../daemon/core/metrics/rollUp.ts'
import { createLedger, type Ledger, type RollUpArchive } from '../../../daemon/gateway/ledger.ts'
import { endpoint } from '../../support/endpoints.ts'
import { done, head, text, usage } from '../../support/fakeUpstream.ts'
import { createRig, noArchive, requestFor, silentLog, startRequest } from '../../support/gatewayRig.ts'

const rates = {
  inputNanodollarsPerMillionTokens: 1_000_000,
  outputNanodollarsPerMillionTokens: 2_000_000,
  source: 'test',
}
const one = endpoint('a/x@one', { rates })
const two = endpoint('a/x@two', { rates })
const three = endpoint('a/x@three', { rates })
const dear = endpoint('a/x@two', { rates: { ...rates, outputNanodollarsPerMillionTokens: 90_000_000 } })
const answer = [[head], [text('x')], [usage(10, 20), done]]
const outage = [
  [{ type: 'failure' as const, failure: { kind: 'provider-error' as const, message: '', httpStatus: 500 } }],
]

const recent = async (ledger: Ledger) => (await ledger.pages.page({ limit: 10 }, new AbortController().signal)).waybills

const stateOf = (ledger: { readonly state: () => object }) => JSON.parse(JSON.stringify(ledger.state(), withMaps))

function withMaps(_key: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value
}

test('the state recovered from the journal is the state that lived, and no money is lost', async () => {
  const rig = createRig([outage, answer, answer, outage, outage])
  for (const id of ['request-1', 'request-2', 'request-3']) {
    const started = startRequest(rig.ports, requestFor([one, two], { requestId: id as never }))
    await rig.clock.advance(1_000)
    await started.ended
  }
  const recovered = createLedger({ journal: rig.journal, archive: noArchive, clock: rig.clock, log: silentLog })
  assert.deepEqual(stateOf(recovered), stateOf(rig.ledger))
})

test('breakers, keys and learnt times are carried over midnight, and over a restart after it', async () => {
  const limited = [
    [{ type: 'failure' as const, failure: { kind: 'rate-limited' as const, message: '', retryAfterMs: 90_000_000 } }],
  ]
  const rig = createRig([outage, answer, outage, answer, outage, answer, limited, answer])
  const run = (id: string, endpoints: Parameters<typeof requestFor>[0]) =>
    startRequest(rig.ports, requestFor(endpoints, { requestId: id as never, stickyKey: id })).ended
  for (const id of ['request-1', 'request-2', 'request-3']) await run(id, [one, dear])
  assert.equal((await run('request-4', [three])).failure?.kind, 'rate-limited')
  await rig.clock.advance(12 * 3_600_000)
  assert.equal((await run('request-5', [dear])).outcome, 'succeeded')
  assert.equal(rig.journal.days().length, 2)
  const recovered = createLedger({ journal: rig.journal, archive: noArchive, clock: rig.clock, log: silentLog })
  const { breakers, keys, windows, measured } = recovered.state().resilience
  assert.equal(breakers.get(one.id)?.state, 'open')
  assert.ok((keys.get('three/')?.readyAtMs ?? 0) > rig.clock.wallMs())
  assert.equal(windows.get(two.id)?.length, 1)
  const lived = rig.ledger.state().resilience
  assert.deepEqual([breakers, keys, windows, measured], [lived.breakers, lived.keys, lived.windows, lived.measured])
})

test('a request that a killed daemon left under way is recorded as interrupted, at most its bound', async () => {
  const rig = createRig([outage, [[head], 'hang']])
  const { ended: neverEnds } = startRequest(rig.ports, requestFor([one, two]))
  await rig.clock.advance(5)
  assert.equal(rig.upstream.calls.length, 2)

  const recovered = createLedger({ journal: rig.journal, archive: noArchive, clock: rig.clock, log: silentLog })
  const [waybill] = await recent(recovered)
  assert.equal(waybill?.outcome, 'interrupted')
  assert.deepEqual(
    waybill?.attempts.map((attempt) => attempt.outcome),
    ['failed', 'interrupted'],
  )
  const bound = waybill?.attempts[1]?.bound
  assert.ok(bound?.kind === 'measured')
  assert.deepEqual(waybill?.attempts[1]?.cost, {
    kind: 'estimated',
    nanodollars: bound.nanodollars,
    lowNanodollars: 0,
    highNanodollars: bound.nanodollars,
  })
  assert.equal(recovered.state().openReservations.size, 0)
  // A third start finds nothing more to close.
  const lines = rig.journal.all().length
  createLedger({ journal: rig.journal, archive: noArchive, clock: rig.clock, log: silentLog })
  assert.equal(rig.journal.all().length, lines)
  void neverEnds
})

test('a new day starts with a checkpoint; the closed day keeps its roll-ups, also without its archive', async () => {
  const kept = new Map<string, readonly RollUp[]>()
  const rig = createRig([answer, answer])
  await startRequest(rig.ports, requestFor([one])).ended
  rig.clock.jump(86_400_000)
  await startRequest(rig.ports, requestFor([one], { requestId: 'request-2' as never })).ended
  const [firstDay = '', secondDay = ''] = rig.journal.days()
  assert.equal(rig.journal.readDay(secondDay)?.[0]?.type, 'checkpoint')

  const requestsOf = (rollUps: readonly RollUp[]) => rollUps.reduce((sum, rollUp) => sum + rollUp.requests, 0)
  assert.equal(requestsOf(rig.ledger.rollUpsSince(secondDay)), 1)
  assert.equal(requestsOf(rig.ledger.rollUpsSince(firstDay)), 2)
  const archive: RollUpArchive = { read: (day) => kept.get(day), write: (day, rollUps) => kept.set(day, rollUps) }
  const recovered = createLedger({ journal: rig.journal, archive, clock: rig.clock, log: silentLog })
  assert.equal(requestsOf(recovered.rollUpsSince(firstDay)), 2)
  assert.deepEqual([...kept.keys()], [firstDay])
})

test('a request that passes midnight is settled in the new day and leaves nothing open', async () => {
  const gate: { open: () => void } = { open: () => {} }
  const rig = createRig([
    [[head], new Promise<void>((resolve) => (gate.open = resolve)), [text('x'), usage(1, 1), done]],
  ])
  const { ended } = startRequest(rig.ports, requestFor([one]))
  await rig.clock.advance(1)
  rig.clock.jump(86_400_000)
  gate.open()
  await ended
  const [, secondDay = ''] = rig.journal.days()
  const checkpoint = rig.journal.readDay(secondDay)?.[0]
  assert.ok(checkpoint?.type === 'checkpoint')
  assert.equal(checkpoint.openReservations.length, 1)
  assert.equal(rig.ledger.state().openReservations.size, 0)
  const recovered = createLedger({ journal: rig.journal, archive: noArchive, clock: rig.clock, log: silentLog })
  assert.deepEqual(stateOf(recovered).openReservations, [])
  assert.equal((await recent(recovered)).length, 1)
})

test('a day whose checkpoint cannot be read is today all the same, and its statistics go on', async () => {
  const rig = createRig([answer, answer])
  await startRequest(rig.ports, requestFor([one])).ended
  const [today = ''] = rig.journal.days()
  const visitDay: typeof rig.journal.visitDay = (day, visit) =>
    rig.journal.visitDay(day, (entry) => entry.type === 'checkpoint' || visit(entry))
  const journal = { ...rig.journal, visitDay }
  const recovered = createLedger({ journal, archive: noArchive, clock: rig.clock, log: silentLog })
  await startRequest({ ...rig.ports, ledger: recovered }, requestFor([one], { requestId: 'request-2' as never })).ended
  assert.equal(recovered.rollUpsSince(today)[0]?.requests, 2)
})

test('requests refused while the journal cannot be written do not pile up', async () => {
  const rig = createRig([answer])
  rig.journal.failWith({ kind: 'ledger-unavailable', message: 'the disk is full' })
  for (let number = 0; number < 100; number++) {
    await startRequest(rig.ports, requestFor([one], { requestId: `refused-${number}` as never })).ended
  }
  rig.journal.failWith(undefined)
  await startRequest(rig.ports, requestFor([one])).ended
  assert.deepEqual(
    rig.journal.all().map((entry) => entry.type),
    ['checkpoint', 'reserve', 'end', 'request'],
  )
})

test('what waits to be written goes out in portions, so that a little room is enough to go on', async () => {
  const gates: (() => void)[] = []
  const hanging = Array.from({ length: 40 }, () => [
    [head],
    new Promise<void>((resolve) => gates.push(resolve)),
    [text('x'), usage(1, 1), done],
  ])
  const rig = createRig([...hanging, answer])
  const started = hanging.map((_, number) =>
    startRequest(rig.ports, requestFor([one], { requestId: `slow-${number}` as never })),
  )
  await rig.clock.advance(1)
  rig.journal.failWith({ kind: 'ledger-unavailable', message: 'the disk is full' })
  for (const open of gates) open()
  await Promise.all(started.map((one) => one.ended))
  rig.journal.failWith(undefined)
  let largest = 0
  rig.journal.onAppend((entries) => {
    largest = Math.max(largest, entries.length)
  })
  await startRequest(rig.ports, requestFor([one])).ended
  assert.ok(largest <= 32, `${largest} lines at once`)
  assert.equal(rig.ledger.state().openReservations.size, 0)
})

test('refused practice requests are not counted among real ones', async () => {
  const rig = createRig([])
  await startRequest(rig.ports, requestFor([], { profile: 'practice' as never })).ended
  const [rollUp] = rig.ledger.state().rollUps.values()
  assert.equal(rollUp?.key.isPractice, true)
})

test('a day that cannot be read is not archived as empty, and is counted as soon as it can be read', async () => {
  const kept = new Map<string, readonly RollUp[]>()
  const archive: RollUpArchive = { read: (day) => kept.get(day), write: (day, rollUps) => kept.set(day, rollUps) }
  const rig = createRig([answer, answer, answer])
  const run = (ledger: typeof rig.ledger, id: string) =>
    startRequest({ ...rig.ports, ledger }, requestFor([one], { requestId: id as never })).ended
  const requestsSince = (ledger: typeof rig.ledger, day: string) =>
    ledger.rollUpsSince(day).reduce((sum, rollUp) => sum + rollUp.requests, 0)
  await run(rig.ledger, 'request-1')
  let isReadable = false
  const visitDay: typeof rig.journal.visitDay = (day, visit) => isReadable && rig.journal.visitDay(day, visit)
  const journal = { ...rig.journal, visitDay }
  const blind = createLedger({ journal, archive, clock: rig.clock, log: silentLog })
  await run(blind, 'request-2')
  rig.clock.jump(86_400_000)
  await run(blind, 'request-3')
  const [firstDay = ''] = rig.journal.days()
  assert.equal(requestsSince(blind, firstDay), 1)
  assert.deepEqual([...kept.keys()], [])
  isReadable = true
  assert.equal(requestsSince(blind, firstDay), 3)
  assert.deepEqual([...kept.keys()], [firstDay])
})

test('a waybill is found by its id among all others, but not further back than asked', async () => {
  const rig = createRig([answer, answer, outage, answer])
  await startRequest(rig.ports, requestFor([one], { requestId: 'request-1' as never })).ended
  await startRequest(rig.ports, requestFor([one], { requestId: 'request-12' as never })).ended
  const startedAtMs = rig.clock.wallMs()
  rig.clock.jump(2 * 86_400_000)
  const third = startRequest(rig.ports, requestFor([one, two], { requestId: 'request-3' as never }))
  await rig.clock.advance(1_000)
  await third.ended
  const find = (id: string, sinceMs?: number) => rig.ledger.findWaybill(id as never, sinceMs)
  assert.equal(find('request-1')?.requestId, 'request-1')
  assert.equal(find('request-12')?.requestId, 'request-12')
  assert.equal(find('request-3')?.attempts.length, 2)
  assert.equal(find('request-4'), undefined)
  assert.equal(find('request-1', startedAtMs)?.requestId, 'request-1')
  assert.equal(find('request-1', startedAtMs + 86_400_000), undefined)
})
