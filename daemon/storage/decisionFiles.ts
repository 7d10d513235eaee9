/**
 * Decisions on files, `decisions/YYYY-MM-DD.jsonl` (UTC, mode 0600), in the lines of `decisionLines`. Off the way of a
 * request: recording only keeps the decision; it is encoded in a later turn and written after at most 1 s or 64 KB, and
 * when closed. A write that fails loses those decisions with a warning. Days older than 14 are removed when opened and
 * when the day changes. Finding reads backwards from the newest day, and of each only what names the request.
 */

import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, rmSync } from 'node:fs'
import type { ForgetWish } from '../../shared/domain/forgetWish.ts'
import type { RequestId } from '../../shared/domain/ids.ts'
import { utcDayOf } from '../../shared/domain/utcDay.ts'
import type { RecordedPlan } from '../core/routing/explainPlan.ts'
import type { Clock, Decision, Decisions, Log } from '../gateway/ports.ts'
import { replaceFile } from './atomicFile.ts'
import { ensureFolder } from './dataFolders.ts'
import { type DayFile, openDayFile, systemDiskCalls } from './dayFile.ts'
import {
  createDecisionEncoder,
  decodeDecision,
  decodeFacts,
  factsMark,
  factsNamedIn,
  markOf,
  requestIdIn,
} from './decisionLines.ts'
import { linesBackwards } from './fileLines.ts'
import { dayPathOf, daysIn } from './journalReading.ts'
import { describeSystemError, isSystemError, problemOf } from './systemError.ts'

export type DecisionFiles = Decisions & {
  /** Takes out the decisions of those requests, of the days before one, or all; answers what went wrong, in words. */
  readonly forget: (wish: ForgetWish, requestIds: ReadonlySet<string>) => readonly string[]
  /** Writes what is left; what is recorded later is lost. */
  readonly close: () => void
}

const keptDays = 14
const dayMs = 86_400_000
const flushAfterMs = 1_000
const flushAtLength = 64 * 1024
const newline = 0x0a

export function createDecisionFiles(folder: string, clock: Clock, log: Log): DecisionFiles {
  const encoder = createDecisionEncoder()
  let pending: Decision[] = []
  let lines = ''
  let linesDay = ''
  let file: DayFile | undefined
  let stopEncoding: (() => void) | undefined
  let stopFlushing: (() => void) | undefined
  let isClosed = false
  let isFailing = false

  /** Answers whether it went well; a problem is told once until it is over. */
  const attempt = (what: string, work: () => string | undefined): boolean => {
    const problem = problemOf(work)
    if (problem !== undefined && !isFailing) log.warn(`${what}; requests go on`, { folder, reason: problem })
    isFailing = problem !== undefined
    return problem === undefined
  }
  const removeOldDays = () =>
    attempt('old decisions cannot be removed', () => {
      const oldest = utcDayOf(clock.wallMs() - (keptDays - 1) * dayMs)
      for (const day of daysIn(folder)) if (day < oldest) rmSync(dayPathOf(folder, day), { force: true })
      return undefined
    })
  const fileOf = (day: string): DayFile => {
    if (file?.day === day) return file
    file?.close()
    file = openDayFile(dayPathOf(folder, day), day, systemDiskCalls)
    return file
  }
  const flush = () => {
    stopFlushing?.()
    stopFlushing = undefined
    if (lines === '') return
    const text = lines
    const day = linesDay
    lines = ''
    const isNewDay = file?.day !== day
    const isWritten = attempt('decisions cannot be kept', () => {
      const problem = isNewDay ? ensureFolder(folder) : undefined
      if (problem !== undefined) return problem
      const torn = isNewDay && endsWithinLine(dayPathOf(folder, day)) ? '\n' : ''
      return fileOf(day).appendWhole(`${torn}${text}`)
    })
    if (!isWritten) encoder.forgetWritten()
    if (isNewDay) removeOldDays()
  }
  const encodePending = () => {
    stopEncoding?.()
    stopEncoding = undefined
    const decisions = pending
    pending = []
    for (const decision of decisions) {
      const day = utcDayOf(decision.input.nowMs)
      if (day !== linesDay) {
        flush()
        encoder.forgetWritten()
        linesDay = day
      }
      lines += encoder.encode(decision)
      if (lines.length >= flushAtLength) flush()
    }
    if (lines !== '') stopFlushing ??= clock.startTimer(flushAfterMs, flush)
  }

  removeOldDays()
  return {
    record: (decision) => {
      if (isClosed) return
      pending.push(decision)
      stopEncoding ??= clock.startTimer(0, encodePending)
    },
    find: (requestId) => {
      encodePending()
      flush()
      try {
        return findIn(folder, requestId)
      } catch (error) {
        if (!isSystemError(error)) throw error
        log.warn('decisions cannot be read', { folder, reason: describeSystemError(error) })
        return []
      }
    },
    forget: (wish, requestIds) => {
      encodePending()
      flush()
      file?.close()
      file = undefined
      encoder.forgetWritten()
      const problem = problemOf(() => {
        for (const day of daysIn(folder)) forgetInDay(dayPathOf(folder, day), day, wish, requestIds)
        return undefined
      })
      return problem === undefined ? [] : [`${folder}: ${problem}`]
    },
    close: () => {
      encodePending()
      flush()
      isClosed = true
      file?.close()
      file = undefined
    },
  }
}

