import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerOf, explainAttempts, outlookOf } from '../../../../daemon/core/routing/explainAnswer.ts'
import type { Failure } from '../../../../shared/domain/failure.ts'
import type { EndpointId, RequestId } from '../../../../shared/domain/ids.ts'
import { noMoney } from '../../../../shared/domain/moneySum.ts'
import type { RoutePlan } from '../../../../shared/domain/routePlan.ts'
import type { AttemptRecord, Waybill } from '../../../../shared/domain/waybill.ts'
import { endpoint } from '../../../support/endpoints.ts'

const one = 'a/x@one' as EndpointId
const two = 'b/y@two' as EndpointId

function attempt(at: EndpointId, more: Partial<AttemptRecord> = {}): AttemptRecord {
  const { provider, model } = endpoint(at)
  return {
    attempt: 1,
    endpoint: at,
    provider,
    model,
    isPractice: false,
    startedAtMs: 0,
    totalMs: 1_200,
    outcome: 'succeeded',
    isRewound: false,
    cost: { kind: 'unknown' },
    bound: { kind: 'unknown' },
    ...more,
  }
}

const failed = (at: EndpointId, failure: Failure, more: Partial<AttemptRecord>) =>
  attempt(at, { outcome: 'failed', failure, ...more })

function waybill(attempts: readonly AttemptRecord[], more: Partial<Waybill> = {}): Waybill {
  const caller = { client: 'test', user: 'anna' }
  const requestId = 'request-1' as RequestId
  return { requestId, startedAtMs: 0, totalMs: 9, caller, attempts, outcome: 'succeeded', cost: noMoney, ...more }
}

const plan: RoutePlan = { version: 2, orderedBy: 'price', candidates: [one, two], rejected: [] }
const placed = { plan, firstBecause: 'because it is the cheapest' }
const outage: Failure = { kind: 'provider-error', message: 'it said 500' }

test('the first of several says by what it was first', () => {
  assert.equal(
    answerOf(waybill([attempt(one)]), placed),
    'a/x@one answered: it was the first of 2 candidates, because it is the cheapest.',
  )
  assert.equal(
    answerOf(waybill([attempt(one)]), { plan }),
    'a/x@one answered: it was the first of 2 candidates, ordered by price.',
  )
})

test('the only candidate says how many were left out', () => {
  const alone: RoutePlan = { ...plan, candidates: [one], rejected: [{ endpoint: two, reason: 'ignored' }] }
  assert.equal(
    answerOf(waybill([attempt(one)], { tier: 'strong' }), { plan: alone }),
    'a/x@one answered: it was the only candidate of the strong tier; 1 other was left out.',
  )
})

test('after failures the answer names them, and a wait with its length', () => {
  const attempts = [failed(one, outage, { next: 'fallback' }), attempt(two)]
  assert.equal(
    answerOf(waybill(attempts, { waitedMs: 4_000 }), placed),
    'b/y@two answered because a/x@one failed (provider-error), and it was the next candidate, after a wait of 4.0\u00a0s.',
  )
  assert.match(
    answerOf(waybill([failed(one, outage, { next: 'retry' }), attempt(one)]), placed),
    /it was tried once more/,
  )
})

test('without an answer it says what happened instead', () => {
  assert.equal(answerOf(waybill([], { outcome: 'failed', failure: outage }), undefined), 'Nobody answered: it said 500')
  assert.match(answerOf(waybill([attempt(one)], { outcome: 'cancelled' }), placed), /cancelled while a\/x@one answered/)
  assert.match(answerOf(waybill([], { outcome: 'interrupted' }), placed), /daemon ended/)
})

test('a request that was not sent names who would be asked first', () => {
  assert.equal(
    outlookOf(placed, undefined),
    'a/x@one would be asked first: it was the first of 2 candidates, because it is the cheapest.',
  )
  assert.match(outlookOf({ plan: { ...plan, candidates: [] } }, undefined), /go nowhere/)
})

