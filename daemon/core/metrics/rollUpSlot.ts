/**
 * What was counted in one slot of time: sums for each combination of dimensions, and how quick it was for each series (all, or
 * one value of one dimension). Keys and series are numbers of the day's tables. A slot is open while it is counted in, and
 * packed (plain JSON) once it is closed; packing and opening again loses nothing.
 */
import { type Histogram, mergePacked, type PackedHistogram, packHistogram } from './histogram.ts'
import { mergeNumberedSums, type NumberedSums, noSums, packSums, type Sums } from './measures.ts'

export const speeds = ['firstTextMs', 'totalMs', 'tokensPerSecond'] as const
export type Speed = (typeof speeds)[number]

export type OpenSlot = {
  /** Unix milliseconds of its beginning. */
  readonly atMs: number
  /** By number of the key. */
  readonly sums: Map<number, Sums>
  /** By number of the series, one histogram for each of `speeds`. */
  readonly histograms: Map<number, readonly Histogram[]>
}

export type RollUpSlot = {
  readonly atMs: number
  /** By number of the key. */
  readonly rows: readonly NumberedSums[]
  /** The number of the series, then one histogram for each of `speeds`. */
  readonly histograms: readonly (readonly [number, ...PackedHistogram[]])[]
  /** By number of the series: so most questions need no rows, which are many. Whole days have them. */
  readonly seriesSums?: readonly NumberedSums[]
}

export function createSlot(atMs: number): OpenSlot {
  return { atMs, sums: new Map(), histograms: new Map() }
}

export function sumsIn(slot: OpenSlot, key: number): Sums {
  const found = slot.sums.get(key)
  if (found !== undefined) return found
  const made = noSums()
  slot.sums.set(key, made)
  return made
}

/** One for each of `speeds`. */
export function histogramsIn(slot: OpenSlot, series: number): readonly Histogram[] {
  const found = slot.histograms.get(series)
  if (found !== undefined) return found
  const made = speeds.map(() => new Map<number, number>())
  slot.histograms.set(series, made)
  return made
}

export function packSlot(slot: OpenSlot): RollUpSlot {
  return {
    atMs: slot.atMs,
    rows: [...slot.sums].map(([key, sums]) => [key, ...packSums(sums)]),
    histograms: [...slot.histograms].map(([series, all]) => [series, ...all.map(packHistogram)]),
  }
}

export function mergeSlot(into: OpenSlot, from: RollUpSlot): void {
  for (const row of from.rows) mergeNumberedSums(sumsIn(into, row[0]), row)
  for (const [series, ...packed] of from.histograms) {
    histogramsIn(into, series).forEach((histogram, place) => {
      mergePacked(histogram, packed[place] ?? '')
    })
  }
}

export function openSlot(slot: RollUpSlot): OpenSlot {
  const opened = createSlot(slot.atMs)
  mergeSlot(opened, slot)
  return opened
}

/** The same sums in slots of `slotMs`; `slots` by rising time. */
export function coarsened(slots: readonly RollUpSlot[], slotMs: number): readonly RollUpSlot[] {
  const merged: OpenSlot[] = []
  for (const slot of slots) {
    const atMs = slotStart(slot.atMs, slotMs)
    const last = merged.at(-1)
    const into = last?.atMs === atMs ? last : createSlot(atMs)
    if (into !== last) merged.push(into)
    mergeSlot(into, slot)
  }
  return merged.map(packSlot)
}

/** Slots are aligned to the epoch, and so to UTC days. */
export function slotStart(atMs: number, slotMs: number): number {
  return Math.floor(atMs / slotMs) * slotMs
}
