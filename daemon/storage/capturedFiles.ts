/**
 * Captured prompts and answers on files, `captured/YYYY-MM-DD.jsonl` (UTC, mode 0600), one line a request, with secrets
 * replaced. Written in a later turn than the request's. Days older than `keepDays` go, then the oldest until all together
 * are within `maxMegabytes`; a newest day that is larger than that takes no more. What cannot be kept is a warning.
 */

import { rmSync, statSync } from 'node:fs'
import * as z from 'zod'
import { requestIdSchema } from '../../shared/domain/ids.ts'
import { utcDayOf } from '../../shared/domain/utcDay.ts'
import { redact } from '../core/journal/redact.ts'
import type { Clock, Log } from '../gateway/ports.ts'
import { replaceFile } from './atomicFile.ts'
import { ensureFolder } from './dataFolders.ts'
import { openDayFile, systemDiskCalls } from './dayFile.ts'
import { linesFrom, stepsBack } from './fileLines.ts'
import { dayPathOf, daysIn } from './journalReading.ts'
import { problemOf } from './systemError.ts'

export type CaptureSettings = {
  /** Real paths. */
  readonly workspaces: readonly string[]
  readonly keepDays?: number
  readonly maxMegabytes?: number
}

export type CapturedFilesOptions = {
  readonly folder: string
  /** Asked each time: the configuration may change. Undefined: nothing is captured. */
  readonly settings: () => CaptureSettings | undefined
  readonly secrets: () => readonly string[]
  readonly clock: Clock
  readonly log: Log
}

const usualDays = 14
const usualMegabytes = 50
const dayMs = 86_400_000

const lineSchema = z.object({
  requestId: requestIdSchema,
  workspace: z.string(),
  atMs: z.number(),
  messages: z.array(z.object({ role: z.string(), text: z.string() }).readonly()).readonly(),
  answer: z.string(),
})
type CapturedLine = z.infer<typeof lineSchema>

export function createCapturedFiles({ folder, settings, secrets, clock, log }: CapturedFilesOptions) {
  let pending: CapturedLine[] = []
  let stopTimer: (() => void) | undefined

  /** Answers what went wrong. */
  const attempt = (what: string, work: () => string | undefined): string | undefined => {
    const problem = problemOf(work)
    if (problem !== undefined) log.warn(`${what}; requests go on`, { folder, reason: problem })
    return problem
  }
  const flush = () => {
    stopTimer?.()
    stopTimer = undefined
    const lines = pending
    pending = []
    if (lines.length === 0) return
    attempt('captured content cannot be kept', () => {
      const problem = ensureFolder(folder)
      if (problem !== undefined) return problem
      const { keepDays = usualDays, maxMegabytes = usualMegabytes } = settings() ?? {}
      const text = lines.map((line) => `${JSON.stringify(redacted(line, secrets()))}\n`).join('')
      const today = utcDayOf(clock.wallMs())
      const room = maxMegabytes * 1_000_000 - Buffer.byteLength(text)
      if (sizeWithin(folder, utcDayOf(clock.wallMs() - (keepDays - 1) * dayMs), room, today) > room) {
        return `the day's file has all of the ${maxMegabytes} MB of \`capture.maxMegabytes\``
      }
      const file = openDayFile(dayPathOf(folder, today), today, systemDiskCalls)
      const written = file.appendWhole(text)
      file.close()
      return written
    })
  }
  const forgetIn = (path: string, isForgotten: (line: CapturedLine) => boolean) => {
    const kept: Buffer[] = []
    let forgotten = 0
    for (const { bytes } of linesFrom(path, 0)) {
      const line = lineOf(bytes)
      // A line that cannot be read may be what is to be forgotten.
      if (line === undefined || isForgotten(line)) forgotten += 1
      else kept.push(bytes, Buffer.from('\n'))
    }
    if (kept.length === 0) rmSync(path, { force: true })
    else if (forgotten > 0) replaceFile(path, Buffer.concat(kept))
  }

  return {
    isWanted: (workspace: string) => settings()?.workspaces.includes(workspace) ?? false,
    keep: (line: CapturedLine) => {
      pending.push(line)
      stopTimer ??= clock.startTimer(0, flush)
    },
    find: (requestId: string): Pick<CapturedLine, 'messages' | 'answer'> | undefined => {
      flush()
      let found: CapturedLine | undefined
      attempt('captured content cannot be read', () => {
        found = findIn(folder, requestId)
        return undefined
      })
      return found && { messages: found.messages, answer: found.answer }
    },
    forget: (isForgotten: (line: CapturedLine) => boolean): readonly string[] => {
      flush()
      const problem = attempt('captured content cannot be forgotten', () => {
        for (const day of daysIn(folder)) forgetIn(dayPathOf(folder, day), isForgotten)
        return undefined
      })
      return problem === undefined ? [] : [`captured content in ${folder}: ${problem}`]
    },
    close: flush,
  }
}

/** Removes days until the rest is within the room; answers what is left, in bytes. */
function sizeWithin(folder: string, oldestDay: string, room: number, today: string): number {
  let size = 0
  for (const day of daysIn(folder).toReversed()) {
    const path = dayPathOf(folder, day)
    const bytes = statSync(path).size
    if (day !== today && (day < oldestDay || size + bytes > room)) rmSync(path, { force: true })
    else size += bytes
  }
  return size
}

function redacted(line: CapturedLine, secrets: readonly string[]): CapturedLine {
  const messages = line.messages.map(({ role, text }) => ({ role, text: redact(text, secrets) }))
  return { ...line, messages, answer: redact(line.answer, secrets) }
}

function findIn(folder: string, requestId: string): CapturedLine | undefined {
  const mark = Buffer.from(JSON.stringify(requestId))
  for (const day of daysIn(folder).toReversed()) {
    for (const step of stepsBack(dayPathOf(folder, day), Number.POSITIVE_INFINITY, mark)) {
      for (const { bytes } of step) {
        const line = bytes.includes(mark) ? lineOf(bytes) : undefined
        if (line?.requestId === requestId) return line
      }
    }
  }
  return undefined
}

/** Undefined: a crash left a piece. */
function lineOf(bytes: Buffer): CapturedLine | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(bytes.toString('utf8'))).data
  } catch {
    return undefined
  }
}