const decisions: readonly (readonly [string, AttemptRecord, RegExp])[] = [
  ['retry', failed(one, outage, { next: 'retry' }), /Tried again at the same endpoint/],
  ['fallback', failed(one, outage, { next: 'fallback' }), /Went on to b\/y@two: another endpoint/],
  ['limit', failed(one, { kind: 'rate-limited', message: '' }, { next: 'fallback' }), /left alone for a while/],
  ['key', failed(one, { kind: 'bad-credentials', message: '' }, { next: 'fallback' }), /key is of no use/],
  ['length', failed(one, { kind: 'context-too-long', message: '' }, { next: 'fallback' }), /only another model/],
  ['own fault', failed(one, { kind: 'invalid-request', message: '' }, { next: 'stop' }), /no other endpoint would/],
  ['time', failed(one, { kind: 'timeout', phase: 'total', message: '' }, { next: 'stop' }), /whole request was over/],
  ['drawn', failed(one, outage, { next: 'stop', firstTextMs: 3 }), /cannot take it back/],
  ['end', failed(one, outage, { next: 'stop' }), /no candidate was left/],
  ['rewound', failed(one, outage, { next: 'fallback', isRewound: true }), /its text was taken back\. Went on/],
]

for (const [name, record, expected] of decisions) {
  test(`what was decided after an attempt is said in words: ${name}`, () => {
    const [first, second] = explainAttempts(waybill([record, attempt(two, { attempt: 2 })]))
    assert.match(first?.text ?? '', expected)
    assert.equal(second?.text, 'answered after 1.2\u00a0s')
  })
}

const limited: Failure = { kind: 'rate-limited', message: '' }
const refused: Failure = { kind: 'bad-credentials', message: '' }

const recordedReasons: readonly (readonly [AttemptRecord, EndpointId, string])[] = [
  [
    failed(one, refused, { next: 'retry', nextBecause: 'next-key' }),
    one,
    "Tried again with its provider's next key: this one is of no use there.",
  ],
  [
    failed(one, limited, { next: 'retry', nextBecause: 'next-key' }),
    one,
    "Tried again with its provider's next key: this one was told to wait.",
  ],
  [
    failed(one, limited, { next: 'fallback', nextBecause: 'wait' }),
    one,
    'Waited for a/x@one: everybody had to be left alone for a while.',
  ],
  [
    failed(one, limited, { next: 'fallback', nextBecause: 'next-endpoint' }),
    two,
    'Went on to b/y@two: its provider asked to be left alone for a while.',
  ],
  [
    failed(one, limited, { next: 'fallback', nextBecause: 'next-endpoint' }),
    one,
    'Went on, and came back to it: nobody else could be called.',
  ],
  [
    failed(one, outage, { next: 'retry', nextBecause: 'nobody-else' }),
    one,
    'Tried again at the same endpoint: nobody else was left, and this often passes at once.',
  ],
  [failed(one, outage, { next: 'stop', nextBecause: 'nobody-else' }), two, 'Stopped: no candidate was left.'],
  [
    failed(one, outage, { next: 'stop', nextBecause: 'text-drawn' }),
    two,
    'Stopped: text was shown already, and this client cannot take it back.',
  ],
  [
    failed(one, outage, { next: 'stop', nextBecause: 'out-of-time' }),
    two,
    'Stopped: the time for the whole request was over.',
  ],
  [
    failed(one, outage, { next: 'stop', nextBecause: 'final' }),
    two,
    'Stopped: no other endpoint would answer otherwise.',
  ],
]

for (const [record, following, expected] of recordedReasons) {
  test(`the recorded reason is said, not guessed: ${record.failure?.kind}, ${record.nextBecause}, ${following}`, () => {
    const [first] = explainAttempts(waybill([record, attempt(following, { attempt: 2 })]))
    assert.ok(first?.text.endsWith(`. ${expected}`), first?.text)
  })
}

test('who answered after a next key or a wait is not called the next candidate', () => {
  const byKey = waybill([failed(one, refused, { next: 'retry', nextBecause: 'next-key' }), attempt(one)])
  assert.match(answerOf(byKey, placed), /failed \(bad-credentials\), and its provider's next key was tried\.$/)
  const byWait = waybill([failed(one, limited, { next: 'fallback', nextBecause: 'wait' }), attempt(one)])
  assert.match(answerOf(byWait, placed), /failed \(rate-limited\), and it was the first that could be called again\.$/)
})
