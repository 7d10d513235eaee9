/** What was spent of real money, measured and estimated, in integer nanodollars; unknown amounts are not in it. */
import { costOf, mergeSums, noSums } from './measures.ts'
import type { RollUpDay } from './rollUpDay.ts'
import type { TimeRange } from './statsOf.ts'
import { type StatsFilter, selectionOf } from './statsSelection.ts'

/** Of one day, as far as it lies in the range. */
export function spendIn(day: RollUpDay, where: StatsFilter, { fromMs, toMs }: TimeRange): number {
  const { keys } = selectionOf(day, { where })
  const sums = noSums()
  for (const slot of day.slots) {
    if (slot.atMs < fromMs || slot.atMs >= toMs) continue
    for (const [key, ...row] of slot.rows) if (keys[key]?.isPractice === false) mergeSums(sums, row)
  }
  const { measuredNanodollars, estimatedNanodollars } = costOf(sums)
  return measuredNanodollars + estimatedNanodollars
}
