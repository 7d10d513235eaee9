/**
 * Closed days' roll-ups, `rollups/YYYY-MM-DD.json`: immutable but for becoming coarser with age, and only a cache, since each
 * can be made again from its day's journal. So a file that cannot be read or written is a warning and nothing more.
 *
 * A file is three lines of JSON, of which no more are read than are asked for. The first is the whole day's sums and histograms
 * by series, which is all that most questions need; the second the whole day's sums by combination; the third the day's
 * slots, an empty list where they say no more.
 */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { dayMs, type RollUpDay, wholeDay } from '../core/metrics/rollUpDay.ts'
import type { RollUpSlot } from '../core/metrics/rollUpSlot.ts'
import type { Log } from '../gateway/ports.ts'
import { replaceFile } from './atomicFile.ts'
import { ensureFolder } from './dataFolders.ts'
import { describeSystemError, isSystemError } from './systemError.ts'

/** Files of another version are made anew. */
const schema = 2

type Detail = 'series' | 'whole' | 'slots'

export type RollUpFiles = {
  /** Of which there is a file, oldest first. */
  readonly days: () => readonly string[]
  /** As one slot, by series or also by combination; or in as much detail as is kept. */
  readonly read: (day: string, detail: Detail) => RollUpDay | undefined
  readonly write: (day: RollUpDay) => void
}

export function createRollUpFiles(folder: string, log: Log): RollUpFiles {
  const pathOf = (day: string) => join(folder, `${day}.json`)
  return {
    days: () => daysIn(folder),
    read: (day, detail) => {
      try {
        const found = dayOf(firstLines(pathOf(day), linesFor[detail]), detail)
        if (found.day === day) return found
        throw new Error(`expected the roll-ups of ${day}, found those of ${found.day}`)
      } catch (error) {
        if (!isSystemError(error, 'ENOENT')) log.warn('roll-ups of a day cannot be read and are made anew', { day })
        return undefined
      }
    },
    write: (day) => {
      try {
        const problem = ensureFolder(folder)
        if (problem !== undefined) throw new Error(problem)
        replaceFile(pathOf(day.day), textOf(day))
      } catch (error) {
        log.warn('roll-ups of a day cannot be kept', { day: day.day, reason: describeSystemError(error) })
      }
    },
  }
}

/** A file's content with an empty text in place of one; undefined where it is none of this version. */
export function rollUpsWithoutText(content: string, text: string): string | undefined {
  const end = content.indexOf('\n')
  try {
    const head: unknown = JSON.parse(content.slice(0, end))
    if (!isHead(head)) return undefined
    const texts = head.texts.map((one) => (one === text ? '' : one))
    return `${JSON.stringify({ ...head, texts })}${content.slice(end)}`
  } catch {
    return undefined
  }
}

const linesFor: Readonly<Record<Detail, number>> = { series: 1, whole: 2, slots: 3 }

function textOf(day: RollUpDay): string {
  const { slots, keys, ...head } = wholeDay(day)
  const lines = [
    { schema, ...head, slotMs: day.slotMs, slots: slots.map((slot) => ({ ...slot, rows: [] })) },
    { keys, rows: slots.map(({ rows }) => rows) },
    day.slotMs < dayMs ? day.slots : [],
  ]
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

function dayOf(lines: readonly string[], detail: Detail): RollUpDay {
  const [first, second, third] = lines.map((line): unknown => JSON.parse(line))
  if (!isHead(first)) throw new Error('expected roll-ups of this version')
  const { schema: _, ...head } = first
  if (detail === 'series') return { ...head, slotMs: dayMs, keys: [] }
  if (!isCombinations(second)) throw new Error('expected the sums by combination')
  const { keys, rows } = second
  const whole = { ...head, keys, slots: head.slots.map((slot, place) => ({ ...slot, rows: rows[place] ?? [] })) }
  if (detail === 'whole' || head.slotMs === dayMs) return { ...whole, slotMs: dayMs }
  if (!Array.isArray(third)) throw new Error('expected slots')
  const { hourNanodollars: _hours, ...detailed } = whole
  return { ...detailed, slots: third as readonly RollUpSlot[] }
}

type Head = Omit<RollUpDay, 'keys'> & { readonly schema: typeof schema }
type Combinations = Pick<RollUpDay, 'keys'> & { readonly rows: readonly RollUpSlot['rows'][] }

// By hand, and not number by number: the file is the daemon's own, and there are many.
function isHead(line: unknown): line is Head {
  const head = line as Partial<Head> | null
  return head?.schema === schema && [head.texts, head.series, head.slots].every(Array.isArray)
}

function isCombinations(line: unknown): line is Combinations {
  const combinations = line as Partial<Combinations> | null
  return [combinations?.keys, combinations?.rows].every(Array.isArray)
}

const blockBytes = 64 * 1024

/** Throws where there are not so many. */
function firstLines(path: string, count: number): readonly string[] {
  const descriptor = openSync(path, 'r')
  try {
    const blocks: Buffer[] = []
    for (let newlines = 0; newlines < count; ) {
      const block = Buffer.allocUnsafe(blockBytes)
      const length = readSync(descriptor, block, 0, blockBytes, null)
      if (length === 0) throw new Error(`expected ${count} lines`)
      const filled = block.subarray(0, length)
      for (let at = filled.indexOf(newline); at !== -1; at = filled.indexOf(newline, at + 1)) newlines += 1
      blocks.push(filled)
    }
    return Buffer.concat(blocks).toString('utf8').split('\n').slice(0, count)
  } finally {
    closeSync(descriptor)
  }
}

const newline = 0x0a

function daysIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d{4}-\d{2}-\d{2}\.json$/.test(name))
      .map((name) => name.slice(0, -'.json'.length))
      .sort()
  } catch {
    return []
  }
}
