/** Amounts, limits and moments of budgets in words, as every client writes them. Pure. */
import { type Budget, nanodollarsPerDollar } from './budget.ts'
import { formatCount, formatDollars, formatTimeLeft, formatTokensShort } from './format.ts'

const nanodollarsPerCent = nanodollarsPerDollar / 100

export function amountText({ unit }: Pick<Budget, 'unit'>, amount: number): string {
  switch (unit) {
    case 'money':
      return formatDollars(
        amount,
        amount % nanodollarsPerCent === 0 || amount >= 10 * nanodollarsPerDollar ? 'card' : 'request',
      )
    case 'tokens':
      return `${formatCount(amount)} ${amount === 1 ? 'token' : 'tokens'}`
    case 'requests':
      return `${formatCount(amount)} ${amount === 1 ? 'request' : 'requests'}`
  }
}

const windowWords = {
  minute: 'a minute',
  hour: 'an hour',
  day: 'a day',
  week: 'a week',
  month: 'a month',
  lifetime: 'in all',
} as const

/** Where other requests hold what is left of a budget. */
export function budgetWaitWords(budget: string, longestMs: number): string {
  return `Waiting, at most ${formatTimeLeft(longestMs)}, for others to leave room in budget ${budget}`
}

/** `$20.00 a month`. */
export function limitText(budget: Pick<Budget, 'unit' | 'limit' | 'window'>): string {
  const { unit, limit, window } = budget
  const amount = unit === 'tokens' ? `${formatTokensShort(limit)} tokens` : amountText(budget, limit)
  return `${amount} ${windowWords[window]}`
}

/** `2026-12-01 00:00 Europe/Berlin`. */
export function momentText(atMs: number, zone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  return `${format.format(atMs)} ${zone}`
}
