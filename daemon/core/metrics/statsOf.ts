/** Statistics from roll-ups: rows by one dimension, and the totals of what is real and what is practice, apart. */
import { addMoneySums, noMoney } from '../../../shared/domain/moneySum.ts'
import type { StatsDimension, StatsRow } from '../../../shared/domain/stats.ts'
import { type Histogram, mergeHistogram, quantilesOf } from './histogram.ts'
import { noCounts, type RollUp, type RollUpCounts } from './rollUp.ts'

export type Stats = {
  /** Most requests first; practice in rows of its own. */
  readonly rows: readonly StatsRow[]
  readonly total: StatsRow
  readonly practiceTotal: StatsRow
}

export function statsOf(rollUps: Iterable<RollUp>, groupBy: StatsDimension, workspace: string | undefined): Stats {
  const groups = new Map<string, Sums>()
  const total = emptySums('', false)
  const practiceTotal = emptySums('', true)
  for (const rollUp of rollUps) {
    if (workspace !== undefined && rollUp.key.workspace !== workspace) continue
    const { isPractice } = rollUp.key
    const group = rollUp.key[groupBy]
    const name = `${isPractice ? 'practice' : 'real'} ${group}`
    const sums = groups.get(name) ?? emptySums(group, isPractice)
    groups.set(name, sums)
    addTo(sums, rollUp)
    addTo(isPractice ? practiceTotal : total, rollUp)
  }
  const rows = [...groups.values()]
    .sort((a, b) => b.counts.requests - a.counts.requests || b.counts.attempts - a.counts.attempts || compare(a, b))
    .map(rowOf)
  return { rows, total: rowOf(total), practiceTotal: rowOf(practiceTotal) }
}

type Sums = {
  readonly group: string
  readonly isPractice: boolean
  readonly counts: RollUpCounts
  cost: StatsRow['cost']
  readonly firstTextMs: Histogram
  readonly totalMs: Histogram
}

function emptySums(group: string, isPractice: boolean): Sums {
  return { group, isPractice, counts: noCounts(), cost: noMoney, firstTextMs: {}, totalMs: {} }
}

function addTo(sums: Sums, rollUp: RollUp): void {
  for (const name of Object.keys(sums.counts) as (keyof RollUpCounts)[]) sums.counts[name] += rollUp[name]
  sums.cost = addMoneySums(sums.cost, rollUp.cost)
  mergeHistogram(sums.firstTextMs, rollUp.firstTextMs)
  mergeHistogram(sums.totalMs, rollUp.totalMs)
}

function rowOf(sums: Sums): StatsRow {
  const firstTextMs = quantilesOf(sums.firstTextMs)
  const totalMs = quantilesOf(sums.totalMs)
  return {
    group: sums.group,
    isPractice: sums.isPractice,
    ...sums.counts,
    cost: sums.cost,
    ...(firstTextMs !== undefined && { firstTextMs }),
    ...(totalMs !== undefined && { totalMs }),
  }
}

function compare(a: Sums, b: Sums): number {
  if (a.group !== b.group) return a.group < b.group ? -1 : 1
  return Number(a.isPractice) - Number(b.isPractice)
}
