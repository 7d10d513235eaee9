/** Generated histories of spending, request by request, in several shapes; the same seed gives the same history. */
import { createIntegerRandom } from '../../daemon/core/routing/integerRandom.ts'

export const shapes = ['steady', 'weekdays', 'growing', 'bursty'] as const
export type Shape = (typeof shapes)[number]

export type GeneratedHistory = {
  readonly shape: Shape
  /** Before today. */
  readonly days: readonly number[]
  readonly todayStartMs: number
  readonly nowMs: number
  readonly windowEndMs: number
  /** Share of a day's spending that came after this time of day, in the last week. */
  readonly restRatio: number
  /** What was spent from now to the end of the window. */
  readonly actual: number
}

const dayMs = 86_400_000

export function generateHistory(seed: number): GeneratedHistory {
  const random = createIntegerRandom(seed * 7919 + 17)
  const uniform = (low: number, high: number) => low + random.ratio() * (high - low)
  const shape = shapes[seed % shapes.length] ?? 'steady'
  const knownDays = Math.floor(uniform(14, 120))
  const horizonDays = [1, 7, 30][random.uint32() % 3] ?? 1
  // A window that is on for a while already.
  const daysLeft = Math.max(1, Math.ceil(uniform(0, horizonDays)))
  const perDay = uniform(10, 150)
  const growth = uniform(1.003, 1.02)
  const spread = uniform(0.3, 1.2)
  const burstRatio = uniform(0.1, 0.3)
  const startHour = uniform(6, 10)
  const hours = uniform(6, 14)
  const rate = (day: number) => {
    if (shape === 'weekdays') return (day + seed) % 7 < 5 ? perDay : 0
    if (shape === 'growing') return (perDay / 4) * growth ** day
    if (shape === 'bursty') return random.ratio() < burstRatio ? perDay * uniform(1, 6) : perDay / 6
    return perDay
  }
  const events: { readonly atMs: number; readonly nanodollars: number }[] = []
  for (let day = 0; day < knownDays + daysLeft; day += 1) {
    const requests = poisson(rate(day), random.ratio)
    for (let number = 0; number < requests; number += 1) {
      const hour = startHour + ((random.ratio() + random.ratio()) / 2) * hours
      const nanodollars = Math.round(20_000_000 * Math.exp(spread * normal(random.ratio)))
      events.push({ atMs: day * dayMs + hour * 3_600_000, nanodollars })
    }
  }
  const todayStartMs = knownDays * dayMs
  const nowMs = todayStartMs + uniform(0, dayMs)
  const windowEndMs = todayStartMs + daysLeft * dayMs
  const sum = (from: number, to: number) =>
    events.reduce((total, { atMs, nanodollars }) => (atMs >= from && atMs < to ? total + nanodollars : total), 0)
  const days = Array.from({ length: knownDays }, (_, day) => sum(day * dayMs, (day + 1) * dayMs))
  const lastWeek = Array.from({ length: 7 }, (_, back) => todayStartMs - (back + 1) * dayMs)
  const ofWeek = lastWeek.reduce((total, start) => total + sum(start, start + dayMs), 0)
  const rest = lastWeek.reduce((total, start) => total + sum(start + nowMs - todayStartMs, start + dayMs), 0)
  return {
    shape,
    days,
    todayStartMs,
    nowMs,
    windowEndMs,
    restRatio: ofWeek === 0 ? 0 : rest / ofWeek,
    actual: sum(nowMs, windowEndMs),
  }
}

function poisson(mean: number, ratio: () => number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(ratio)))
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = ratio(); product > limit; product *= ratio()) count += 1
  return count
}

function normal(ratio: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - ratio())) * Math.cos(2 * Math.PI * ratio())
}
