/**
 * Checks the chain over all day files of a journal, which may be being written to. What was taken out by retention or at
 * the user's wish, and torn last lines, are told as notes; every other difference from what was once written is a
 * finding: an edit, an insertion, a removal, another order. A cut tail leaves no trace in what is left: it is found by
 * `knownHeads`, chain values that must stand in it, or in a day that was removed on purpose. What stands before a line that
 * says that the key was lost is not checked: the journal is not whole then, and nothing says that it was tampered with.
 * System errors are thrown, but for files that vanish meanwhile.
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
  /** Of the file that it stands in. */
  readonly headDay: string | undefined
  readonly days: number
  /** Lines whose chain value was checked. */
  readonly lines: number
  /** The line before which nothing can be checked, because the key was lost. */
  readonly uncheckedBefore?: { readonly file: string; readonly line: number }
  readonly findings: readonly AuditFinding[]
  readonly notes: readonly AuditFinding[]
}

/** Where a chain value is known from, in words, and the day it stood in where that is known. */
export type KnownHead = { readonly source: string; readonly day?: string }

export type AuditOptions = {
  readonly folder: string
  readonly key: KeyObject
  /** By chain value. */
  readonly knownHeads: ReadonlyMap<string, KnownHead>
}

/** What lines of the chain say of what is no longer there. */
type Vouched = {
  /** Days that were removed as a whole, with the chain value at their end. */
  readonly removed: Map<string, string>
  /** Days of which lines were written anew: the newest word counts. */
  readonly rewritten: Map<string, { readonly lines: number; readonly digest: string }>
}

export function auditJournal({ folder, key, knownHeads }: AuditOptions): AuditReport {
  const all = auditDays(folder, key, knownHeads)
  const rekeyed = all.findLast(({ rekeyedLine }) => rekeyedLine !== undefined)
  const audits = rekeyed === undefined ? all : all.slice(all.indexOf(rekeyed))
  const vouched: Vouched = { removed: new Map(), rewritten: new Map() }
  const notes = audits.flatMap((audit) => [...audit.notes, ...toldNotes(audit, vouched)])
  const heads = missingHeads(knownHeads, audits, vouched, rekeyed?.day)
  const last = audits.findLast((audit) => audit.head !== undefined)
  return {
    head: last?.head,
    headDay: last?.day,
    days: all.length,
    lines: audits.reduce((sum, { checkedLines }) => sum + checkedLines, 0),
    ...(rekeyed?.rekeyedLine !== undefined && {
      uncheckedBefore: { file: fileOf(rekeyed.day), line: rekeyed.rekeyedLine },
    }),
    findings: [
      ...audits.flatMap(({ findings }) => findings),
      ...(rekeyed === undefined ? beginningFindings(audits, vouched) : []),
      ...rewrittenFindings(audits, vouched),
      ...heads.findings,
    ],
    notes: [...notes, ...heads.notes],
  }
}

/** A value that nobody finds is a finding, but where it may have stood in what is gone on purpose or cannot be checked. */
function missingHeads(
  knownHeads: AuditOptions['knownHeads'],
  audits: readonly DayAudit[],
  { removed }: Vouched,
  rekeyedDay: string | undefined,
): Pick<AuditReport, 'findings' | 'notes'> {
  const found = new Set([...audits.flatMap(({ foundHeads }) => foundHeads), ...removed.values()])
  const findings: AuditFinding[] = []
  const notes: AuditFinding[] = []
  const file = fileOf(audits.at(-1)?.day ?? 'journal')
  for (const [value, { source, day }] of knownHeads) {
    if (found.has(value)) continue
    const what = `no line has the chain value ${value} (${source})`
    const reason = reasonToMiss(day, removed, rekeyedDay)
    if (reason !== undefined) notes.push({ file, what: `${what}: ${reason}` })
    else findings.push({ file, what: `${what}: the end of the journal was cut off, or lines were removed` })
  }
  return { findings, notes }
}

function reasonToMiss(
  day: string | undefined,
  removed: Vouched['removed'],
  rekeyedDay: string | undefined,
): string | undefined {
  if (day === undefined && removed.size > 0) {
    return 'it may lie in the days that were removed; give it as DAY:HEAD to be sure'
  }
  if (day !== undefined && removed.has(day)) return 'it may lie in the days that were removed'
  if (rekeyedDay !== undefined && (day ?? '') < rekeyedDay) return 'it may lie in what cannot be checked'
  return undefined
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
  return audits.flatMap(({ day, rewrittenLines, rewrittenDigest, rekeyedLine }) => {
    const word = rewritten.get(day)
    // What the lines before a lost key vouched for is not known.
    if (word === undefined && (rewrittenLines === 0 || rekeyedLine !== undefined)) return []
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
    case 'rekeyed':
      return 'the key of the chain was lost: the lines before it cannot be checked'
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
