/**
 * What will be spent until the end of this day, week (from Monday) and month, in UTC: what the windows took so far, and what the
 * last twelve weeks say of the rest. At which time of day money is spent is taken from the last week.
 */
import type { SpendForecast, SpendForecasts } from '../../shared/domain/spendForecast.ts'
import { forecastSpend, type SpendHistory } from '../core/metrics/forecast.ts'
import { dayMs, hourMs } from '../core/metrics/rollUpDay.ts'
import { spendIn } from '../core/metrics/spendIn.ts'
import { needsCombinations, type StatsFilter } from '../core/metrics/statsSelection.ts'
import type { RollUpHistory } from './rollUpHistory.ts'
import { dayStart, monthStart } from './statsRange.ts'

const lookBackDays = 84
const daysOfWeek = 7
/** 1970-01-05, the first Monday of the epoch. */
const firstMondayMs = 4 * dayMs

export function spendForecasts(history: RollUpHistory, where: StatsFilter, nowMs: number): SpendForecasts {
  const todayMs = dayStart(nowMs)
  const weekMs = firstMondayMs + Math.floor((todayMs - firstMondayMs) / (daysOfWeek * dayMs)) * daysOfWeek * dayMs
  const spent = new Map<number, number>()
  const range = { fromMs: todayMs - lookBackDays * dayMs, toMs: todayMs + dayMs }
  const wanted = needsCombinations({ where }) ? 'whole' : 'series'
  for (const day of history.read(range, wanted)) spent.set(Date.parse(day.day), spendIn(day, where, range))
  const firstMs = Math.max(range.fromMs, Date.parse(history.days()[0] ?? ''))
  const restRatio = restRatioOf(history, nowMs)
  const known: SpendHistory = {
    dayNanodollars: amountsOf(spent, Number.isNaN(firstMs) ? todayMs : firstMs, todayMs),
    todayStartMs: todayMs,
    ...(restRatio !== undefined && { restRatio }),
  }
  const windowOf = (startMs: number, endsAtMs: number) => {
    const spentNanodollars = amountsOf(spent, startMs, todayMs + dayMs).reduce((sum, amount) => sum + amount, 0)
    return { spentNanodollars, endsAtMs, total: plus(spentNanodollars, forecastSpend(known, nowMs, endsAtMs)) }
  }
  return {
    day: windowOf(todayMs, todayMs + dayMs),
    week: windowOf(weekMs, weekMs + daysOfWeek * dayMs),
    month: windowOf(monthStart(nowMs), monthStart(nowMs, 1)),
  }
}

/** One for each day, also for those without a file. */
function amountsOf(spent: ReadonlyMap<number, number>, fromMs: number, toMs: number): readonly number[] {
  return Array.from({ length: Math.round((toMs - fromMs) / dayMs) }, (_, day) => spent.get(fromMs + day * dayMs) ?? 0)
}

/** Undefined: nothing was spent in the last week. Whatever is asked for, it is of all money: a day's course is much the same. */
function restRatioOf(history: RollUpHistory, nowMs: number): number | undefined {
  const todayMs = dayStart(nowMs)
  let whole = 0
  let rest = 0
  for (const day of history.read({ fromMs: todayMs - daysOfWeek * dayMs, toMs: todayMs }, 'series')) {
    for (const [hour, nanodollars] of (day.hourNanodollars ?? []).entries()) {
      const after = (todayMs + (hour + 1) * hourMs - nowMs) / hourMs
      whole += nanodollars
      rest += nanodollars * Math.min(1, Math.max(0, after))
    }
  }
  return whole === 0 ? undefined : rest / whole
}

function plus(spentNanodollars: number, rest: SpendForecast): SpendForecast {
  if (rest.state === 'not-enough-yet') return rest
  return {
    state: 'forecast',
    likelyNanodollars: spentNanodollars + rest.likelyNanodollars,
    lowNanodollars: spentNanodollars + rest.lowNanodollars,
    highNanodollars: spentNanodollars + rest.highNanodollars,
  }
}
