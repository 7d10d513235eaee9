import assert from 'node:assert/strict'
import { test } from 'node:test'
import { interruptedReason } from '../../../daemon/gateway/tryEndpoint.ts'
import { nothingDrawn, onStreamPart } from '../../../shared/domain/drawnText.ts'
import type { Failure } from '../../../shared/domain/failure.ts'
import type { StreamPart } from '../../../shared/domain/streamPart.ts'
import { endpoint, provider } from '../../support/endpoints.ts'
import { done, head, text, usage } from '../../support/fakeUpstream.ts'
import { createRig, requestFor, startRequest } from '../../support/gatewayRig.ts'

const rates = {
  inputNanodollarsPerMillionTokens: 1_000_000,
  outputNanodollarsPerMillionTokens: 2_000_000,
  source: 'test',
}
const one = endpoint('a/x@one', { rates })
const two = endpoint('a/x@two', { rates })

const outage: Failure = { kind: 'provider-error', message: 'it said 500', httpStatus: 500 }
const fails = (failure: Failure) => [[{ type: 'failure' as const, failure }]]
const answers = (...words: readonly string[]) => [[head], ...words.map((word) => [text(word)]), [usage(10, 20), done]]

const drawn = (parts: readonly StreamPart[]) => parts.reduce(onStreamPart, nothingDrawn).text
const typesOf = (parts: readonly StreamPart[]) => parts.map((part) => part.type)

test('a whole answer: parts in order, one reserve, one end and one request line, cost measured', async () => {
  const rig = createRig([answers('Hello', ' world')])
  const { parts, ended } = startRequest(rig.ports, requestFor([one]))
  const waybill = await ended
  assert.deepEqual(typesOf(parts), ['attempt-start', 'text-append', 'text-append', 'request-end'])
  assert.deepEqual(
    parts.map((part) => part.number),
    [1, 2, 3, 4],
  )
  assert.equal(drawn(parts), 'Hello world')
  assert.deepEqual(
    rig.journal.all().map((entry) => entry.type),
    ['checkpoint', 'reserve', 'end', 'request'],
  )
  assert.equal(waybill.outcome, 'succeeded')
  assert.equal(waybill.cost.measuredNanodollars, 50)
  assert.deepEqual(rig.ledger.findWaybill(waybill.requestId), waybill)
})

test('the texts of one read are one part', async () => {
  const rig = createRig([[[head, text('a'), text('b'), text('c')], [done]]])
  const { parts, ended } = startRequest(rig.ports, requestFor([one]))
  await ended
  assert.deepEqual(typesOf(parts), ['attempt-start', 'text-append', 'request-end'])
  assert.equal(drawn(parts), 'abc')
})

test("plan: candidates are tried in the order of the profile's provider preferences", async () => {
  const rig = createRig([answers('x')])
  const request = requestFor([one, two])
  const policy = { ...request.policy, preferences: { order: [provider('two')] } }
  const waybill = await startRequest(rig.ports, { ...request, policy }).ended
  assert.equal(waybill.attempts[0]?.endpoint, two.id)
  assert.deepEqual(waybill.plan?.candidates, [two.id, one.id])
})

test('next step: an outage before the first text falls back, and both attempts are on the record', async () => {
  const rig = createRig([fails(outage), answers('ok')])
  const { parts, ended } = startRequest(rig.ports, requestFor([one, two]))
  const waybill = await ended
  assert.deepEqual(typesOf(parts), ['attempt-start', 'attempt-fail', 'attempt-start', 'text-append', 'request-end'])
  assert.deepEqual(
    waybill.attempts.map((attempt) => [attempt.endpoint, attempt.outcome, attempt.next]),
    [
      [one.id, 'failed', 'fallback'],
      [two.id, 'succeeded', undefined],
    ],
  )
  assert.equal(rig.ledger.state().rollUps.size, 2)
})

