import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIdleExit } from '../../daemon/idleExit.ts'
import { createManualClock } from '../support/manualClock.ts'

test('ends after the whole idle time, counted from the last moment it was busy', async () => {
  const clock = createManualClock()
  let busy = 0
  let ends = 0
  const idle = createIdleExit(
    clock,
    1_000,
    () => busy > 0,
    () => (ends += 1),
  )
  idle.onChange()
  await clock.advance(900)
  busy = 1
  idle.onChange()
  await clock.advance(5_000)
  assert.equal(ends, 0)
  busy = 0
  idle.onChange()
  idle.onChange()
  await clock.advance(999)
  assert.equal(ends, 0)
  await clock.advance(1)
  assert.equal(ends, 1)
  assert.equal(clock.pendingTimers(), 0)
})

test('an idle exit that was stopped is not started again by the connections that close after it', async () => {
  const clock = createManualClock()
  const idle = createIdleExit(clock, 1_000, never, never)
  idle.onChange()
  idle.stop()
  idle.onChange()
  assert.equal(clock.pendingTimers(), 0)
})

function never(): false {
  return false
}
