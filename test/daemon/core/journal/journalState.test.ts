import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JournalEntry } from '../../../../daemon/core/journal/entry.ts'
import { applyEntry, checkpointOf, createJournalState } from '../../../../daemon/core/journal/journalState.ts'
import { endpoint } from '../../../support/endpoints.ts'
import { done, head, text, usage } from '../../../support/fakeUpstream.ts'
import { createRig, requestFor, startRequest } from '../../../support/gatewayRig.ts'
import { rowsToday } from '../../../support/statsOfDays.ts'

const rates = {
  inputNanodollarsPerMillionTokens: 1_000_000,
  outputNanodollarsPerMillionTokens: 2_000_000,
  source: 'test',
}
const one = endpoint('a/x@one', { rates })
const two = endpoint('a/x@two', { rates })
const outage = [[{ type: 'failure' as const, failure: { kind: 'unreachable' as const, message: '' } }]]

test('a fallback counts once as a request at who answered, and as an attempt at each', async () => {
  const rig = createRig([outage, [[head], [text('a')], [usage(10, 20), done]]])
  await startRequest(rig.ports, requestFor([one, two])).ended
  const { health } = rig.ledger.state()
  const rows = rowsToday(rig.ledger)
  const [first, second] = [one, two].map(({ id }) => rows.find(({ group }) => group === id))
  assert.deepEqual([first?.requests, first?.attempts, first?.failedAttempts, first?.fallbacks], [0, 1, 1, 0])
  assert.deepEqual([second?.requests, second?.attempts, second?.succeeded, second?.fallbacks], [1, 1, 1, 1])
  assert.equal(second?.cost.measuredNanodollars, 50)
  assert.deepEqual([second?.inputTokens, second?.outputTokens], [10, 20])
  assert.equal(health.get(one.id)?.failuresInARow, 1)
  assert.equal(health.get(two.id)?.failuresInARow, 0)
})

test('a request without a plan, as the test of a key, has no first candidate and is no fallback', async () => {
  const rig = createRig([[[head], [text('a')], [usage(10, 20), done]]])
  const entries: JournalEntry[] = []
  rig.ledger.onApplied((entry) => void entries.push(entry))
  await startRequest(rig.ports, requestFor([one])).ended
  const state = createJournalState()
  applyEntry(state, checkpointOf(createJournalState(), '2026-11-23', 0))
  for (const entry of entries) {
    if (entry.type !== 'request') applyEntry(state, entry)
    else {
      const { plan, ...waybill } = entry.waybill
      assert.ok(plan !== undefined)
      applyEntry(state, { ...entry, waybill })
    }
  }
  const [row] = rowsToday({ ...rig.ledger, state: () => state })
  assert.deepEqual([row?.requests, row?.fallbacks], [1, 0])
})

test('applying the same entries gives the same state, from the start or from a checkpoint on', async () => {
  const rig = createRig([[[head], 'hang']])
  void startRequest(rig.ports, requestFor([one])).ended
  await rig.clock.advance(1)
  const live = rig.ledger.state()
  const fromCheckpoint = createJournalState()
  applyEntry(fromCheckpoint, checkpointOf(live, '2026-11-24', 0))
  assert.deepEqual(fromCheckpoint.openReservations, live.openReservations)
  assert.deepEqual(fromCheckpoint.requestsUnderWay, live.requestsUnderWay)
  assert.equal(live.requestsUnderWay.size, 1)
  assert.equal(fromCheckpoint.day, '2026-11-24')
  assert.equal(fromCheckpoint.rollUps.day, '2026-11-24')
  assert.equal(fromCheckpoint.rollUps.open, undefined)
})
