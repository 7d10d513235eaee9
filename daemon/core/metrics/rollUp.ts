/**
 * The roll-ups of the day that is under way: sums for each combination of (endpoint, profile, workspace, user, prompt, client)
 * and histograms for each value of a single dimension, in slots of a quarter of an hour. Changed in place by the journal's
 * reducer alone.
 *
 * Time never goes back in it: what has an earlier time than the newest slot counts there, and what has a time outside the day in
 * the day's nearest slot. So all that a day's journal holds counts in that day. A day whose slots take more than `maxBytes`
 * as JSON goes on in hours, then as one slot: what is carried over a restart stays small, and no sum is lost.
 */
import type { Histogram } from './histogram.ts'
import type { Sums } from './measures.ts'
import { dayMs, dimensions, hourMs, quarterHourMs, type RollUpDay } from './rollUpDay.ts'
import {
  coarsened,
  createSlot,
  histogramsIn,
  type OpenSlot,
  openSlot,
  packSlot,
  type RollUpSlot,
  slotStart,
  sumsIn,
} from './rollUpSlot.ts'

export type RollUpKey = {
  /** Empty for requests that never reached an endpoint; so are provider and model. */
  readonly endpoint: string
  readonly provider: string
  readonly model: string
  readonly isPractice: boolean
  readonly profile: string
  readonly workspace: string
  readonly user: string
  readonly prompt: string
  readonly client: string
}

export type RollUps = {
  readonly day: string
  /** When the day begins, Unix milliseconds; NaN where the journal names none. */
  readonly firstMs: number
  slotMs: number
  /** Each with its number. */
  readonly texts: Map<string, number>
  readonly keys: Map<string, number>
  readonly series: Map<string, number>
  /** By number of the key: its series. */
  readonly seriesOfKey: (readonly number[])[]
  closed: readonly RollUpSlot[]
  closedBytes: number
  /** The newest slot; undefined before anything was counted. */
  open: OpenSlot | undefined
}

const maxBytes = 600_000

/** `day`: YYYY-MM-DD; empty where the journal names none. */
export function createRollUps(day: string): RollUps {
  return {
    day,
    firstMs: Date.parse(day),
    slotMs: quarterHourMs,
    texts: new Map(),
    keys: new Map(),
    series: new Map(),
    seriesOfKey: [],
    closed: [],
    closedBytes: 0,
    open: undefined,
  }
}

export type RollUpCell = {
  /** To be added to. */
  readonly sums: Sums
  /** All histograms that what happened to this key belongs in, each in the order of `speeds`. */
  readonly histograms: () => readonly (readonly Histogram[])[]
}

export function cellAt(rollUps: RollUps, key: RollUpKey, atMs: number): RollUpCell {
  const slot = slotAt(rollUps, atMs)
  const number = keyNumber(rollUps, key)
  return {
    sums: sumsIn(slot, number),
    histograms: () => (rollUps.seriesOfKey[number] ?? []).map((series) => histogramsIn(slot, series)),
  }
}

/** Plain JSON, for statistics, for a closed day's file and over a restart. */
export function rollUpsSnapshot(rollUps: RollUps): RollUpDay {
  return {
    day: rollUps.day,
    slotMs: rollUps.slotMs,
    texts: [...rollUps.texts.keys()],
    keys: [...rollUps.keys.keys()].map(numbersOf),
    series: [...rollUps.series.keys()].map(numbersOf),
    slots: rollUps.open === undefined ? rollUps.closed : [...rollUps.closed, packSlot(rollUps.open)],
  }
}

/** What comes back counts on as what `rollUpsSnapshot` was given. */
export function restoreRollUps(snapshot: RollUpDay): RollUps {
  const numbered = (names: readonly string[]) => new Map(names.map((name, number) => [name, number]))
  const last = snapshot.slots.at(-1)
  const rollUps: RollUps = {
    ...createRollUps(snapshot.day),
    slotMs: snapshot.slotMs,
    texts: numbered(snapshot.texts),
    keys: numbered(snapshot.keys.map(String)),
    series: numbered(snapshot.series.map(String)),
    closed: snapshot.slots.slice(0, -1),
    open: last && openSlot(last),
  }
  rollUps.seriesOfKey.push(...snapshot.keys.map((key) => seriesNumbers(rollUps, key)))
  rollUps.closedBytes = totalBytesOf(rollUps.closed)
  return rollUps
}

function slotAt(rollUps: RollUps, atMs: number): OpenSlot {
  const { open } = rollUps
  if (open !== undefined && open.atMs >= startOf(rollUps, atMs)) return open
  if (open !== undefined) closeSlot(rollUps, open)
  const start = startOf(rollUps, atMs)
  const last = rollUps.closed.at(-1)
  // After it became coarser the newest slot may be the one that is wanted.
  const isLast = last !== undefined && last.atMs >= start
  if (isLast) {
    rollUps.closed = rollUps.closed.slice(0, -1)
    rollUps.closedBytes -= bytesOf(last)
  }
  const opened = isLast ? openSlot(last) : createSlot(start)
  rollUps.open = opened
  return opened
}

function closeSlot(rollUps: RollUps, slot: OpenSlot): void {
  const packed = packSlot(slot)
  rollUps.closed = [...rollUps.closed, packed]
  rollUps.closedBytes += bytesOf(packed)
  while (rollUps.closedBytes > maxBytes && rollUps.slotMs < dayMs) {
    rollUps.slotMs = rollUps.slotMs === quarterHourMs ? hourMs : dayMs
    rollUps.closed = coarsened(rollUps.closed, rollUps.slotMs)
    rollUps.closedBytes = totalBytesOf(rollUps.closed)
  }
}

function startOf({ firstMs, slotMs }: RollUps, atMs: number): number {
  const start = slotStart(atMs, slotMs)
  if (Number.isNaN(firstMs)) return start
  return Math.min(Math.max(start, firstMs), firstMs + dayMs - slotMs)
}

function keyNumber(rollUps: RollUps, key: RollUpKey): number {
  const numbers = [key.isPractice ? 1 : 0, ...dimensions.map((dimension) => numberOf(rollUps.texts, key[dimension]))]
  const number = numberOf(rollUps.keys, String(numbers))
  if (rollUps.seriesOfKey[number] === undefined) rollUps.seriesOfKey[number] = seriesNumbers(rollUps, numbers)
  return number
}

function seriesNumbers({ series }: RollUps, [practice = 0, ...texts]: readonly number[]): readonly number[] {
  const ofDimensions = texts.map((text, place) => numberOf(series, String([practice, place + 1, text])))
  return [numberOf(series, String([practice, 0, 0])), ...ofDimensions]
}

function numberOf(table: Map<string, number>, name: string): number {
  const found = table.get(name)
  if (found !== undefined) return found
  table.set(name, table.size)
  return table.size - 1
}

function numbersOf(name: string): readonly number[] {
  return name.split(',').map(Number)
}

function totalBytesOf(slots: readonly RollUpSlot[]): number {
  return slots.reduce((sum, slot) => sum + bytesOf(slot), 0)
}

function bytesOf(slot: RollUpSlot): number {
  return JSON.stringify(slot).length
}
