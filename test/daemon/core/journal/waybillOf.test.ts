import assert from 'node:assert/strict'
import { test } from 'node:test'
import { correctedWaybill, createWaybillFold } from '../../../../daemon/core/journal/waybillOf.ts'
import { endpoint } from '../../../support/endpoints.ts'
import { done, head, text } from '../../../support/fakeUpstream.ts'
import { createRig, requestFor, startRequest } from '../../../support/gatewayRig.ts'

test('interleaved requests fold into their own waybills, newest first', async () => {
  const outage = [[{ type: 'failure' as const, failure: { kind: 'unreachable' as const, message: '' } }]]
  const rig = createRig([outage, outage, [[head], [text('a'), done]], [[head], [text('b'), done]]])
  const endpoints = [endpoint('a/x@one'), endpoint('a/x@two')]
  const first = startRequest(rig.ports, requestFor(endpoints))
  const second = startRequest(rig.ports, requestFor(endpoints, { requestId: 'request-2' as never }))
  const expected = await Promise.all([first.ended, second.ended])

  const fold = createWaybillFold()
  const folded = [...rig.journal.all()].reverse().flatMap((entry) => fold.take(entry) ?? [])
  assert.deepEqual(
    folded.sort((a, b) => (a.requestId < b.requestId ? -1 : 1)),
    expected,
  )
  assert.equal(folded[0]?.attempts.length, 2)
})

test('what the user said of interrupted attempts stands in the waybill and in its sum, and in no other', async () => {
  const outage = [[{ type: 'failure' as const, failure: { kind: 'unreachable' as const, message: '' } }]]
  const rig = createRig([outage, [[head], [text('a')]]])
  const waybill = await startRequest(rig.ports, requestFor([endpoint('a/x@one'), endpoint('a/x@two')])).ended
  const corrected = correctedWaybill(waybill, new Map([[`${waybill.requestId}#2`, 7]]))
  assert.deepEqual(
    corrected.attempts.map(({ cost, isReleased }) => [cost.kind, isReleased]),
    [
      ['measured', undefined],
      ['estimated', true],
    ],
  )
  assert.deepEqual([corrected.cost.estimatedNanodollars, corrected.cost.estimatedHighNanodollars], [7, 7])
  assert.equal(correctedWaybill(waybill, new Map([['request-1#3', 7]])), waybill)
})
