/**
 * Statistics from roll-ups: rows by one dimension, the totals of what is real and of what is practice, apart, and the same
 * for each stretch of time. A slot counts in the range and the stretch that its beginning lies in, so ranges that meet add up.
 */
import type { StatsPoint, StatsRow } from '../../../shared/domain/stats.ts'
import { type PackedHistogram, quantilesOfPacked } from './histogram.ts'
import { mergeNumberedSums, mergeSums, type NumberedSums, noSums, type Sums, statsFieldsOf } from './measures.ts'
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

export type StatsSeries = Stats & { readonly series: readonly StatsPoint[] }

/**
 * The same with a series: stretches that begin at `range.fromMs` and every `stretchMs` after it, oldest first, without those in
 * which nothing was counted. Times are in the totals of a stretch only: those of all its rows would take longest to work out.
 */
export function statsSeriesOf(
  days: Iterable<RollUpDay>,
  question: StatsQuestion,
  range: TimeRange,
  stretchMs: number,
): StatsSeries {
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
  const all = createCollection()
  for (const { collection } of stretches.values()) mergeCollection(all, collection)
  const series = [...stretches]
    .sort(([a], [b]) => a - b)
    .filter(([, { collection }]) => collection.rows.size > 0)
    .map(([atMs, { collection, lengthMs }]) => ({
      atMs,
      lengthMs,
      ...statsFrom(withoutRowTimes(collection), question),
    }))
  return { ...statsFrom(all, question), series }
}

function slotsIn(day: RollUpDay, { fromMs, toMs }: TimeRange): readonly RollUpSlot[] {
  return day.slots.filter((slot) => slot.atMs >= fromMs && slot.atMs < toMs)
}

/** Histograms are only gathered, and read once at the end. */
type Row = Selected & { readonly sums: Sums; readonly histograms: readonly PackedHistogram[][] }

type Collection = { readonly rows: Map<string, Row>; readonly total: Row; readonly practiceTotal: Row }

function createCollection(): Collection {
  return {
    rows: new Map(),
    total: createRow({ group: '', isPractice: false }),
    practiceTotal: createRow({ group: '', isPractice: true }),
  }
}

function createRow({ group, isPractice }: Selected): Row {
  return { group, isPractice, sums: noSums(), histograms: speeds.map(() => []) }
}

function collect(collection: Collection, slot: RollUpSlot, selection: StatsSelection): void {
  const { areSeriesEnough, keys, rowSeries, totalSeries } = selection
  if (areSeriesEnough && slot.seriesSums !== undefined) {
    for (const row of slot.seriesSums) addSums(collection, row, rowSeries[row[0]], totalSeries[row[0]])
  } else {
    for (const row of slot.rows) addSums(collection, row, keys[row[0]], keys[row[0]])
  }
  for (const packed of slot.histograms) {
    const ofRow = rowSeries[packed[0]]
    const ofTotal = totalSeries[packed[0]]
    if (ofRow !== undefined) addHistograms(rowFor(collection, ofRow), packed)
    if (ofTotal !== undefined) addHistograms(totalFor(collection, ofTotal), packed)
  }
}

function addSums(
  collection: Collection,
  row: NumberedSums,
  ofRow: Selected | undefined,
  ofTotal: Selected | undefined,
): void {
  if (ofRow !== undefined) mergeNumberedSums(rowFor(collection, ofRow).sums, row)
  if (ofTotal !== undefined) mergeNumberedSums(totalFor(collection, ofTotal).sums, row)
}

/** `packed`: one for each of `speeds` behind the number of the series. */
function addHistograms(row: Row, packed: RollUpSlot['histograms'][number]): void {
  for (let place = 0; place < speeds.length; place += 1) {
    const histogram = packed[place + 1]
    if (typeof histogram === 'string' && histogram !== '') row.histograms[place]?.push(histogram)
  }
}

function withoutRowTimes(collection: Collection): Collection {
  const rows = [...collection.rows].map(([name, row]) => [name, { ...row, histograms: [] }] as const)
  return { ...collection, rows: new Map(rows) }
}

function mergeCollection(into: Collection, from: Collection): void {
  for (const row of from.rows.values()) mergeRow(rowFor(into, row), row)
  mergeRow(into.total, from.total)
  mergeRow(into.practiceTotal, from.practiceTotal)
}

function mergeRow(into: Row, from: Row): void {
  mergeSums(into.sums, from.sums)
  for (const [place, histograms] of from.histograms.entries()) {
    for (const histogram of histograms) into.histograms[place]?.push(histogram)
  }
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
  const [firstTextMs, totalMs, tokensPerSecond] = histograms.map(quantilesOfPacked)
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
