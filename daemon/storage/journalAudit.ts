/**
 * The check of the journal's chain for the command line: with the key beside the journal, and against the newest chain
 * value that the state's snapshot knows. Reads files alone, so it works beside a daemon and without one, and starts none
 * that would mend what is to be looked at.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { backupPathOf } from './atomicFile.ts'
import { type AuditReport, auditJournal, type KnownHead } from './auditJournal.ts'
import { unfinishedWish } from './forgetNote.ts'
import { isChainValue } from './journalChain.ts'
import { isChained, journalKeyPathOf, readJournalKey } from './journalKey.ts'
import { dayPathOf, daysIn } from './journalReading.ts'
import { standingOf } from './lineWriter.ts'
import { describeSystemError, isSystemError } from './systemError.ts'

export type JournalHead = { readonly day: string; readonly head: string }

/** Undefined: nothing is chained yet. A string says why it cannot be told. */
export function journalHead(stateFolder: string): JournalHead | string | undefined {
  return orProblem(() => {
    const folder = join(stateFolder, 'journal')
    const day = daysIn(folder).at(-1)
    const standing = day === undefined ? undefined : standingOf(dayPathOf(folder, day))
    return day === undefined || standing === undefined || standing.head === ''
      ? undefined
      : { day, head: standing.head }
  })
}

/** What is wrong with the key of a chain that there is already. Makes nothing. */
export function journalKeyProblem(stateFolder: string): string | undefined {
  return orProblem(() => {
    const folder = join(stateFolder, 'journal')
    const key = readJournalKey(journalKeyPathOf(folder))
    if (typeof key === 'string') return key
    return key === undefined && isChained(folder) ? missingKeyText(folder) : undefined
  })
}

/** `heads`: chain values that must stand in the journal. A string: it cannot be checked. */
export function checkJournal(stateFolder: string, heads: ReadonlyMap<string, KnownHead>): AuditReport | string {
  return orProblem(() => {
    const folder = join(stateFolder, 'journal')
    const report = checkFolder(folder, stateFolder, heads)
    // Afterwards: whatever was begun meanwhile shows.
    return unfinishedWish(folder) === undefined ? report : forgettingText
  })
}

const forgettingText =
  'requests are being forgotten just now; try again when that is done. Where it was broken off, the next start of the daemon ends it'

function checkFolder(folder: string, stateFolder: string, heads: ReadonlyMap<string, KnownHead>): AuditReport | string {
  // Before the files: a daemon that runs writes a newer one when the journal has gone on.
  const knownHeads = new Map([...headsOfState(stateFolder), ...heads])
  const key = readJournalKey(journalKeyPathOf(folder))
  if (typeof key === 'string') return key
  if (key !== undefined) return auditJournal({ folder, key, knownHeads })
  if (!isChained(folder) && knownHeads.size === 0) {
    return { head: undefined, headDay: undefined, days: 0, lines: 0, findings: [], notes: [] }
  }
  return missingKeyText(folder)
}

function missingKeyText(folder: string): string {
  return `${journalKeyPathOf(folder)}: expected the key of the journal’s chain, found no file; put it back from a copy: without it nobody can tell whether lines were changed`
}

const snapshotSchema = z.object({ place: z.object({ day: z.string(), head: z.string().refine(isChainValue) }) })

function headsOfState(stateFolder: string): ReadonlyMap<string, KnownHead> {
  const path = join(stateFolder, 'state.json')
  const heads = new Map<string, KnownHead>()
  for (const [from, name] of [
    [path, 'state.json'],
    [backupPathOf(path), 'state.json.bak'],
  ] as const) {
    const snapshot = snapshotSchema.safeParse(jsonOf(from))
    if (snapshot.success) heads.set(snapshot.data.place.head, { source: name, day: snapshot.data.place.day })
  }
  return heads
}

function jsonOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

function orProblem<Result>(work: () => Result): Result | string {
  try {
    return work()
  } catch (error) {
    if (!isSystemError(error)) throw error
    return `the journal cannot be read: ${describeSystemError(error)}`
  }
}