test('next step: the last candidate is tried once more after a pause', async () => {
  const rig = createRig([fails(outage), answers('ok')])
  const { ended } = startRequest(rig.ports, requestFor([one]))
  await rig.clock.advance(99)
  assert.equal(rig.upstream.calls.length, 1)
  await rig.clock.advance(1)
  const waybill = await ended
  assert.deepEqual(
    waybill.attempts.map((attempt) => attempt.next),
    ['retry', undefined],
  )
})

test('rewind: a caller that can un-draw gets a rewind and then one whole answer', async () => {
  const rig = createRig([
    [[head], [text('half an ')], [{ type: 'failure', failure: { kind: 'truncated', message: '' } }]],
    answers('whole'),
  ])
  const { parts, ended } = startRequest(rig.ports, requestFor([one, two], { canRewind: true }))
  const waybill = await ended
  assert.deepEqual(typesOf(parts), [
    'attempt-start',
    'text-append',
    'attempt-fail',
    'rewind',
    'attempt-start',
    'text-append',
    'request-end',
  ])
  assert.equal(drawn(parts), 'whole')
  assert.equal(waybill.attempts[0]?.isRewound, true)
})

test('rewind: a caller that cannot un-draw is stopped after the first text', async () => {
  const rig = createRig([
    [[head], [text('half')], [{ type: 'failure', failure: { kind: 'truncated', message: '' } }]],
    answers('no'),
  ])
  const { parts, ended } = startRequest(rig.ports, requestFor([one, two]))
  const waybill = await ended
  assert.equal(waybill.outcome, 'failed')
  assert.equal(waybill.failure?.kind, 'truncated')
  assert.equal(drawn(parts), 'half')
  assert.equal(rig.upstream.calls.length, 1)
  assert.equal(waybill.attempts[0]?.cost.kind, 'estimated')
})

test('rewind: when nothing is left, a caller that can un-draw ends with no text', async () => {
  const rig = createRig([[[head], [text('half')], [{ type: 'failure', failure: { kind: 'truncated', message: '' } }]]])
  const { parts, ended } = startRequest(rig.ports, requestFor([one], { canRewind: true }))
  assert.equal((await ended).outcome, 'failed')
  assert.equal(drawn(parts), '')
})

test('a stream that ends without its terminal event is truncated, never a success', async () => {
  const rig = createRig([[[head], [text('half')]]])
  const waybill = await startRequest(rig.ports, requestFor([one])).ended
  assert.equal(waybill.failure?.kind, 'truncated')
})

const timeoutRows = [
  { phase: 'first-token', steps: [[head], 'hang' as const], afterMs: 60_000 },
  { phase: 'idle', steps: [[head], [text('x')], 'hang' as const], afterMs: 30_000 },
]

for (const row of timeoutRows) {
  test(`attempt: times out in phase ${row.phase}, to the millisecond, and closes the upstream`, async () => {
    const rig = createRig([row.steps])
    const { ended } = startRequest(rig.ports, requestFor([one]))
    await rig.clock.advance(row.afterMs - 1)
    assert.equal(rig.upstream.closedCount(), 0)
    await rig.clock.advance(1)
    const waybill = await ended
    assert.equal(waybill.failure?.phase, row.phase)
    assert.equal(rig.upstream.closedCount(), 1)
    assert.equal(rig.clock.pendingTimers(), 0)
  })
}

test('attempt: the total limit ends the request, whoever would be next', async () => {
  const slow = () => [[head], ...Array.from({ length: 100 }, () => [text('x')])]
  const rig = createRig([[...slow(), 'hang'], answers('no')])
  const request = requestFor([one, two], { canRewind: true })
  const policy = { ...request.policy, timeouts: { totalMs: 5_000, idleMs: 60_000 } }
  const { ended } = startRequest(rig.ports, { ...request, policy })
  await rig.clock.advance(5_000)
  const waybill = await ended
  assert.equal(waybill.failure?.phase, 'total')
  assert.equal(rig.upstream.calls.length, 1)
})

