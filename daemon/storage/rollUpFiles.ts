/**
 * Closed days' roll-ups, `rollups/YYYY-MM-DD.json`: immutable but for becoming coarser with age, and only a cache, since each
 * can be made again from its day's journal. So a file that cannot be read or written is a warning and nothing more.
 *
 * A file is two lines of JSON. The first is the day as one slot, which is all that most questions need; the second, read
 * only where more is asked for, holds its slots. It is an empty list where the first says it all.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { coarsenedDay, dayMs, type RollUpDay } from '../core/metrics/rollUpDay.ts'
import type { RollUpSlot } from '../core/metrics/rollUpSlot.ts'
import type { Log } from '../gateway/ports.ts'
import { replaceFile } from './atomicFile.ts'
import { ensureFolder } from './dataFolders.ts'
import { describeSystemError, isSystemError } from './systemError.ts'

/** Files of another version are made anew. */
const schema = 2

export type RollUpFiles = {
  /** Of which there is a file, oldest first. */
  readonly days: () => readonly string[]
  /** As one slot, or in as much detail as is kept. */
  readonly read: (day: string, detail: 'whole' | 'slots') => RollUpDay | undefined
  readonly write: (day: RollUpDay) => void
  readonly remove: (day: string) => void
}

export function createRollUpFiles(folder: string, log: Log): RollUpFiles {
  const pathOf = (day: string) => join(folder, `${day}.json`)
  return {
    days: () => daysIn(folder),
    read: (day, detail) => {
      try {
        const found = dayOf(readFileSync(pathOf(day), 'utf8'), detail)
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
    remove: (day) => {
      try {
        rmSync(pathOf(day), { force: true })
      } catch (error) {
        log.warn('roll-ups of a day cannot be removed', { day, reason: describeSystemError(error) })
      }
    },
  }
}

function textOf(day: RollUpDay): string {
  const { slots, ...tables } = day
  const { slots: whole } = coarsenedDay(day, dayMs)
  const kept = day.slotMs < dayMs ? slots : []
  return `${JSON.stringify({ schema, ...tables, slots: whole })}\n${JSON.stringify(kept)}\n`
}

function dayOf(text: string, detail: 'whole' | 'slots'): RollUpDay {
  const [first = '', second = '', end] = text.split('\n')
  // The line feed at the end says that all of it is there.
  if (end !== '') throw new Error('expected two lines')
  const head = headSchema.parse(JSON.parse(first))
  const whole = { ...head, slots: head.slots as readonly RollUpSlot[] }
  if (detail === 'whole') return { ...whole, slotMs: dayMs }
  return head.slotMs === dayMs ? whole : { ...whole, slots: slotsSchema.parse(JSON.parse(second)) as RollUpSlot[] }
}

// The numbers in the slots are not looked at one by one: the file is the daemon's own, and there are many.
const slotsSchema = z.array(z.unknown())
const headSchema = z.object({
  schema: z.literal(schema),
  day: z.string(),
  slotMs: z.number().positive(),
  texts: z.array(z.string()),
  keys: z.array(z.array(z.number())),
  series: z.array(z.array(z.number())),
  slots: slotsSchema,
})

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
