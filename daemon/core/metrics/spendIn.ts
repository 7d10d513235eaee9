/** What was spent of real money, measured and estimated, in integer nanodollars; unknown amounts are not in it. */
import { costOf, mergeNumberedSums, noSums } from './measures.ts'
import type { RollUpDay } from './rollUpDay.ts'
import type { TimeRange } from './statsOf.ts'
import { type StatsFilter, selectionOf } from './statsSelection.ts'

/** Of one day, as far as it lies in the range. */
export function spendIn(day: RollUpDay, where: StatsFilter, { fromMs, toMs }: TimeRange): number {
  const { areSeriesEnough, keys, totalSeries } = selectionOf(day, { where })
  const sums = noSums()
  for (const slot of day.slots) {
    if (slot.atMs < fromMs || slot.atMs >= toMs) continue
    const bySeries = areSeriesEnough ? slot.seriesSums : undefined
    const selected = bySeries === undefined ? keys : totalSeries
    for (const row of bySeries ?? slot.rows) {
      if (selected[row[0]]?.isPractice === false) mergeNumberedSums(sums, row)
    }
  }
  const { measuredNanodollars, estimatedNanodollars } = costOf(sums)
  return measuredNanodollars + estimatedNanodollars
}
