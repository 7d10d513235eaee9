import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStatsChanges } from '../../../daemon/gateway/statsChanges.ts'
import { createManualClock } from '../../support/manualClock.ts'

function rig() {
  const clock = createManualClock()
  const toldAtMs: number[] = []
  return { clock, toldAtMs, changes: createStatsChanges(clock, () => toldAtMs.push(clock.monotonicMs())) }
}

test('while nobody listens nothing is told and no timer runs', async () => {
  const { clock, toldAtMs, changes } = rig()
  changes.onChange()
  assert.equal(clock.pendingTimers(), 0)
  const stop = changes.listen()
  changes.onChange()
  stop()
  assert.equal(clock.pendingTimers(), 0)
  await clock.advance(1_000)
  assert.deepEqual(toldAtMs, [])
})

test('a single change is told at once, many at most four times a second, and the last one always', async () => {
  const { clock, toldAtMs, changes } = rig()
  changes.listen()
  for (let change = 0; change < 100; change += 1) {
    changes.onChange()
    await clock.advance(11)
  }
  await clock.advance(250)
  assert.deepEqual(toldAtMs, [0, 250, 500, 750, 1_000, 1_250])
  assert.equal(clock.pendingTimers(), 0)
})

test('it is told as long as one listens', async () => {
  const { clock, toldAtMs, changes } = rig()
  const stop = changes.listen()
  changes.listen()
  stop()
  changes.onChange()
  await clock.advance(0)
  assert.equal(toldAtMs.length, 1)
})
