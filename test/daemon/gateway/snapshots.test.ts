import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createJournalState } from '../../../daemon/core/journal/journalState.ts'
import type { StateSnapshot } from '../../../daemon/gateway/ports.ts'
import { createSnapshots } from '../../../daemon/gateway/snapshots.ts'
import { createManualClock } from '../../support/manualClock.ts'
import { createMemoryJournal } from '../../support/memoryJournal.ts'

function rig() {
  const clock = createManualClock()
  const saved: StateSnapshot[] = []
  const now: StateSnapshot[] = []
  const cache = {
    snapshots: () => [],
    save: (one: StateSnapshot) => void saved.push(one),
    saveNow: (one: StateSnapshot) => void now.push(one),
  }
  const state = createJournalState()
  const place = { day: '2026-11-23', offsetBytes: 7, print: 'p' }
  state.day = place.day
  const journal = { ...createMemoryJournal(clock), place: () => place }
  let isWhole = true
  const snapshots = createSnapshots({ journal, cache, clock }, state, () => isWhole)
  const setPart = () => {
    isWhole = false
  }
  return { clock, saved, now, state, place, snapshots, setPart }
}

test('five minutes after the first fresh entry, and nothing while there is none', async () => {
  const { clock, saved, snapshots, place } = rig()
  await clock.advance(600_000)
  assert.equal(clock.pendingTimers(), 0)
  snapshots.noteApplied(1)
  await clock.advance(200_000)
  snapshots.noteApplied(1)
  await clock.advance(99_999)
  assert.equal(saved.length, 0)
  await clock.advance(1)
  assert.deepEqual(
    saved.map((one) => one.place),
    [place],
  )
  await clock.advance(600_000)
  assert.equal(saved.length, 1)
})

test('after 2,000 entries, in a later turn, however fast they come', async () => {
  const { clock, saved, snapshots } = rig()
  for (let entry = 0; entry < 5_000; entry++) snapshots.noteApplied(1)
  assert.equal(saved.length, 0)
  await clock.advance(0)
  assert.equal(saved.length, 1)
})

test('the one at the end takes the place of the one that is due', async () => {
  const { clock, saved, now, snapshots } = rig()
  snapshots.noteApplied(3_000)
  snapshots.saveNow()
  await clock.advance(600_000)
  assert.deepEqual([saved.length, now.length], [0, 1])
})

test('a state that holds a part of its day, or of another day than the newest file, is not kept', () => {
  const part = rig()
  part.setPart()
  part.snapshots.saveNow()
  const other = rig()
  other.state.day = '2026-11-22'
  other.snapshots.saveNow()
  assert.deepEqual([part.now.length, other.now.length], [0, 0])
})
