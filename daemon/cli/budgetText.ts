/** Budgets as text: a table with a bar for each counter, and below it what needs a word. */
import type * as z from 'zod'
import { type Budget, budgetOf } from '../../shared/domain/budget.ts'
import { amountText, limitText, momentText } from '../../shared/domain/budgetText.ts'
import { formatCount, formatMoney, formatRatio, formatTimeLeft } from '../../shared/domain/format.ts'
import type { BudgetState, budgets } from '../../shared/protocol/budgets.ts'
import { inkOf } from './ink.ts'
import { renderTable } from './table.ts'
import type { Terminal } from './terminal.ts'

type Budgets = z.infer<(typeof budgets)['result']>
type Counter = BudgetState['counters'][number]
type Look = Pick<Terminal, 'isColored' | 'widthColumns' | 'isOutTty'>

const noBudgets = 'No budgets. `waybill budgets set month --dollars 20 --per month` makes one.\n'

export function renderBudgets(all: Budgets, terminal: Look): string {
  const table = all.budgets.length === 0 ? noBudgets : tableOf(all.budgets, terminal)
  return [table, ...all.interrupted.map(interruptedText), ...all.barred.map(barredText)].join('')
}

function tableOf(states: readonly BudgetState[], terminal: Look): string {
  const columns = [
    { title: 'BUDGET', shrinks: true, keeps: 'start' },
    { title: 'LIMIT' },
    { title: 'USED', align: 'right' },
    { title: 'HELD', align: 'right', optional: true },
    { title: 'LEFT', align: 'right' },
    { title: 'RESETS', optional: true },
    { title: '', optional: true },
  ] as const
  const rows = states.flatMap(({ name, budget: config, counters }) => {
    const budget = budgetOf(name, config)
    if (counters.length === 0) return [[nameText(budget), limitOf(budget), 'nothing yet']]
    return counters.map((counter) => cellsOf(budget, counter, terminal))
  })
  return renderTable(columns, rows, { widthColumns: terminal.widthColumns, ofTitle: inkOf(terminal).dim })
}

function cellsOf(budget: Budget, counter: Counter, terminal: Look): readonly string[] {
  const { used, atMost, held, left, unknownCount } = counter
  const about = atMost > used ? '~' : ''
  const unknown = unknownCount === 0 ? '' : `, ${unknownCount} unknown`
  return [
    nameText(budget, counter.member),
    limitOf(budget),
    `${about}${bareAmount(budget, used)}${unknown}`,
    held === 0 ? '' : bareAmount(budget, held),
    bareAmount(budget, left),
    resetText(budget, counter),
    barOf(used / budget.limit, terminal),
  ]
}

/** A rate never resets: bit by bit it is free again. */
function resetText({ unit, window, zone }: Budget, { endMs, freeAfterMs, left }: Counter): string {
  if (freeAfterMs !== undefined) return `${left === 0 ? 'free' : 'more'} in ${formatTimeLeft(freeAfterMs)}`
  if (endMs !== undefined) return shortMoment(endMs, zone)
  return unit !== 'money' && (window === 'minute' || window === 'hour') ? '' : 'never'
}

/** `2026-12-01`: without midnight, and without the zone where it is that of this machine. */
function shortMoment(atMs: number, zone: string): string {
  const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const [date = '', time = ''] = momentText(atMs, zone).split(' ')
  return [date, ...(time === '00:00' ? [] : [time]), ...(zone === ownZone ? [] : [zone])].join(' ')
}

function limitOf(budget: Budget): string {
  return `${limitText(budget)}${budget.isHard ? '' : ', soft'}`
}

/** Its unit stands beside the limit. */
function bareAmount(budget: Budget, amount: number): string {
  return budget.unit === 'money' ? amountText(budget, amount) : formatCount(amount)
}

function nameText({ name, scope, of }: Budget, member = of): string {
  if (scope === 'everything') return name
  return member === undefined ? `${name}, each ${scope}` : `${name}: ${member}`
}

const barWidth = 10

/** `██████░░░░ 62 %`; what is over the limit does not lengthen it. */
function barOf(ratio: number, { isOutTty }: Look): string {
  const filled = Math.min(barWidth, Math.round(ratio * barWidth))
  const [full, empty] = isOutTty ? ['█', '░'] : ['#', '.']
  return `${full.repeat(filled)}${empty.repeat(barWidth - filled)} ${formatRatio(ratio)}`
}

function interruptedText({ requestId, endpoint, cost, atMs }: Budgets['interrupted'][number]): string {
  const most =
    cost.kind === 'estimated' ? `at most ${formatMoney({ ...cost, kind: 'measured' }, 'request')}` : 'cost unknown'
  const when = momentText(atMs, 'UTC')
  return `\nInterrupted ${when}: ${requestId} at ${endpoint}, ${most}.\n  \`waybill budgets release ${requestId}\` if it cost nothing.\n`
}

function barredText({ endpoint, requestId }: Budgets['barred'][number]): string {
  return `\nKept out of hard budgets: ${endpoint}, which answered ${requestId} with more than its bound.\n  \`waybill budgets allow ${endpoint}\` lets it back.\n`
}
