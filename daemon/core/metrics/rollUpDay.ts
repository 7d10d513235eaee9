/**
 * One UTC day's roll-ups as plain JSON: what a closed day is kept as, what is carried over a restart, and what statistics
 * are read from. Old days need less detail: quarter hours for a week, then hours, then whole days.
 */
import type { StatsDimension } from '../../../shared/domain/stats.ts'
import { costOf, mergeNumberedSums, noSums, packSums, type Sums } from './measures.ts'
import { coarsened, type RollUpSlot } from './rollUpSlot.ts'

/** In the order of the numbers in `keys` and `series`. */
export const dimensions = [
  'endpoint',
  'provider',
  'model',
  'profile',
  'workspace',
  'user',
  'prompt',
  'client',
] as const satisfies readonly StatsDimension[]

export const quarterHourMs = 15 * 60_000
export const hourMs = 3_600_000
export const dayMs = 86_400_000

export type RollUpDay = {
  /** YYYY-MM-DD. */
  readonly day: string
  readonly slotMs: number
  readonly texts: readonly string[]
  /** 1 for practice, else 0; then the number of the text of each of `dimensions`. */
  readonly keys: readonly (readonly number[])[]
  /** 1 for practice, else 0; 0 for all, else the place in `dimensions` from 1 on; the number of the text. */
  readonly series: readonly (readonly number[])[]
  /** By rising time. */
  readonly slots: readonly RollUpSlot[]
  /** Real money spent in each hour, of whole days that are not old. */
  readonly hourNanodollars?: readonly number[]
}

/** Days of which quarter hours are kept, and of which hours are, in days before the newest. */
const quarterHourDays = 7
const hourDays = 35

export function slotMsOfAge(ageDays: number): number {
  if (ageDays <= quarterHourDays) return quarterHourMs
  return ageDays <= hourDays ? hourMs : dayMs
}

/** The day itself if it is as coarse already. */
export function coarsenedDay(day: RollUpDay, slotMs: number): RollUpDay {
  return day.slotMs >= slotMs ? day : { ...day, slotMs, slots: coarsened(day.slots, slotMs) }
}

/** As one slot, with the sums of each series beside those of each combination. */
export function wholeDay(day: RollUpDay): RollUpDay {
  const whole = coarsenedDay(day, dayMs)
  const slots = whole.slots.map((slot) => (slot.seriesSums === undefined ? withSeriesSums(slot, day) : slot))
  return { ...whole, slots, ...(day.slotMs <= hourMs && { hourNanodollars: hoursOf(day) }) }
}

function hoursOf({ day, keys, slots }: RollUpDay): readonly number[] {
  const hours = Array.from({ length: 24 }, () => 0)
  for (const slot of slots) {
    const hour = Math.floor((slot.atMs - Date.parse(day)) / hourMs)
    for (const [key, ...sums] of slot.rows) {
      const { measuredNanodollars, estimatedNanodollars } = costOf(sums)
      // Practice has 1 here.
      if (keys[key]?.[0] === 0) hours[hour] = (hours[hour] ?? 0) + measuredNanodollars + estimatedNanodollars
    }
  }
  return hours
}

function withSeriesSums(slot: RollUpSlot, { keys, series }: RollUpDay): RollUpSlot {
  const numbers = new Map(series.map((one, number) => [String(one), number]))
  const ofSeries = new Map<number, Sums>()
  for (const row of slot.rows) {
    const [practice = 0, ...texts] = keys[row[0]] ?? []
    for (const [place, text] of [0, ...texts].entries()) {
      const number = numbers.get(String([practice, place, text]))
      if (number === undefined) continue
      const into = ofSeries.get(number) ?? noSums()
      ofSeries.set(number, into)
      mergeNumberedSums(into, row)
    }
  }
  return { ...slot, seriesSums: [...ofSeries].map(([number, sums]) => [number, ...packSums(sums)]) }
}
