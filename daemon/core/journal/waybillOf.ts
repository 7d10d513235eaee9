/** A waybill is the fold of a request's lines. */

import { addMoney, noMoney } from '../../../shared/domain/moneySum.ts'
import type { AttemptRecord, Waybill } from '../../../shared/domain/waybill.ts'
import type { ReleaseEntry } from '../budgets/budgetEntries.ts'
import type { JournalEntry, RequestEntry } from './entry.ts'

/**
 * Collects waybills while entries are visited from the newest backwards: a request's own line comes first, its
 * attempts' lines after it. `take` answers the waybill once its last missing line was seen.
 */
export function createWaybillFold(): { readonly take: (entry: JournalEntry) => Waybill | undefined } {
  /** What the user said that interrupted attempts really cost. */
  const released = new Map<string, ReleaseEntry>()
  const open = new Map<string, { readonly request: RequestEntry; readonly attempts: AttemptRecord[] }>()
  return {
    take: (entry) => {
      if (entry.type === 'request') {
        if (entry.attemptCount === 0) return waybillOf(entry, [])
        open.set(entry.waybill.requestId, { request: entry, attempts: [] })
      }
      if (entry.type === 'release') released.set(keyOf(entry.requestId, entry.attempt), entry)
      if (entry.type !== 'end') return undefined
      const found = open.get(entry.requestId)
      if (found === undefined) return undefined
      found.attempts.unshift(corrected(entry.record, released.get(keyOf(entry.requestId, entry.record.attempt))))
      if (found.attempts.length < found.request.attemptCount) return undefined
      open.delete(entry.requestId)
      return waybillOf(found.request, found.attempts)
    },
  }
}

function waybillOf(request: RequestEntry, attempts: readonly AttemptRecord[]): Waybill {
  const cost = attempts.reduce((sum, attempt) => addMoney(sum, attempt.cost), noMoney)
  return { ...request.waybill, cost, attempts }
}

/** Still an estimate: nobody measured it. */
function corrected(record: AttemptRecord, release: ReleaseEntry | undefined): AttemptRecord {
  if (release === undefined) return record
  const { spentNanodollars: spent } = release
  const cost = { kind: 'estimated', nanodollars: spent, lowNanodollars: spent, highNanodollars: spent } as const
  return { ...record, cost }
}

function keyOf(requestId: string, attempt: number): string {
  return `${requestId}#${attempt}`
}
