import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rollUpsSnapshot } from '../../../daemon/core/metrics/rollUp.ts'
import { dayMs, hourMs, quarterHourMs, type RollUpDay } from '../../../daemon/core/metrics/rollUpDay.ts'
import { statsOf } from '../../../daemon/core/metrics/statsOf.ts'
import { createIntegerRandom } from '../../../daemon/core/routing/integerRandom.ts'
import { createLedger } from '../../../daemon/gateway/ledger.ts'
import type { Journal } from '../../../daemon/gateway/ports.ts'
import { silentLog } from '../../support/gatewayRig.ts'
import { createManualClock } from '../../support/manualClock.ts'
import { createMemoryJournal } from '../../support/memoryJournal.ts'
import { pastRequest } from '../../support/pastRequests.ts'
import { memoryArchive, requestsSince } from '../../support/statsOfDays.ts'

const startMs = Date.UTC(2026, 8, 1, 12)

/** A ledger that lived through so many days, with `perDay` requests each. */
function lived(days: number, perDay = 4) {
  const clock = createManualClock(startMs)
  const journal = createMemoryJournal(clock)
  const kept = new Map<string, RollUpDay>()
  const archive = memoryArchive(kept)
  const ledger = createLedger({ journal, archive, clock, log: silentLog })
  const random = createIntegerRandom(3)
  for (let day = 0; day < days; day += 1) {
    for (let number = 0; number < perDay; number += 1) {
      ledger.settle(pastRequest(random, day * perDay + number, clock.wallMs()))
      clock.jump(number === perDay - 1 ? dayMs - (perDay - 1) * hourMs : hourMs)
    }
  }
  return { clock, journal, kept, archive, ledger }
}

function dayAt(day: number): string {
  return new Date(startMs + day * dayMs).toISOString().slice(0, 10)
}

test('closed days become coarser as they age, and hold the same sums', () => {
  const { ledger, kept } = lived(60)
  // The newest closed day is day 58.
  for (const [day, slotMs] of [
    [58, quarterHourMs],
    [51, quarterHourMs],
    [50, hourMs],
    [23, hourMs],
    [22, dayMs],
    [0, dayMs],
  ] as const) {
    assert.equal(kept.get(dayAt(day))?.slotMs, slotMs, `day ${day}`)
  }
  assert.equal(requestsSince(ledger, dayAt(0)), 240)
  assert.equal(requestsSince(ledger, dayAt(40)), 80)
})

test('without their files the days are made again from the journal, byte for byte', () => {
  const { clock, journal, kept, ledger } = lived(45)
  const again = new Map<string, RollUpDay>()
  const other = createLedger({ journal, archive: memoryArchive(again), clock, log: silentLog })
  // What both are asked for becomes as coarse as it should be by now.
  const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }
  const read = (one: typeof ledger) => [...one.rollUps.read(all, 'slots')]
  assert.deepEqual(read(other), read(ledger))
  assert.deepEqual([...again].sort(), [...kept].sort())
})

test('only the days that are asked for are read, whole ones as one slot', () => {
  const { clock, journal, ledger: _, archive } = lived(20)
  const asked: string[] = []
  const watched = {
    ...archive,
    read: (day: string, detail: 'series' | 'whole' | 'slots') => {
      asked.push(`${day} ${detail}`)
      return archive.read(day, detail)
    },
  }
  const ledger = createLedger({ journal, archive: watched, clock, log: silentLog })
  const fromMs = Date.parse(dayAt(10)) + 6 * hourMs
  const range = { fromMs, toMs: Date.parse(dayAt(13)) }
  const { total, practiceTotal } = statsOf(ledger.rollUps.read(range, 'series'), { where: {} }, range)
  assert.deepEqual(asked, [`${dayAt(10)} slots`, `${dayAt(11)} series`, `${dayAt(12)} series`])
  assert.equal(total.requests + practiceTotal.requests, 12)
  // They are kept in memory.
  void [...ledger.rollUps.read(range, 'series')]
  assert.equal(asked.length, 3)
})

test('a day whose journal was changed is made again', () => {
  const { journal, clock, archive, kept } = lived(3)
  let isForgotten = false
  const forgetful: Journal = {
    ...journal,
    visitDay: (day, visit) => {
      let isFirst = true
      return journal.visitDay(day, (entry) => {
        const isLeft = isFirst || !isForgotten
        isFirst = false
        return isLeft ? visit(entry) : undefined
      })
    },
  }
  const ledger = createLedger({ journal: forgetful, archive, clock, log: silentLog })
  assert.equal(requestsSince(ledger, dayAt(0)), 12)
  isForgotten = true
  assert.equal(requestsSince(ledger, dayAt(0)), 12)
  kept.delete(dayAt(0))
  ledger.rollUps.dropKept()
  assert.equal(requestsSince(ledger, dayAt(0)), 8)
})

test('a day of which only the roll-ups are left still counts', () => {
  const { journal, clock, archive } = lived(3)
  const shorter: Journal = { ...journal, days: () => journal.days().slice(1) }
  const ledger = createLedger({ journal: shorter, archive, clock, log: silentLog })
  assert.equal(requestsSince(ledger, dayAt(0)), 12)
})

test('recovery makes the same roll-ups of today as were there before', () => {
  const { journal, clock, archive, ledger } = lived(2, 15)
  const recovered = createLedger({ journal, archive, clock, log: silentLog })
  assert.deepEqual(rollUpsSnapshot(recovered.state().rollUps), rollUpsSnapshot(ledger.state().rollUps))
})
