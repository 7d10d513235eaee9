/**
 * The journal on files, `YYYY-MM-DD.jsonl`, one line an entry, each chained to the one before (`journalChain`). An acknowledged append survives a killed process; it
 * survives a power cut after at most 100 ms or 64 lines, or after `flush` or `durable`. An append that fails, or finds room for only
 * a part, leaves the file as it was and answers `ledger-unavailable`; the next append tries again.
 *
 * A file's day is the clock's UTC day, but never earlier than the newest file's: when the clock jumps back the newest
 * file goes on, so that the order of the files stays the order of the appends.
 *
 * Opening moves a torn last line to `torn/` and notes it with a `recovered` line: at once where a day file goes on, else
 * after the checkpoint of the next one. A `rekeyed` line does the same for a chain whose key was lost. A journal of a newer
 * schema is refused.
 */

import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Failure } from '../../shared/domain/failure.ts'
import type { ForgetWish } from '../../shared/domain/forgetWish.ts'
import { utcDayOf } from '../../shared/domain/utcDay.ts'
import { daysToRemove, type RetentionLimits } from '../core/journal/daysToRemove.ts'
import type { CheckpointEntry, JournalEntry } from '../core/journal/entry.ts'
import type { Clock, ForgetOptions, Forgotten, Journal, Log } from '../gateway/ports.ts'
import { replaceFile } from './atomicFile.ts'
import { ensureFolder } from './dataFolders.ts'
import { type DayFile, type DiskCalls, openDayFile, systemDiskCalls } from './dayFile.ts'
import { criterionOf, type ForgottenDays, forgetNewest, forgetOlderDays, headOf, removeDays } from './forgetDays.ts'
import { dropNote, noteRequests, unfinishedWish } from './forgetNote.ts'
import { createJournalKey } from './journalKey.ts'
import { createJournalReading, dayPathOf, daysIn, newerSchemaProblem } from './journalReading.ts'
import { createLineWriter, type LineWriter, standingOf } from './lineWriter.ts'
import { createSyncSchedule } from './syncSchedule.ts'
import { describeSystemError, isSystemError } from './systemError.ts'
import { mendTornTail } from './tornTail.ts'

export type JournalFiles = Journal & {
  /** Where the next line will stand; undefined before the first one of all. System errors are thrown. */
  readonly position: () => JournalPosition | undefined
  /** Everything acknowledged is on the disk when it answers undefined. */
  readonly flush: () => Failure | undefined
  /** Flushes and closes; later appends are refused. */
  readonly close: () => Failure | undefined
}

export type JournalPosition = {
  readonly day: string
  readonly offsetBytes: number
  /** Chain value of the line that ends there; empty where an older build wrote without a chain. */
  readonly head: string
}

export type OpenJournalOptions = {
  readonly folder: string
  /** Asked when a file is begun or gone on with. Missing: nothing is ever removed. */
  readonly retention?: () => RetentionLimits
  readonly clock: Clock
  readonly log: Log
  readonly diskCalls?: DiskCalls
}

export type OpenJournalResult =
  | { readonly state: 'opened'; readonly journal: JournalFiles }
  | { readonly state: 'refused'; readonly failure: Failure }

type Checkpoint = (day: string) => CheckpointEntry

/** The torn line of a power cut during the change of day may be the last one of either file. */
const mendedDays = 2

export function openJournal(options: OpenJournalOptions): OpenJournalResult {
  const problem = refusalOf(options.folder)
  if (problem !== undefined) return { state: 'refused', failure: { kind: 'ledger-unavailable', message: problem } }
  return { state: 'opened', journal: createJournal(options) }
}

function refusalOf(folder: string): string | undefined {
  try {
    const newestDay = daysIn(folder).at(-1)
    return newestDay && newerSchemaProblem(dayPathOf(folder, newestDay))
  } catch (error) {
    return `the journal in ${folder} cannot be read: ${describeSystemError(error)}; make it readable and start again`
  }
}

type OpenDay = DayFile & { readonly writer: LineWriter }

