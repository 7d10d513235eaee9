/**
 * How much will be spent from now to the end of a window, with an interval that holds it in 8 of 10 cases. It plays the days to come
 * 400 times from the pattern of those that were (level, trend, days of the week, and how far single days were off), with
 * dice that follow from a fixed seed: the same history gives the same answer. It costs a few milliseconds.
 */
import type { SpendForecast } from '../../../shared/domain/spendForecast.ts'
import { createIntegerRandom, type IntegerRandom } from '../routing/integerRandom.ts'
import { dayMs } from './rollUpDay.ts'
import { leastWeight, type SpendPattern, spendPatternOf } from './spendPattern.ts'

export type SpendHistory = {
  /** What whole days cost, one after the other, oldest first; the last is the day before `todayStartMs`. */
  readonly dayNanodollars: readonly number[]
  /** Unix milliseconds at which the current day began, in whatever zone. */
  readonly todayStartMs: number
  /** Which share of a day's spending usually comes after the time of day that it is now. Missing: as much as of its time. */
  readonly restRatio?: number
}

/** Two of each day of the week. */
const neededDays = 14
const usedDays = 84
const plays = 400
/** A part of a day strays further from what is expected than a whole one, but not without end. */
const mostStray = 1.5

/** What is spent already is not in it. A window that is over costs nothing more. */
export function forecastSpend(history: SpendHistory, nowMs: number, windowEndMs: number): SpendForecast {
  const knownDays = history.dayNanodollars.length
  if (knownDays < neededDays) return { state: 'not-enough-yet', knownDays, neededDays }
  const pattern = spendPatternOf(history.dayNanodollars.slice(-usedDays))
  const parts = partsAhead(history, nowMs, windowEndMs)
  const random = createIntegerRandom(1)
  const totals = Array.from({ length: plays }, () => playOnce(pattern, parts, random)).sort((a, b) => a - b)
  const at = (share: number) => Math.round(totals[Math.floor(share * (plays - 1))] ?? 0)
  return { state: 'forecast', likelyNanodollars: at(0.5), lowNanodollars: at(0.1), highNanodollars: at(0.9) }
}

/** `share`: of that day's spending. */
type Part = { readonly daysAhead: number; readonly share: number }

function partsAhead(history: SpendHistory, nowMs: number, windowEndMs: number): readonly Part[] {
  const { todayStartMs } = history
  const todayEndMs = todayStartMs + dayMs
  const share = (fromMs: number, toMs: number) => Math.min(1, Math.max(0, (toMs - fromMs) / dayMs))
  const restOfDay = share(nowMs, todayEndMs)
  const restOfWindow = share(nowMs, Math.min(todayEndMs, windowEndMs))
  const restRatio = history.restRatio ?? restOfDay
  const today = { daysAhead: 1, share: restOfDay === 0 ? 0 : (restRatio * restOfWindow) / restOfDay }
  // Days on which clocks change are an hour longer or shorter.
  const wholeDays = Math.max(0, Math.round((windowEndMs - todayEndMs) / dayMs))
  return [today, ...Array.from({ length: wholeDays }, (_, day) => ({ daysAhead: 2 + day, share: 1 }))].filter(
    (part) => part.share > 0,
  )
}

function playOnce(pattern: SpendPattern, parts: readonly Part[], random: IntegerRandom): number {
  const { multiples, quietMultiples, levelAhead, weightAhead } = pattern
  // The level is misjudged for all days alike.
  const misjudged = standardNormal(random)
  return parts.reduce((sum, { daysAhead, share }) => {
    const { level, standardError } = levelAhead(daysAhead)
    const expected = Math.max(0, level + misjudged * standardError)
    const weight = weightAhead(daysAhead)
    if (weight < leastWeight) return sum + expected * share * drawn(quietMultiples, random)
    const stray = Math.min(mostStray, 1 / Math.sqrt(share))
    return sum + expected * weight * share * Math.max(0, 1 + (drawn(multiples, random) - 1) * stray)
  }, 0)
}

function drawn(values: readonly number[], random: IntegerRandom): number {
  return values[Math.floor(random.ratio() * values.length)] ?? 0
}

/** Box and Muller. */
function standardNormal(random: IntegerRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random.ratio())) * Math.cos(2 * Math.PI * random.ratio())
}