/** A request that waited over midnight has plans in two days' files. */
function findIn(folder: string, requestId: RequestId): readonly RecordedPlan[] {
  const days = daysIn(folder).toReversed()
  for (const [index, day] of days.entries()) {
    const found = findInDay(dayPathOf(folder, day), requestId)
    if (found.length === 0) continue
    const before = days[index + 1]
    return before === undefined ? found : [...findInDay(dayPathOf(folder, before), requestId), ...found]
  }
  return []
}

function findInDay(path: string, requestId: RequestId): readonly RecordedPlan[] {
  const descriptor = openSync(path, 'r')
  try {
    const texts = [...linesHolding(descriptor, markOf(requestId))].toReversed()
    const missing = new Set(texts.flatMap(factsNamedIn))
    const facts = new Map<string, unknown>()
    for (const text of missing.size === 0 ? [] : linesHolding(descriptor, factsMark)) {
      const line = decodeFacts(text)
      if (line === undefined || !missing.delete(line.hash)) continue
      facts.set(line.hash, line.facts)
      if (missing.size === 0) break
    }
    return texts.flatMap((text) => decodeDecision(text, facts) ?? [])
  } finally {
    closeSync(descriptor)
  }
}

function forgetInDay(path: string, day: string, wish: ForgetWish, requestIds: ReadonlySet<string>): void {
  if (wish.kind === 'all' || (wish.kind === 'before' && day < wish.day)) {
    rmSync(path, { force: true })
    return
  }
  const lines = readFileSync(path, 'utf8').split('\n')
  const kept = lines.filter((line) => !requestIds.has(requestIdIn(line) ?? ''))
  if (kept.length < lines.length) replaceFile(path, kept.join('\n'))
}

/** The newest first. */
function* linesHolding(descriptor: number, mark: string): Generator<string> {
  const bytes = Buffer.from(mark)
  for (const line of linesBackwards(descriptor, fstatSync(descriptor).size, bytes)) {
    if (line.bytes.subarray(0, bytes.length).equals(bytes)) yield line.bytes.toString('utf8')
  }
}

/** A killed process or a power cut may leave a part of a line at the end. */
function endsWithinLine(path: string): boolean {
  if (!existsSync(path)) return false
  const descriptor = openSync(path, 'r')
  try {
    const { size } = fstatSync(descriptor)
    const last = Buffer.alloc(1)
    return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== newline
  } finally {
    closeSync(descriptor)
  }
}