test('attempt: reads keep the idle limit away', async () => {
  const gates = [gate(), gate()]
  const rig = createRig([
    [[head], [text('a')], gates[0]?.promise ?? [], [text('b')], gates[1]?.promise ?? [], [text('c'), done]],
  ])
  const { ended } = startRequest(rig.ports, requestFor([one]))
  for (const { resolve } of gates.slice(0, 2)) {
    await rig.clock.advance(29_000)
    resolve()
  }
  assert.equal((await ended).outcome, 'succeeded')
})

test('cancel: the upstream is closed at once and the request is recorded as cancelled', async () => {
  const rig = createRig([[[head], [text('some')], 'hang']])
  const abort = new AbortController()
  const { parts, ended } = startRequest(rig.ports, requestFor([one]), abort.signal)
  await rig.clock.advance(1)
  abort.abort('cancelled')
  const waybill = await ended
  assert.equal(waybill.outcome, 'cancelled')
  assert.equal(waybill.attempts[0]?.outcome, 'cancelled')
  assert.equal(rig.upstream.closedCount(), 1)
  assert.equal(drawn(parts), 'some')
  assert.equal(rig.ledger.state().openReservations.size, 0)
})

test('cancel: also between two attempts', async () => {
  const rig = createRig([fails(outage), answers('no')])
  const abort = new AbortController()
  const { ended } = startRequest(rig.ports, requestFor([one]), abort.signal)
  await rig.clock.advance(10)
  abort.abort('cancelled')
  assert.equal((await ended).outcome, 'cancelled')
  assert.equal(rig.upstream.calls.length, 1)
})

test('the end of the daemon is recorded as interrupted', async () => {
  const rig = createRig([[[head], 'hang']])
  const abort = new AbortController()
  const { ended } = startRequest(rig.ports, requestFor([one]), abort.signal)
  await rig.clock.advance(1)
  abort.abort(interruptedReason)
  assert.equal((await ended).outcome, 'interrupted')
})

test('settle: nothing is sent when the ledger cannot hold its bound', async () => {
  const rig = createRig([answers('no')])
  rig.journal.failWith({ kind: 'ledger-unavailable', message: 'the disk is full' })
  const { parts, ended } = startRequest(rig.ports, requestFor([one]))
  const waybill = await ended
  assert.equal(waybill.failure?.kind, 'ledger-unavailable')
  assert.equal(rig.upstream.calls.length, 0)
  assert.deepEqual(typesOf(parts), ['request-end'])
})

test('settle: an end that cannot be written now is written before whatever comes next', async () => {
  const gateway = gate()
  const rig = createRig([[[head], gateway.promise, [text('x'), done]], answers('y')])
  const first = startRequest(rig.ports, requestFor([one]))
  await rig.clock.advance(1)
  rig.journal.failWith({ kind: 'ledger-unavailable', message: 'the disk is full' })
  gateway.resolve()
  assert.equal((await first.ended).outcome, 'succeeded')
  assert.equal(rig.ledger.state().openReservations.size, 1)
  rig.journal.failWith(undefined)
  await startRequest(rig.ports, requestFor([one], { requestId: 'request-2' as never })).ended
  assert.equal(rig.ledger.state().openReservations.size, 0)
  assert.deepEqual(
    rig.journal.all().map((entry) => entry.type),
    ['checkpoint', 'reserve', 'end', 'request', 'reserve', 'end', 'request'],
  )
})

test('journal: a refused request has one line and no attempt', async () => {
  const rig = createRig([])
  const refusal: Failure = { kind: 'invalid-request', message: 'select some code' }
  const waybill = await startRequest(rig.ports, requestFor([one], { refusal })).ended
  assert.equal(waybill.outcome, 'failed')
  assert.deepEqual(
    rig.journal.all().map((entry) => entry.type),
    ['checkpoint', 'request'],
  )
})

