/**
 * Statistics from roll-ups: rows by one dimension, the totals of what is real and of what is practice, apart, and the same
 * for each stretch of time. A slot counts in the range and the stretch that its beginning lies in, so ranges that meet add up.
 */
import type { StatsPoint, StatsRow } from '../../../shared/domain/stats.ts'
import { type Histogram, mergePacked, quantilesOf } from './histogram.ts'
import { mergeSums, noSums, type Sums, statsFieldsOf } from './measures.ts'
import type { RollUpDay } from './rollUpDay.ts'
import { type RollUpSlot, speeds } from './rollUpSlot.ts'
import { type Selected, type StatsQuestion, type StatsSelection, selectionOf } from './statsSelection.ts'

/** Unix milliseconds; `toMs` is outside. */
export type TimeRange = { readonly fromMs: number; readonly toMs: number }

export type Stats = {
  /** Most requests first; practice in rows of its own. */
  readonly rows: readonly StatsRow[]
  readonly total: StatsRow
  readonly practiceTotal: StatsRow
}

export function statsOf(days: Iterable<RollUpDay>, question: StatsQuestion, range: TimeRange): Stats {
  const collection = createCollection()
  for (const day of days) {
    const selection = selectionOf(day, question)
    for (const slot of slotsIn(day, range)) collect(collection, slot, selection)
  }
  return statsFrom(collection, question)
}

/** Only stretches in which something was counted, oldest first; they begin at `range.fromMs` and every `stretchMs` after it. */
export function statsSeriesOf(
  days: Iterable<RollUpDay>,
  question: StatsQuestion,
  range: TimeRange,
  stretchMs: number,
): readonly StatsPoint[] {
  const stretches = new Map<number, { readonly collection: Collection; readonly lengthMs: number }>()
  for (const day of days) {
    const selection = selectionOf(day, question)
    // Old days are no longer known in more detail.
    const lengthMs = Math.max(stretchMs, day.slotMs)
    for (const slot of slotsIn(day, range)) {
      const atMs = range.fromMs + Math.floor((slot.atMs - range.fromMs) / stretchMs) * stretchMs
      const stretch = stretches.get(atMs) ?? { collection: createCollection(), lengthMs }
      stretches.set(atMs, stretch)
      collect(stretch.collection, slot, selection)
    }
  }
  return [...stretches]
    .sort(([a], [b]) => a - b)
    .filter(([, { collection }]) => collection.rows.size > 0)
    .map(([atMs, { collection, lengthMs }]) => ({ atMs, lengthMs, ...statsFrom(collection, question) }))
}

function slotsIn(day: RollUpDay, { fromMs, toMs }: TimeRange): readonly RollUpSlot[] {
  return day.slots.filter((slot) => slot.atMs >= fromMs && slot.atMs < toMs)
}

type Row = Selected & { readonly sums: Sums; readonly histograms: readonly Histogram[] }

type Collection = { readonly rows: Map<string, Row>; readonly total: Row; readonly practiceTotal: Row }

function createCollection(): Collection {
  return {
    rows: new Map(),
    total: createRow({ group: '', isPractice: false }),
    practiceTotal: createRow({ group: '', isPractice: true }),
  }
}

function createRow(selected: Selected): Row {
  return { ...selected, sums: noSums(), histograms: speeds.map(() => new Map<number, number>()) }
}

function collect(collection: Collection, slot: RollUpSlot, selection: StatsSelection): void {
  for (const [key, ...sums] of slot.rows) {
    const selected = selection.keys[key]
    if (selected === undefined) continue
    mergeSums(rowFor(collection, selected).sums, sums)
    mergeSums(totalFor(collection, selected).sums, sums)
  }
  for (const [series, ...packed] of slot.histograms) {
    const ofRow = selection.rowSeries[series]
    const ofTotal = selection.totalSeries[series]
    if (ofRow !== undefined) mergeHistograms(rowFor(collection, ofRow), packed)
    if (ofTotal !== undefined) mergeHistograms(totalFor(collection, ofTotal), packed)
  }
}

function mergeHistograms(row: Row, packed: readonly string[]): void {
  row.histograms.forEach((histogram, place) => {
    mergePacked(histogram, packed[place] ?? '')
  })
}

function rowFor({ rows }: Collection, selected: Selected): Row {
  const name = `${selected.isPractice ? 'practice' : 'real'} ${selected.group}`
  const found = rows.get(name)
  if (found !== undefined) return found
  const made = createRow(selected)
  rows.set(name, made)
  return made
}

function totalFor({ total, practiceTotal }: Collection, { isPractice }: Selected): Row {
  return isPractice ? practiceTotal : total
}

function statsFrom({ rows, total, practiceTotal }: Collection, { groupBy }: StatsQuestion): Stats {
  const sorted = [...rows.values()]
    .map(statsRowOf)
    .sort((a, b) => b.requests - a.requests || b.attempts - a.attempts || compareGroups(a, b))
  return {
    rows: groupBy === undefined ? [] : sorted,
    total: statsRowOf(total),
    practiceTotal: statsRowOf(practiceTotal),
  }
}

function statsRowOf({ group, isPractice, sums, histograms }: Row): StatsRow {
  const [firstTextMs, totalMs, tokensPerSecond] = histograms.map(quantilesOf)
  return {
    group,
    isPractice,
    ...statsFieldsOf(sums, { isPractice }),
    ...(firstTextMs !== undefined && { firstTextMs }),
    ...(totalMs !== undefined && { totalMs }),
    ...(tokensPerSecond !== undefined && { tokensPerSecond }),
  }
}

function compareGroups(a: StatsRow, b: StatsRow): number {
  if (a.group !== b.group) return a.group < b.group ? -1 : 1
  return Number(a.isPractice) - Number(b.isPractice)
}
