/**
 * Reads the journal's day files. Lines that are no entries, and files of a newer schema, are reported to the log once
 * and left out. `sizeOf` bounds a file that is being written to its whole lines.
 */
import { closeSync, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type JournalEntry, journalSchemaVersion } from '../core/journal/entry.ts'
import type { Journal, Log } from '../gateway/ports.ts'
import { decodeLine, firstLine, type Line, linesBackwards, linesForwards, schemaOfFirstLine } from './journalLines.ts'
import { describeSystemError, isSystemError } from './systemError.ts'

export type JournalReadingOptions = {
  readonly folder: string
  readonly log: Log
  /** Bytes of whole lines, for the day that is being written; undefined for the others. */
  readonly sizeOf: (day: string) => number | undefined
}

export function dayPathOf(folder: string, day: string): string {
  return join(folder, `${day}.jsonl`)
}

/** All days that have a file, oldest first; none if there is no folder. */
export function daysIn(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => /^\d{4}-\d{2}-\d{2}\.jsonl$/.test(name))
    return names.map((name) => name.slice(0, 10)).sort()
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return []
    throw error
  }
}

/** What is wrong if a newer build wrote the file. */
export function newerSchemaProblem(path: string): string | undefined {
  const descriptor = openSync(path, 'r')
  try {
    const line = firstLine(descriptor, fstatSync(descriptor).size)
    const schema = line && schemaOfFirstLine(line)
    if (schema === undefined || schema <= journalSchemaVersion) return undefined
    return `${path}: expected journal schema ${journalSchemaVersion} or older, found ${schema}; a newer Waybill wrote it: update this one`
  } finally {
    closeSync(descriptor)
  }
}

export function createJournalReading(options: JournalReadingOptions): Pick<Journal, 'readDay' | 'visitNewestFirst'> {
  const { folder, log, sizeOf } = options
  const reported = new Set<string>()
  const reportOnce = (place: string, message: string) => {
    if (reported.has(place)) return
    reported.add(place)
    log.warn(message)
  }
  const entryOf = (day: string, line: Line): JournalEntry | undefined => {
    const entry = decodeLine(line.bytes)
    if (entry === undefined) {
      const place = `${dayPathOf(folder, day)}, byte ${line.offsetBytes}`
      reportOnce(place, `${place}: expected a journal entry, found ${line.bytes.length} unreadable bytes; left out`)
    }
    return entry
  }
  const isReadable = (path: string): boolean => {
    try {
      const problem = newerSchemaProblem(path)
      if (problem !== undefined) reportOnce(path, `${problem}; left out`)
      return problem === undefined
    } catch (error) {
      if (!isSystemError(error, 'ENOENT')) reportOnce(path, `${path} is left out: ${describeSystemError(error)}`)
      return false
    }
  }
  /** Answers false when the visitor has seen enough. */
  const visitDay = (day: string, visit: (entry: JournalEntry) => boolean): boolean => {
    const path = dayPathOf(folder, day)
    if (!isReadable(path)) return true
    const descriptor = openSync(path, 'r')
    try {
      for (const line of linesBackwards(descriptor, sizeOf(day) ?? fstatSync(descriptor).size)) {
        const entry = entryOf(day, line)
        if (entry !== undefined && !visit(entry)) return false
      }
      return true
    } finally {
      closeSync(descriptor)
    }
  }

  return {
    readDay: (day) => {
      const path = dayPathOf(folder, day)
      if (!isReadable(path)) return []
      const content = readFileSync(path).subarray(0, sizeOf(day))
      return [...linesForwards(content)].flatMap((line) => entryOf(day, line) ?? [])
    },
    visitNewestFirst: (visit) => {
      for (const day of daysIn(folder).toReversed()) if (!visitDay(day, visit)) return
    },
  }
}
