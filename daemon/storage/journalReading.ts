/**
 * Reads the journal's day files. Lines that are no entries, files of a newer schema and what cannot be read at all are
 * reported to the log once and left out: reading never throws. `sizeOf` bounds a file that is being written to its whole lines.
 */
import { closeSync, fstatSync, openSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ExpandedLine } from '../core/journal/compactEntry.ts'
import { completingBackwards, completingForwards } from '../core/journal/completeEntries.ts'
import { type CheckpointEntry, type JournalEntry, journalSchemaVersion } from '../core/journal/entry.ts'
import type { Journal, Log, PlacedLine } from '../gateway/ports.ts'
import { type FileLine, linesBackwards, linesFrom, stepsBack } from './fileLines.ts'
import { firstLine, readLine, schemaOfFirstLine } from './journalLines.ts'
import { placeAt } from './journalPlace.ts'
import { describeSystemError, isSystemError } from './systemError.ts'

export type JournalReading = Pick<
  Journal,
  'days' | 'readDay' | 'visitDay' | 'visitNewestFirst' | 'place' | 'visitFrom' | 'stepsBack'
>

export type JournalReadingOptions = {
  readonly folder: string
  readonly log: Log
  /** Bytes of whole lines, for the day that is being written; undefined for the others. */
  readonly sizeOf: (day: string) => number | undefined
}

/** Not from the file's beginning: from where, and what the lines before left behind. */
type Behind = { readonly offsetBytes: number; readonly before: CheckpointEntry }

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

export function createJournalReading(options: JournalReadingOptions): JournalReading {
  const { folder, log, sizeOf } = options
  const reported = new Set<string>()
  const reportOnce = (place: string, message: string) => {
    if (reported.has(place)) return
    reported.add(place)
    log.warn(message)
  }
  const reportLine = (day: string, line: FileLine) => {
    const place = `${dayPathOf(folder, day)}, byte ${line.offsetBytes}`
    reportOnce(place, `${place}: expected a journal entry, found ${line.bytes.length} unreadable bytes; left out`)
  }
  const expanded = (day: string, line: FileLine): ExpandedLine | undefined => {
    const read = readLine(line.bytes)
    if (read === undefined) reportLine(day, line)
    return read === 'forgotten' ? undefined : read
  }
  /** Undefined: what stands at the path cannot be read; it is reported again after it could be. */
  const attempt = <Result>(path: string, read: () => Result): Result | undefined => {
    try {
      const result = read()
      reported.delete(path)
      return result
    } catch (error) {
      if (!isSystemError(error)) throw error
      if (!isSystemError(error, 'ENOENT')) reportOnce(path, `${path} is left out: ${describeSystemError(error)}`)
      return undefined
    }
  }
  const isReadable = (path: string): boolean => {
    const problem = newerSchemaProblem(path)
    if (problem !== undefined) reportOnce(`${path}, schema`, `${problem}; left out`)
    return problem === undefined
  }
  const days = () => attempt(folder, () => daysIn(folder)) ?? []
  /** Answers false when the visitor has seen enough. */
  const visitDay = (day: string, visit: (entry: JournalEntry) => boolean, contains?: Buffer): boolean => {
    const path = dayPathOf(folder, day)
    if (!isReadable(path)) return true
    const descriptor = openSync(path, 'r')
    try {
      const completion = completingBackwards<FileLine>((line) => reportLine(day, line))
      for (const line of linesBackwards(descriptor, sizeOf(day) ?? fstatSync(descriptor).size, contains)) {
        if (contains !== undefined && !line.bytes.includes(contains)) continue
        const read = expanded(day, line)
        if (read !== undefined && !completion.take(read, line).every(visit)) return false
      }
      return completion.end().every(visit)
    } finally {
      closeSync(descriptor)
    }
  }

  const mayRead = (day: string) => attempt(dayPathOf(folder, day), () => isReadable(dayPathOf(folder, day))) === true
  /** Answers false when the file cannot be read. */
  const visitLines = (day: string, visit: (entry: JournalEntry) => unknown, behind?: Behind): boolean => {
    const path = dayPathOf(folder, day)
    const isRead = attempt(path, () => {
      if (!isReadable(path)) return false
      const completion = completingForwards<FileLine>((line) => reportLine(day, line), behind?.before)
      for (const line of linesFrom(path, behind?.offsetBytes ?? 0, sizeOf(day))) {
        const read = expanded(day, line)
        const entry = read && completion.take(read, line)
        if (entry !== undefined && visit(entry) === false) break
      }
      return true
    })
    return isRead === true
  }
  function* stepsOfDay(
    day: string,
    beforeBytes: number,
    contains: Buffer | undefined,
  ): Generator<readonly PlacedLine[]> {
    const steps = stepsBack(dayPathOf(folder, day), beforeBytes, contains)
    try {
      for (;;) {
        const step = attempt(dayPathOf(folder, day), () => steps.next())
        if (step === undefined || step.done === true) return
        const lines = step.value.filter((line) => contains === undefined || line.bytes.includes(contains))
        yield lines.flatMap(({ bytes, offsetBytes }) => {
          const line = expanded(day, { bytes, offsetBytes })
          return line === undefined ? [] : [{ line, place: { day, offsetBytes } }]
        })
      }
    } finally {
      steps.return(undefined)
    }
  }

  return {
    days,
    readDay: (day) => {
      const entries: JournalEntry[] = []
      return visitLines(day, (entry) => entries.push(entry)) ? entries : undefined
    },
    visitDay: visitLines,
    place: () => {
      const day = days().at(-1)
      if (day === undefined) return undefined
      const path = dayPathOf(folder, day)
      return attempt(path, () => placeAt(path, day, sizeOf(day) ?? statSync(path).size))
    },
    visitFrom: (place, before, visit) => {
      const path = dayPathOf(folder, place.day)
      const found = attempt(path, () => placeAt(path, place.day, place.offsetBytes))
      if (found?.print !== place.print) return `${path} does not go on at byte ${place.offsetBytes} as it did`
      return visitLines(place.day, visit, { ...place, before }) ? undefined : `${path} cannot be read`
    },
    stepsBack: function* ({ before, contains, sinceDay = '' }) {
      const bytes = contains === undefined ? undefined : Buffer.from(contains)
      const wanted = days().filter((day) => day >= sinceDay && (before === undefined || day <= before.day))
      for (const day of wanted.toReversed()) {
        if (!mayRead(day)) continue
        const limitBytes = sizeOf(day) ?? Number.POSITIVE_INFINITY
        const from = before?.day === day ? Math.min(before.offsetBytes, limitBytes) : limitBytes
        yield* stepsOfDay(day, from, bytes)
      }
    },
    visitNewestFirst: (visit, { contains, sinceDay = '' } = {}) => {
      const bytes = contains === undefined ? undefined : Buffer.from(contains)
      for (const day of days()
        .filter((one) => one >= sinceDay)
        .toReversed()) {
        if (attempt(dayPathOf(folder, day), () => visitDay(day, visit, bytes)) === false) return
      }
    },
  }
}
