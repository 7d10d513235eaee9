/** A journal in memory that can be made to fail, and be opened again by a second ledger. */
import type { JournalEntry } from '../../daemon/core/journal/entry.ts'
import type { Clock, Journal } from '../../daemon/gateway/ports.ts'
import { utcDayOf } from '../../daemon/gateway/statsRange.ts'
import type { Failure } from '../../shared/domain/failure.ts'

export type MemoryJournal = Journal & {
  readonly days: () => readonly string[]
  readonly all: () => readonly JournalEntry[]
  /** While set, nothing can be appended. */
  readonly failWith: (failure: Failure | undefined) => void
  readonly onAppend: (listener: (entries: readonly JournalEntry[]) => void) => void
}

export function createMemoryJournal(clock: Clock): MemoryJournal {
  const files = new Map<string, JournalEntry[]>()
  let failure: Failure | undefined
  let listener: (entries: readonly JournalEntry[]) => void = () => {}
  return {
    append: (entries, checkpoint) => {
      if (failure !== undefined) return failure
      // As the files: never earlier than the newest.
      const day = [...files.keys(), utcDayOf(clock.wallMs())].sort().at(-1) ?? ''
      let file = files.get(day)
      if (file === undefined) {
        file = [checkpoint(day)]
        files.set(day, file)
      }
      listener(entries)
      // What a file would give back: a copy, as JSON keeps it.
      file.push(...(JSON.parse(JSON.stringify(entries)) as readonly JournalEntry[]))
      return undefined
    },
    days: () => [...files.keys()].sort(),
    readDay: (day) => files.get(day),
    visitNewestFirst: (visit, { contains = '', sinceDay = '' } = {}) => {
      const days = [...files.keys()].filter((day) => day >= sinceDay)
      for (const day of days.sort().reverse()) {
        const entries = (files.get(day) ?? []).filter((entry) => JSON.stringify(entry).includes(contains))
        for (const entry of entries.reverse()) if (!visit(entry)) return
      }
    },
    all: () => [...files.keys()].sort().flatMap((day) => files.get(day) ?? []),
    onAppend: (next) => {
      listener = next
    },
    failWith: (next) => {
      failure = next
    },
  }
}
