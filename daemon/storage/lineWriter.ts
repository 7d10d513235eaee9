/**
 * Turns entries into the lines of a day file: chained and short in files of schema 2; a file that an older build began goes
 * on in its schema 1, without a chain, until its day is over. Nothing counts as written before `onWritten`: a write that
 * failed leaves the chain where it was.
 */
import type { KeyObject } from 'node:crypto'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { compactEntry } from '../core/journal/compactEntry.ts'
import { createReserves } from '../core/journal/completeEntries.ts'
import type { JournalEntry, ReserveEntry } from '../core/journal/entry.ts'
import { linesBackwards } from './fileLines.ts'
import { chainedLine, chainPartsOf } from './journalChain.ts'
import { firstLine, schemaOfFirstLine } from './journalLines.ts'

/** Where a file's lines go on. */
export type FileStanding = {
  readonly schema: number
  /** Chain value of the last line, in a new file that of the file before; empty before the first line of all. */
  readonly head: string
  readonly isNew: boolean
}

type EncodedLines = {
  readonly text: string
  readonly onWritten: () => void
}

export type LineWriter = {
  readonly encode: (key: KeyObject, entries: readonly JournalEntry[]) => EncodedLines
  /** Chain value of the last line that was written. */
  readonly head: () => string
}

/**
 * Of one file, from where it stands. Its reserves so far are not known: what relates to them is written in full. The first
 * line of a new file says which chain value it follows.
 */
export function createLineWriter(standing: FileStanding): LineWriter {
  const reserves = createReserves()
  let { head } = standing
  let isNew = standing.isNew
  return {
    head: () => head,
    encode: (key, entries) => {
      if (standing.schema === 1) return { text: entries.map(plainLine).join(''), onWritten: () => {} }
      let text = ''
      let value = head
      for (const [index, entry] of entries.entries()) {
        const compact = compactEntry(entry, reserveOf(entry))
        const isFirst = isNew && index === 0 && head !== ''
        const line = chainedLine(key, value, isFirst ? `${compact.slice(0, -1)},"previous":"${head}"}` : compact)
        text += line.text
        value = line.value
      }
      return {
        text,
        onWritten: () => {
          head = value
          isNew = false
          for (const entry of entries) reserves.note(entry)
        },
      }
    },
  }

  function reserveOf(entry: JournalEntry): ReserveEntry | undefined {
    if (entry.type === 'end') return reserves.find(entry.requestId, entry.record.attempt)
    if (entry.type === 'request') return reserves.find(entry.waybill.requestId)
    return undefined
  }
}

/** Undefined: there is no whole line in it. System errors are thrown. */
export function standingOf(path: string): FileStanding | undefined {
  const descriptor = openSync(path, 'r')
  try {
    const { size } = fstatSync(descriptor)
    const first = firstLine(descriptor, size)
    if (first === undefined) return undefined
    if (schemaOfFirstLine(first) === 1) return { schema: 1, head: '', isNew: false }
    // Lines that are damaged or not ours are passed over; checking the chain tells of them.
    for (const line of linesBackwards(descriptor, size)) {
      const parts = chainPartsOf(line.bytes)
      if (parts !== undefined) return { schema: 2, head: parts.value, isNew: false }
    }
    return { schema: 1, head: '', isNew: false }
  } finally {
    closeSync(descriptor)
  }
}

function plainLine(entry: JournalEntry): string {
  return `${JSON.stringify(entry)}\n`
}
