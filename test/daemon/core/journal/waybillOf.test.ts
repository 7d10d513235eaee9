import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWaybillFold } from '../../../../daemon/core/journal/waybillOf.ts'
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

test('a release, which comes later, says what an interrupted attempt cost, and the sum with it', async () => {
  const rates = {
    inputNanodollarsPerMillionTokens: 1_000_000_000,
    outputNanodollarsPerMillionTokens: 0,
    source: 'test',
  }
  const rig = createRig([[[head], [text('a')]]])
  const { ended } = startRequest(rig.ports, requestFor([endpoint('a/x@one', { rates })]))
  const before = await ended
  const { requestId } = before
  rig.ledger.note({ type: 'release', atMs: 0, requestId, attempt: 1, spentNanodollars: 7 })
  const fold = createWaybillFold()
  const [after] = [...rig.journal.all()].reverse().flatMap((entry) => fold.take(entry) ?? [])
  assert.notEqual(before.cost.estimatedHighNanodollars, 7)
  assert.equal(after?.cost.estimatedHighNanodollars, 7)
  assert.equal(after?.attempts[0]?.cost.kind, 'estimated')
})
