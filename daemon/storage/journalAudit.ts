/**
 * The check of the journal's chain for the command line: with the key beside the journal, and against the newest chain
 * value that the state's snapshot knows. Reads files alone, so it works beside a daemon and without one, and starts none
 * that would mend what is to be looked at.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { backupPathOf } from './atomicFile.ts'
import { type AuditReport, auditJournal } from './auditJournal.ts'
import { isChainValue } from './journalChain.ts'
import { journalKeyPathOf, readJournalKey } from './journalKey.ts'
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

/** `heads`: chain values that must stand in the journal, and where each is known from. A string: it cannot be checked. */
export function checkJournal(stateFolder: string, heads: ReadonlyMap<string, string>): AuditReport | string {
  return orProblem(() => {
    const folder = join(stateFolder, 'journal')
    // Before the files: a daemon that runs writes a newer one when the journal has gone on.
    const knownHeads = new Map([...headsOfState(stateFolder), ...heads])
    const key = readJournalKey(journalKeyPathOf(folder))
    if (typeof key === 'string') return key
    if (key !== undefined) return auditJournal({ folder, key, knownHeads })
    if (daysIn(folder).every((day) => standingOf(dayPathOf(folder, day))?.schema !== 2) && knownHeads.size === 0) {
      return { head: undefined, days: 0, lines: 0, findings: [], notes: [] }
    }
    return `${journalKeyPathOf(folder)}: expected the key of the journal’s chain, found no file; put it back from a copy: without it nobody can tell whether lines were changed`
  })
}

const snapshotSchema = z.object({ place: z.object({ head: z.string().refine(isChainValue) }) })

function headsOfState(stateFolder: string): ReadonlyMap<string, string> {
  const path = join(stateFolder, 'state.json')
  const heads = new Map<string, string>()
  for (const [from, name] of [
    [path, 'state.json'],
    [backupPathOf(path), 'state.json.bak'],
  ] as const) {
    const snapshot = snapshotSchema.safeParse(jsonOf(from))
    if (snapshot.success) heads.set(snapshot.data.place.head, name)
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
