/** A journal in memory that can be made to fail, and be opened again by a second ledger. */
import type { JournalEntry } from '../../daemon/core/journal/entry.ts'
import type { Clock, Journal } from '../../daemon/gateway/ports.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import { utcDayOf } from '../../shared/domain/utcDay.ts'

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
    durable: () => Promise.resolve(failure),
    // Only files can forget.
    forget: () => Promise.resolve({ requestIds: new Set(), removedDays: [] }),
    unfinishedForget: () => undefined,
    forgetDone: () => undefined,
    days: () => [...files.keys()].sort(),
    readDay: (day) => files.get(day),
    visitDay: (day, visit) => {
      for (const entry of files.get(day) ?? []) if (visit(entry) === false) break
      return files.has(day)
    },
    place: () => {
      const day = [...files.keys()].sort().at(-1)
      return day === undefined ? undefined : { day, offsetBytes: files.get(day)?.length ?? 0, print: '' }
    },
    visitFrom: (place, _before, visit) => {
      const entries = files.get(place.day)
      if (entries === undefined || entries.length < place.offsetBytes) return 'the file is shorter'
      for (const entry of entries.slice(place.offsetBytes)) visit(entry)
      return undefined
    },
    // Its places count lines.
    stepsBack: function* ({ before, contains = '', sinceDay = '' }) {
      const days = [...files.keys()].filter((day) => day >= sinceDay && day <= (before?.day ?? day))
      for (const day of days.sort().reverse()) {
        const entries = files.get(day) ?? []
        for (let at = before?.day === day ? before.offsetBytes : entries.length; at > 0; at--) {
          const entry = entries[at - 1]
          if (entry === undefined || !JSON.stringify(entry).includes(contains)) continue
          yield [{ line: { needs: 'nothing', entry }, place: { day, offsetBytes: at - 1 } }]
        }
      }
    },
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