function createJournal(options: OpenJournalOptions): JournalFiles {
  const { folder, clock, log, diskCalls = systemDiskCalls } = options
  let current: OpenDay | undefined
  let newestDay = ''
  let daysToMend = daysIn(folder).slice(-mendedDays)
  let recovered: readonly JournalEntry[] = []
  let isClosed = false
  const syncs = createSyncSchedule(clock, log, () => current)

  const keyOf = createJournalKey(folder, () => {
    log.warn('The key of the journal’s chain was lost: a new chain is begun, lines so far cannot be checked', {
      folder,
    })
    recovered = [...recovered, { type: 'rekeyed', atMs: clock.wallMs() }]
  })
  const mend = () => {
    for (const day of daysToMend) {
      const atMs = clock.wallMs()
      const torn = mendTornTail(dayPathOf(folder, day), join(folder, 'torn'), atMs)
      daysToMend = daysToMend.filter((other) => other !== day)
      if (torn === undefined) continue
      log.warn('A torn last line of the journal was moved aside', { day, ...torn })
      recovered = [...recovered, { type: 'recovered', atMs, ...torn }]
    }
    newestDay = daysIn(folder).at(-1) ?? ''
  }

  const openDay = (day: string): OpenDay => {
    const path = dayPathOf(folder, day)
    const file = openDayFile(path, day, diskCalls)
    const writer = createLineWriter(
      (file.sizeBytes() > 0 ? standingOf(path) : undefined) ?? { schema: 2, head: headBefore(day), isNew: true },
    )
    return { ...file, writer }
  }
  const headBefore = (day: string): string => {
    if (current !== undefined) return current.writer.head()
    const before = daysIn(folder).findLast((other) => other < day)
    return before === undefined ? '' : (standingOf(dayPathOf(folder, before))?.head ?? '')
  }

  /** All or nothing; answers what is wrong. */
  const write = (day: string, entries: readonly JournalEntry[], checkpoint?: Checkpoint): string | undefined => {
    const key = keyOf()
    if (typeof key === 'string') return key
    const file = current?.day === day ? current : openDay(day)
    const opening = file.sizeBytes() === 0 && checkpoint !== undefined ? [checkpoint(day)] : []
    const lines = [...opening, ...recovered, ...entries]
    const encoded = file.writer.encode(key, lines)
    const problem = file.appendWhole(encoded.text)
    if (problem !== undefined) {
      if (file !== current) giveUp(file)
      return problem
    }
    encoded.onWritten()
    recovered = []
    if (file !== current) replaceCurrent(file)
    syncs.noteAppended(lines.length)
    return undefined
  }
  /** After the first line of a start or day; what fails is tried again then. */
  const removeOldDays = () => {
    const limits = options.retention?.()
    const failure = limits && attempt(() => applyRetention(limits))
    if (failure !== undefined) log.error('Old days of the journal cannot be removed', { reason: failure.message })
  }
  const applyRetention = (limits: RetentionLimits): string | undefined => {
    const sizes = daysIn(folder).map((day) => ({ day, bytes: statSync(dayPathOf(folder, day)).size }))
    const days = daysToRemove(sizes, limits, utcDayOf(clock.wallMs())).map((day) => ({ day, ...headOf(folder, day) }))
    if (days.length === 0) return undefined
    const problem = write(newestDay, [{ type: 'retention', atMs: clock.wallMs(), days }]) ?? syncs.syncNow()
    if (problem === undefined) removeDays(folder, days)
    return problem
  }
  const giveUp = (file: DayFile) => {
    file.close()
    // It may hold a part that could not be cut back.
    daysToMend = daysIn(folder).slice(-mendedDays)
  }
  const replaceCurrent = (file: OpenDay) => {
    syncs.syncNow()
    current?.close()
    current = file
    newestDay = file.day
  }

  /** Runs what may meet a full or failing disk, and turns that into a failure. */
  const attempt = (work: () => string | undefined): Failure | undefined => {
    try {
      const problem = work()
      return problem === undefined ? undefined : unavailable(folder, problem)
    } catch (error) {
      if (!isSystemError(error)) throw error
      return unavailable(folder, describeSystemError(error))
    }
  }

  const append: Journal['append'] = (entries, checkpoint) =>
    attempt(() => {
      const before = current
      const problem = unwritable() ?? write(laterDay(utcDayOf(clock.wallMs()), newestDay), entries, checkpoint)
      if (current !== before) removeOldDays()
      return problem
    })
  /** Brings in order what can be; answers what cannot. */
  const unwritable = (): string | undefined => {
    if (isClosed) return 'it is closed'
    const problem = (current === undefined ? ensureFolder(folder) : undefined) ?? (syncs.problem() && syncs.syncNow())
    if (problem === undefined && daysToMend.length > 0) mend()
    return problem
  }

  /** In one turn: the newest file's lines, the line that accounts for all that was forgotten, and what reads them. */
  const finishForget = (wish: ForgetWish, older: ForgottenDays, forgetting: ForgetOptions): Forgotten | Failure => {
    const day = older.newestDay
    const path = dayPathOf(folder, day)
    syncs.syncNow()
    const content = readFileSync(path).subarray(0, current?.sizeBytes())
    const newest = forgetNewest(day, content, wish, { older, isKept: forgetting.isUnderWay })
    const own = newest.lines === 0 ? [] : [{ day, lines: newest.lines, digest: newest.digest }]
    const entry: JournalEntry = {
      type: 'forgotten',
      atMs: clock.wallMs(),
      criterion: criterionOf(wish),
      requests: newest.requestIds.size,
      removedDays: older.removedDays,
      rewrittenDays: [...older.rewrittenDays, ...own],
      carried: forgetting.carried(day, newest.requestIds),
    }
    const key = keyOf()
    if (typeof key === 'string') return unavailable(folder, key)
    const standing = standingOf(path) ?? { schema: 2, head: '', isNew: false }
    const { text } = createLineWriter(standing).encode(key, [...recovered, entry])
    noteRequests(folder, [...newest.requestIds])
    // The next append opens the new file.
    current?.close()
    current = undefined
    replaceFile(path, Buffer.concat([newest.content, Buffer.from(text)]))
    recovered = []
    removeDays(folder, older.removedDays)
    forgetting.onForgotten()
    return { requestIds: newest.requestIds, removedDays: older.removedDays.map((one) => one.day) }
  }

  const noteRecovery = () => {
    const failure = attempt(() => {
      mend()
      // A new day's file must open with a checkpoint, which only an append can give.
      return recovered.length > 0 && newestDay >= utcDayOf(clock.wallMs()) ? write(newestDay, []) : undefined
    })
    if (failure !== undefined) log.error(failure.message)
  }

  const sizeOf = (day: string) => (current?.day === day ? current.sizeBytes() : undefined)
  const reading = createJournalReading({ folder, log, sizeOf })
  noteRecovery()
  return {
    append,
    ...reading,
    place: () => {
      const place = reading.place()
      return place && current?.day === place.day ? { ...place, head: current.writer.head() } : place
    },
    position: () => {
      if (current !== undefined) {
        return { day: current.day, offsetBytes: current.sizeBytes(), head: current.writer.head() }
      }
      const day = daysIn(folder).at(-1)
      if (day === undefined) return undefined
      const path = dayPathOf(folder, day)
      return { day, offsetBytes: statSync(path).size, head: standingOf(path)?.head ?? '' }
    },
    flush: () => attempt(syncs.syncNow),
    durable: async () => {
      const problem = await syncs.durable()
      return problem === undefined ? undefined : unavailable(folder, problem)
    },
    forget: async (wish, forgetting) => {
      try {
        if (daysIn(folder).length === 0) return { requestIds: new Set(), removedDays: [] }
        const older = await forgetOlderDays(folder, wish, forgetting.isUnderWay)
        return finishForget(wish, older, forgetting)
      } catch (error) {
        if (!isSystemError(error)) throw error
        return unavailable(folder, describeSystemError(error))
      }
    },
    unfinishedForget: () => unfinishedWish(folder),
    forgetDone: () => attempt(() => void dropNote(folder)),
    close: () => {
      const failure = attempt(syncs.syncNow)
      isClosed = true
      current?.close()
      current = undefined
      return failure
    },
  }
}

function unavailable(folder: string, reason: string): Failure {
  const message = `The journal in ${folder} cannot be written: ${reason}. No request is sent until it can be; mend that and try again.`
  return { kind: 'ledger-unavailable', message }
}

function laterDay(left: string, right: string): string {
  return left > right ? left : right
}
