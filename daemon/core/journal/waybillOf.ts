/** A waybill is the fold of a request's lines. */

import { addMoney, noMoney } from '../../../shared/domain/moneySum.ts'
import type { AttemptRecord, Waybill } from '../../../shared/domain/waybill.ts'
import { attemptKeyOf } from '../budgets/budgetState.ts'
import type { JournalEntry, RequestEntry } from './entry.ts'

/**
 * Collects waybills while entries are visited from the newest backwards: a request's own line comes first, its
 * attempts' lines after it. `take` answers the waybill once its last missing line was seen.
 */
export function createWaybillFold(): { readonly take: (entry: JournalEntry) => Waybill | undefined } {
  const open = new Map<string, { readonly request: RequestEntry; readonly attempts: AttemptRecord[] }>()
  return {
    take: (entry) => {
      if (entry.type === 'request') {
        if (entry.attemptCount === 0) return waybillOf(entry, [])
        open.set(entry.waybill.requestId, { request: entry, attempts: [] })
      }
      if (entry.type !== 'end') return undefined
      const found = open.get(entry.requestId)
      if (found === undefined) return undefined
      found.attempts.unshift(entry.record)
      if (found.attempts.length < found.request.attemptCount) return undefined
      open.delete(entry.requestId)
      return waybillOf(found.request, found.attempts)
    },
  }
}

function waybillOf(request: RequestEntry, attempts: readonly AttemptRecord[]): Waybill {
  return { ...request.waybill, attempts }
}

/** With what the user said that interrupted attempts really cost: still an estimate, because nobody measured it. */
export function correctedWaybill(waybill: Waybill, released: ReadonlyMap<string, number>): Waybill {
  const { requestId, attempts } = waybill
  if (!attempts.some(({ attempt }) => released.has(attemptKeyOf(requestId, attempt)))) return waybill
  const corrected = attempts.map((record) => {
    const spent = released.get(attemptKeyOf(requestId, record.attempt))
    if (spent === undefined) return record
    const cost = { kind: 'estimated', nanodollars: spent, lowNanodollars: spent, highNanodollars: spent } as const
    return { ...record, cost, isReleased: true as const }
  })
  return { ...waybill, attempts: corrected, cost: corrected.reduce((sum, { cost }) => addMoney(sum, cost), noMoney) }
}
