import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeySource } from '../../../daemon/gateway/standings.ts'
import { nothingDrawn, onStreamPart } from '../../../shared/domain/drawnText.ts'
import type { Failure } from '../../../shared/domain/failure.ts'
import type { RequestId } from '../../../shared/domain/ids.ts'
import type { Hold } from '../../../shared/domain/profile.ts'
import type { StreamPart } from '../../../shared/domain/streamPart.ts'
import { endpoint } from '../../support/endpoints.ts'
import { done, head, text } from '../../support/fakeUpstream.ts'
import { createRig, requestFor, startRequest } from '../../support/gatewayRig.ts'

const one = endpoint('a/x@one')
const two = endpoint('a/x@two')
const outage: Failure = { kind: 'provider-error', message: 'it said 500', httpStatus: 500 }
const fails = (failure: Failure) => [[{ type: 'failure' as const, failure }]]
const answer = [[head, text('whole')], [done]]
const limited: Failure = { kind: 'rate-limited', message: '', retryAfterMs: 5_000 }
const refused: Failure = { kind: 'bad-credentials', message: '', httpStatus: 401 }

const drawn = (parts: readonly StreamPart[]) => parts.reduce(onStreamPart, nothingDrawn).text
const twoKeys: KeySource = {
  keysOf: () => ['FIRST', 'SECOND'],
  printOf: (name) => `print of ${name}`,
  revision: () => 0,
}
const asked = (number: number) => ({ requestId: `request-${number}` as RequestId })

test('a dead endpoint costs three requests their first attempt; then nobody asks it until its one probe', async () => {
  const rig = createRig([...[1, 2, 3].flatMap(() => [fails(outage), answer]), answer, ['hang' as const], answer])
  for (let number = 1; number <= 4; number += 1) {
    await startRequest(rig.ports, requestFor([one, two], asked(number))).ended
  }
  const called = () => rig.upstream.calls.map((call) => call.endpoint.provider)
  assert.deepEqual(called(), ['one', 'two', 'one', 'two', 'one', 'two', 'two'])
  await rig.clock.advance(10_000)
  const stop = new AbortController()
  const probe = startRequest(rig.ports, requestFor([one, two], asked(5)), stop.signal)
  await rig.clock.advance(1)
  await startRequest(rig.ports, requestFor([one, two], asked(6))).ended
  assert.deepEqual(called().slice(7), ['one', 'two'])
  stop.abort()
  assert.equal((await probe.ended).outcome, 'cancelled')
})

test('all cooling: the request waits as long as it says, is planned anew, and the waybill knows', async () => {
  const rig = createRig([fails(limited), answer])
  const { parts, ended } = startRequest(rig.ports, patient([one]))
  await rig.clock.advance(4_999)
  assert.deepEqual(
    parts.flatMap((part) => (part.type === 'wait-start' ? [part.delayMs, part.attempt, part.endpoint] : [])),
    [5_000, 2, one.id],
  )
  const untilMs = rig.clock.wallMs() + 1
  assert.deepEqual(rig.waits.list(), [{ requestId: 'request-1', untilMs, endpoint: one.id }])
  assert.equal(rig.upstream.calls.length, 1)
  await rig.clock.advance(1)
  const waybill = await ended
  assert.equal(drawn(parts), 'whole')
  assert.deepEqual(rig.waits.list(), [])
  assert.equal(waybill.waitedMs, 5_000)
  assert.equal(waybill.attempts[0]?.nextBecause, 'wait')
})

test('all cooling beyond the patience: a failure of its own that says when to come back', async () => {
  const rig = createRig([fails(limited)])
  assert.equal((await startRequest(rig.ports, requestFor([one])).ended).failure?.kind, 'rate-limited')
  await rig.clock.advance(1_000)
  const { failure, attempts } = await startRequest(rig.ports, requestFor([one], asked(2))).ended
  assert.deepEqual([failure?.kind, failure?.retryAfterMs, attempts.length], ['cooling', 4_000, 0])
})

test('of several that are cooling, the wait is for the one that comes back first', async () => {
  const sooner: Failure = { kind: 'rate-limited', message: '', retryAfterMs: 2_000 }
  const rig = createRig([fails(limited), fails(sooner), answer])
  const { parts, ended } = startRequest(rig.ports, patient([one, two]))
  await rig.clock.advance(1)
  assert.deepEqual(
    parts.flatMap((part) => (part.type === 'wait-start' ? [part.delayMs, part.endpoint] : [])),
    [2_000, two.id],
  )
  await rig.clock.advance(2_000)
  assert.equal((await ended).attempts.at(-1)?.endpoint, two.id)
})

test('a cancel ends the wait at once', async () => {
  const rig = createRig([fails(limited)])
  const stop = new AbortController()
  const { ended } = startRequest(rig.ports, patient([one]), stop.signal)
  await rig.clock.advance(100)
  assert.equal(rig.waits.list().length, 1)
  stop.abort()
  assert.equal((await ended).outcome, 'cancelled')
  assert.deepEqual(rig.waits.list(), [])
  assert.equal(rig.clock.pendingTimers(), 0)
})

test('keys take turns; a refused one gives way to the next before the next endpoint, and is said once', async () => {
  const rig = createRig([fails(refused), answer, answer, answer], twoKeys)
  for (let number = 1; number <= 3; number += 1) {
    const { ended } = startRequest(rig.ports, requestFor([one, two], asked(number)))
    assert.equal((await ended).attempts.at(-1)?.endpoint, one.id)
  }
  const keys = rig.upstream.calls.map((call) => call.keyName)
  assert.equal(keys.filter((key) => key === keys[0]).length, 1)
  assert.deepEqual(
    rig.notices.map(({ message: _message, ...notice }) => notice),
    [{ kind: 'key-refused', provider: 'one', key: keys[0], httpStatus: 401 }],
  )
})

test('hold: a failure before the held beginning went out moves on silently', async () => {
  const cut: Failure = { kind: 'truncated', message: '' }
  const half = [[head, text('half ')], [{ type: 'failure' as const, failure: cut }]]
  const rig = createRig([half, answer])
  const { parts, ended } = startRequest(rig.ports, holding([one, two], { holdCharacters: 100 }))
  assert.equal((await ended).outcome, 'succeeded')
  assert.equal(drawn(parts), 'whole')
  const short = createRig([half, answer])
  const run = startRequest(short.ports, holding([one, two], { holdCharacters: 5 }))
  assert.equal((await run.ended).outcome, 'failed')
  assert.equal(drawn(run.parts), 'half ')
})

test('hold: after its time the beginning goes out', async () => {
  const rig = createRig([[[head, text('slow ')], 'hang' as const]])
  const stop = new AbortController()
  const { parts, ended } = startRequest(rig.ports, holding([one], { holdMs: 300 }), stop.signal)
  await rig.clock.advance(299)
  assert.equal(drawn(parts), '')
  await rig.clock.advance(1)
  assert.equal(drawn(parts), 'slow ')
  stop.abort()
  await ended
})

/** Waits for an endpoint as long as an editor would. */
function patient(endpoints: Parameters<typeof requestFor>[0]) {
  const request = requestFor(endpoints)
  return { ...request, policy: { ...request.policy, patienceMs: 20_000 } }
}

function holding(endpoints: Parameters<typeof requestFor>[0], hold: Hold) {
  const request = requestFor(endpoints)
  return { ...request, policy: { ...request.policy, hold } }
}
