/**
 * The roll-ups of all days: today's from the ledger's state, those of closed days from their files, which are made from the
 * journal where they are missing. Only what is asked for is read, and only a bounded part of it is kept in memory. Days
 * become coarser with age. A day that cannot be read is left out, and asked for again the next time.
 */
import { applyEntry, createJournalState } from '../core/journal/journalState.ts'
import { createRollUps, type RollUps, rollUpsSnapshot } from '../core/metrics/rollUp.ts'
import { coarsenedDay, dayMs, type RollUpDay, slotMsOfAge, wholeDay } from '../core/metrics/rollUpDay.ts'
import type { TimeRange } from '../core/metrics/statsOf.ts'
import type { Journal } from './ports.ts'

export type RollUpHistory = {
  /** All days of which there may be something, oldest first. */
  readonly days: () => readonly string[]
  /** Oldest first. Days that lie wholly in the range come as one slot where no more is asked for. */
  readonly read: (range: TimeRange, wanted: Detail) => Iterable<RollUpDay>
  /** Nothing is counted in this day any more. */
  readonly close: (rollUps: RollUps) => void
  /** Files were changed behind its back: nothing that was read of them counts any more. */
  readonly dropKept: () => void
}

/** Where the roll-ups of closed days are kept. */
export type RollUpArchive = {
  readonly days: () => readonly string[]
  readonly read: (day: string, detail: Detail) => RollUpDay | undefined
  readonly write: (day: RollUpDay) => void
}

/** Whole days by series, or also by combination; or all slots that are kept. */
type Detail = 'series' | 'whole' | 'slots'

export type RollUpHistoryPorts = {
  readonly journal: Journal
  readonly archive: RollUpArchive
  readonly today: () => RollUps
}

/** Three months as whole days, and what a chart of a week looks at. */
const keptDays: Readonly<Record<Detail, number>> = { series: 100, whole: 100, slots: 8 }

export function createRollUpHistory({ journal, archive, today }: RollUpHistoryPorts): RollUpHistory {
  const kept: Readonly<Record<Detail, Map<string, RollUpDay>>> = {
    series: new Map(),
    whole: new Map(),
    slots: new Map(),
  }

  function days(): readonly string[] {
    const all = new Set([...archive.days(), ...journal.days()])
    if (today().day !== '') all.add(today().day)
    return [...all].sort()
  }

  function keep(day: RollUpDay, detail: Detail): RollUpDay {
    const cache = kept[detail]
    // The one that was asked for last goes last.
    cache.delete(day.day)
    cache.set(day.day, day)
    for (const oldest of cache.keys()) {
      if (cache.size <= keptDays[detail]) break
      cache.delete(oldest)
    }
    return day
  }

  function closedDay(day: string, detail: Detail): RollUpDay | undefined {
    const found = kept[detail].get(day) ?? archive.read(day, detail)
    if (found === undefined) return made(day, detail)
    if (detail !== 'slots') return keep(found, detail)
    const aged = coarsenedDay(found, slotMsOfAge(ageDays(day, today().day)))
    if (aged !== found) archive.write(aged)
    return keep(aged, detail)
  }

  function made(day: string, detail: Detail): RollUpDay | undefined {
    if (!journal.days().includes(day)) return undefined
    const state = createJournalState()
    state.day = day
    state.rollUps = createRollUps(day)
    // Perhaps it can be read later: nothing is kept of it.
    if (!journal.visitDay(day, (entry) => applyEntry(state, entry))) return undefined
    const aged = coarsenedDay(rollUpsSnapshot(state.rollUps), slotMsOfAge(ageDays(day, today().day)))
    archive.write(aged)
    return keep(detail === 'slots' ? aged : wholeDay(aged), detail)
  }

  function dayIn(day: string, { fromMs, toMs }: TimeRange, wanted: Detail): RollUpDay | undefined {
    const firstMs = Date.parse(day)
    const endMs = firstMs + dayMs
    if (endMs <= fromMs || firstMs >= toMs) return undefined
    if (day === today().day) return rollUpsSnapshot(today())
    const isWhole = firstMs >= fromMs && endMs <= toMs
    return closedDay(day, isWhole ? wanted : 'slots')
  }

  function drop(day: string): void {
    for (const cache of Object.values(kept)) cache.delete(day)
  }

  return {
    days,
    read: function* (range, wanted) {
      for (const day of days()) {
        const found = dayIn(day, range, wanted)
        if (found !== undefined) yield found
      }
    },
    close: (rollUps) => {
      const day = rollUpsSnapshot(rollUps)
      archive.write(day)
      drop(day.day)
      const before = days().findLast((one) => one < day.day)
      if (before === undefined) return
      for (const old of days()) {
        if (old < day.day && slotMsOfAge(ageDays(old, before)) !== slotMsOfAge(ageDays(old, day.day))) {
          closedDay(old, 'slots')
        }
      }
    },
    dropKept: () => {
      for (const cache of Object.values(kept)) cache.clear()
    },
  }
}

function ageDays(day: string, newestDay: string): number {
  return Math.round((Date.parse(newestDay) - Date.parse(day)) / dayMs)
}
