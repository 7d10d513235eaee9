/**
 * Forgets requests in the journal's day files, all but the newest, which is being written to: the caller does that one
 * with `forgetNewest` in one turn with the line that accounts for it all. Files are replaced atomically, and which
 * requests go is noted before (`forgetNote`), so that a wish that a crash broke off can be taken up again. Gives way to other
 * work after every file. System errors are thrown.
 */
import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ForgetWish } from '../../shared/domain/forgetWish.ts'
import type { ForgottenEntry, RemovedDay } from '../core/journal/entry.ts'
import { replaceFile } from './atomicFile.ts'
import { type RewrittenDay, requestsIn, withoutRequests, workspaceOf } from './forgetLines.ts'
import { noteRequests, noteWish } from './forgetNote.ts'
import { dayPathOf, daysIn } from './journalReading.ts'
import { standingOf } from './lineWriter.ts'

export type ForgottenDays = {
  /** All days before it were looked through. */
  readonly newestDay: string
  readonly requestIds: ReadonlySet<string>
  readonly removedDays: readonly RemovedDay[]
  readonly rewrittenDays: ForgottenEntry['rewrittenDays']
}

type IsKept = (requestId: string) => boolean

/** Days before the newest that go as a whole are named only; `removeDays` removes them once that is journalled. */
export async function forgetOlderDays(folder: string, wish: ForgetWish, isKept: IsKept): Promise<ForgottenDays> {
  const requestIds = new Set(noteWish(folder, wish))
  const removed: string[] = []
  const rewrittenDays: { day: string; lines: number; digest: string }[] = []
  const take = (ids: readonly string[]) => {
    noteRequests(folder, ids)
    for (const id of ids) requestIds.add(id)
  }
  const rewriteDay = (day: string, content: Buffer) => {
    take([...meantIn(content, wish, day)].filter((id) => !isKept(id)))
    if (requestIds.size === 0) return
    const rewritten = withoutRequests(content, (id) => requestIds.has(id))
    if (rewritten.taken > 0) replaceFile(dayPathOf(folder, day), rewritten.content)
    if (rewritten.lines > 0) rewrittenDays.push({ day, lines: rewritten.lines, digest: rewritten.digest })
  }
  const forgetDay = (day: string) => {
    const content = readFileSync(dayPathOf(folder, day))
    if (wish.kind === 'workspace' || (wish.kind === 'before' && day >= wish.day)) return rewriteDay(day, content)
    removed.push(day)
    take([...meantIn(content, wish, day)])
  }
  // A new day may begin meanwhile.
  for (let lastDay = ''; ; ) {
    const days = daysIn(folder)
    const next = days.slice(0, -1).find((day) => day > lastDay)
    if (next === undefined) {
      const removedDays = removed.map((day) => ({ day, ...headOf(folder, day) }))
      return { newestDay: days.at(-1) ?? '', requestIds, removedDays, rewrittenDays }
    }
    forgetDay(next)
    lastDay = next
    await nextTurn()
  }
}

/** What becomes of the newest day's bytes; `older`: what was forgotten before it. */
export function forgetNewest(
  day: string,
  content: Buffer,
  wish: ForgetWish,
  options: { readonly older: ForgottenDays; readonly isKept: IsKept },
): RewrittenDay & { readonly requestIds: ReadonlySet<string> } {
  const { older, isKept } = options
  const meant = [...older.requestIds, ...meantIn(content, wish, day)].filter((id) => !isKept(id))
  const requestIds = new Set(meant)
  return {
    ...withoutRequests(content, (id) => requestIds.has(id)),
    requestIds: new Set([...older.requestIds, ...meant]),
  }
}

export function removeDays(folder: string, days: readonly RemovedDay[]): void {
  for (const { day } of days) rmSync(dayPathOf(folder, day), { force: true })
}

export function headOf(folder: string, day: string): { readonly head?: string } {
  const head = standingOf(dayPathOf(folder, day))?.head ?? ''
  return head === '' ? {} : { head }
}

/** As the journal says it: a workspace by 48 bits that whoever knows its path can compare. */
export function criterionOf(wish: ForgetWish): ForgottenEntry['criterion'] {
  if (wish.kind !== 'workspace') return wish
  return { kind: 'workspace', print: createHash('sha256').update(wish.path).digest('hex').slice(0, 12) }
}

function meantIn(content: Buffer, wish: ForgetWish, day: string): Iterable<string> {
  switch (wish.kind) {
    case 'workspace':
      return content.includes(JSON.stringify(wish.path))
        ? requestsIn(content, (line) => workspaceOf(line) === wish.path)
        : []
    case 'before':
      return day < wish.day ? requestsIn(content, () => true) : []
    case 'all':
      return requestsIn(content, () => true)
  }
}
