/**
 * Checks the chain over all day files of a journal, which may be being written to. What was taken out by retention or at
 * the user's wish, and torn last lines, are told as notes; every other difference from what was once written is a
 * finding: an edit, an insertion, a removal, another order. A cut tail leaves no trace in what is left: it is found by
 * `knownHeads`, chain values that must stand in it. System errors are thrown, but for files that vanish meanwhile.
 */
import type { KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { JournalEntry } from '../core/journal/entry.ts'
import { auditDay, type DayAudit } from './auditDay.ts'
import type { AuditFinding } from './auditFinding.ts'
import { dayPathOf, daysIn } from './journalReading.ts'
import { isSystemError } from './systemError.ts'

export type AuditReport = {
  /** Chain value of the last line; undefined when nothing is chained. */
  readonly head: string | undefined
  readonly days: number
  /** Lines whose chain value was checked. */
  readonly lines: number
  readonly findings: readonly AuditFinding[]
  readonly notes: readonly AuditFinding[]
}

export type AuditOptions = {
  readonly folder: string
  readonly key: KeyObject
  /** Where each is known from, in words, by chain value. */
  readonly knownHeads: ReadonlyMap<string, string>
}

/** What lines of the chain say of what is no longer there. */
type Vouched = {
  /** Days that were removed as a whole, with the chain value at their end. */
  readonly removed: Map<string, string>
  /** Days of which lines were written anew: the newest word counts. */
  readonly rewritten: Map<string, { readonly lines: number; readonly digest: string }>
}

export function auditJournal({ folder, key, knownHeads }: AuditOptions): AuditReport {
  const audits = auditDays(folder, key, knownHeads)
  const vouched: Vouched = { removed: new Map(), rewritten: new Map() }
  const notes = audits.flatMap((audit) => [...audit.notes, ...toldNotes(audit, vouched)])
  const found = new Set([...audits.flatMap(({ foundHeads }) => foundHeads), ...vouched.removed.values()])
  const newest = fileOf(audits.at(-1)?.day ?? 'journal')
  const missing = [...knownHeads].filter(([value]) => !found.has(value))
  return {
    head: audits.findLast((audit) => audit.head !== undefined)?.head,
    days: audits.length,
    lines: audits.reduce((sum, { checkedLines }) => sum + checkedLines, 0),
    findings: [
      ...audits.flatMap(({ findings }) => findings),
      ...beginningFindings(audits, vouched),
      ...rewrittenFindings(audits, vouched),
      ...missing.map(([value, source]) => ({
        file: newest,
        what: `no line has the chain value ${value} (${source}): the end of the journal was cut off, or lines were removed`,
      })),
    ],
    notes,
  }
}

function auditDays(folder: string, key: KeyObject, knownHeads: AuditOptions['knownHeads']): readonly DayAudit[] {
  const audits: DayAudit[] = []
  let previous: string | undefined
  for (const day of daysIn(folder)) {
    const content = contentOf(dayPathOf(folder, day))
    if (content === undefined) continue
    const audit = auditDay({ day, content, key, previous, knownHeads })
    previous = audit.head ?? previous
    audits.push(audit)
  }
  return audits
}

function toldNotes({ day, told }: DayAudit, vouched: Vouched): readonly AuditFinding[] {
  return told.flatMap(({ entry, line }) => {
    const what = noteOf(entry, vouched)
    return what === undefined ? [] : [{ file: fileOf(day), line, what }]
  })
}

/** What stood before the oldest line must have been taken out on purpose. */
function beginningFindings(audits: readonly DayAudit[], { removed }: Vouched): readonly AuditFinding[] {
  const oldest = audits.find((audit) => audit.follows !== undefined)
  if (oldest === undefined || oldest.follows === '') return []
  if ([...removed.values()].includes(oldest.follows ?? '')) return []
  return [
    {
      file: fileOf(oldest.day),
      line: 1,
      what: 'what stood before it is missing, and no line says that it was removed',
    },
  ]
}

function rewrittenFindings(audits: readonly DayAudit[], { rewritten }: Vouched): readonly AuditFinding[] {
  return audits.flatMap(({ day, rewrittenLines, rewrittenDigest }) => {
    const word = rewritten.get(day)
    if (rewrittenLines === 0 && word === undefined) return []
    if (rewrittenLines === word?.lines && rewrittenDigest === word.digest) return []
    const what = `${rewrittenLines} lines stand for forgotten ones, ${word?.lines ?? 0} were forgotten as the journal says, and they must be the same`
    return [{ file: fileOf(day), what }]
  })
}

/** Takes in what the entry vouches for; answers what is worth telling of it. */
function noteOf(entry: JournalEntry, { removed, rewritten }: Vouched): string | undefined {
  switch (entry.type) {
    case 'retention':
      for (const { day, head } of entry.days) removed.set(day, head ?? '')
      return `retention removed ${namesOf(entry.days)}`
    case 'forgotten':
      for (const { day, head } of entry.removedDays) removed.set(day, head ?? '')
      for (const { day, lines, digest } of entry.rewrittenDays) rewritten.set(day, { lines, digest })
      return `${entry.requests} requests were forgotten at the user’s wish (${entry.criterion.kind})`
    case 'recovered':
      return `a torn last line of ${entry.tornBytes} bytes was moved to torn/${entry.tornFile ?? ''}`
    default:
      return undefined
  }
}

function namesOf(days: readonly { readonly day: string }[]): string {
  const first = days[0]?.day ?? 'nothing'
  return days.length < 2 ? first : `${days.length} days, ${first} to ${days.at(-1)?.day ?? ''}`
}

function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw error
  }
}

function fileOf(day: string): string {
  return `${day}.jsonl`
}
