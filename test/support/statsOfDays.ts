/** What a ledger's roll-ups say: how many requests of a range there were, practice too, and today's rows by endpoint. */
import { rollUpsSnapshot } from '../../daemon/core/metrics/rollUp.ts'
import { type RollUpDay, wholeDay } from '../../daemon/core/metrics/rollUpDay.ts'
import { statsOf } from '../../daemon/core/metrics/statsOf.ts'
import type { Ledger } from '../../daemon/gateway/ledger.ts'
import type { RollUpArchive } from '../../daemon/gateway/rollUpHistory.ts'

const always = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }

export function requestsSince(ledger: Ledger, firstDay: string): number {
  const range = { ...always, fromMs: Date.parse(firstDay) }
  const { total, practiceTotal } = statsOf(ledger.rollUps.read(range, 'series'), { where: {} }, range)
  return total.requests + practiceTotal.requests
}

export function rowsToday(ledger: Pick<Ledger, 'state'>) {
  return statsOf([rollUpsSnapshot(ledger.state().rollUps)], { groupBy: 'endpoint', where: {} }, always).rows
}

/** Keeps what it is given, as files would. */
export function memoryArchive(kept: Map<string, RollUpDay>): RollUpArchive {
  return {
    days: () => [...kept.keys()].sort(),
    read: (day, detail) => {
      const found = kept.get(day)
      return found === undefined || detail === 'slots' ? found : wholeDay(found)
    },
    write: (day) => kept.set(day.day, day),
  }
}