test('plan: without a candidate the request fails with the reasons', async () => {
  const rig = createRig([])
  const waybill = await startRequest(rig.ports, requestFor([])).ended
  assert.equal(waybill.failure?.kind, 'no-endpoint')
})

test('price: the output limit that is sent is what the endpoint can give, and bounds the reservation', async () => {
  const rig = createRig([answers('x')])
  const small = endpoint('a/x@one', { rates, outputTokens: 100 })
  const waybill = await startRequest(rig.ports, requestFor([small])).ended
  assert.equal(rig.upstream.calls[0]?.request.parameters.maxOutputTokens, 100)
  // The bytes of the body and 16 for the message in, 100 out: each byte 1 nanodollar, each token out 2.
  const bodyBytes = rig.upstream.calls[0]?.bodyText?.length ?? 0
  assert.ok(bodyBytes > 0)
  assert.deepEqual(waybill.attempts[0]?.bound, { kind: 'measured', nanodollars: bodyBytes + 16 + 200 })
})

test('a reader without room pauses the upstream, and the idle limit stands still', async () => {
  const rig = createRig([[[head], [text('x'.repeat(5_000_000))], [text('y'), done]]])
  const { ended, stream } = startRequest(rig.ports, requestFor([one]))
  const blocked = gate()
  stream.attach(0, () => blocked.promise)
  await rig.clock.advance(300_000)
  assert.equal(rig.upstream.closedCount(), 0, 'its end lies in the next read, which must wait')
  blocked.resolve()
  assert.equal((await ended).outcome, 'succeeded')
})

test('an answer that says nothing is none: the next candidate is asked', async () => {
  const rig = createRig([[[head], [done]], answers('ok')])
  const waybill = await startRequest(rig.ports, requestFor([one, two])).ended
  assert.deepEqual(
    waybill.attempts.map((attempt) => attempt.failure?.kind),
    ['protocol-violation', undefined],
  )
})

test('an answer of which a filter left nothing moves on to the next model', async () => {
  const filtered = [[head], [{ type: 'done' as const, finishReason: 'content-filter' as const }]]
  const rig = createRig([filtered, answers('ok')])
  const waybill = await startRequest(rig.ports, requestFor([one, two, endpoint('b/y@one')])).ended
  assert.deepEqual(
    waybill.attempts.map((attempt) => attempt.endpoint),
    [one.id, 'b/y@one'],
  )
})

test('an answer that never ends is stopped, and the next candidate is asked', async () => {
  const endless = Array.from({ length: 20 }, () => [text('x'.repeat(1_000_000))])
  const rig = createRig([[[head], ...endless], answers('whole')])
  const { parts, ended } = startRequest(rig.ports, requestFor([one, two], { canRewind: true }))
  const waybill = await ended
  assert.match(waybill.attempts[0]?.failure?.message ?? '', /at most 16 million characters/)
  assert.equal(rig.upstream.closedCount(), 2)
  assert.equal(drawn(parts), 'whole')
})

test('a bug in the middle of an attempt leaves no open reservation, no open stream and no prompt in the log', async () => {
  const rig = createRig([])
  const logged: string[] = []
  const log = { ...rig.ports.log, error: (...words: readonly unknown[]) => logged.push(JSON.stringify(words)) }
  const upstream = {
    encode: () => '{}',
    stream: () => {
      throw new Error('why? said the prompt')
    },
  }
  const { parts, ended } = startRequest({ ...rig.ports, log, upstream }, requestFor([one]))
  await assert.rejects(ended, /said the prompt/)
  assert.equal(parts.at(-1)?.type, 'request-end')
  assert.equal(rig.ledger.state().openReservations.size, 0)
  const [waybill] = (await rig.ledger.pages.page({ limit: 1 }, new AbortController().signal)).waybills
  assert.deepEqual([waybill?.outcome, waybill?.attempts[0]?.outcome], ['interrupted', 'interrupted'])
  assert.match(logged.join(), /requestRun/)
  assert.doesNotMatch(logged.join(), /said the prompt/)
})

function gate(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
