/**
 * A state folder as a daemon leaves it after many requests over many days: journal files and roll-up files, made with the
 * project's own encoder, reducer and writer, but without waiting for the disk after each line. The requests come in the day's
 * working hours, mostly; the same seed gives the same bytes.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { JournalEntry } from '../../daemon/core/journal/entry.ts'
import {
  applyEntry,
  checkpointOf,
  createJournalState,
  type JournalState,
} from '../../daemon/core/journal/journalState.ts'
import { rollUpsSnapshot } from '../../daemon/core/metrics/rollUp.ts'
import { coarsenedDay, dayMs, slotMsOfAge } from '../../daemon/core/metrics/rollUpDay.ts'
import { createIntegerRandom, type IntegerRandom } from '../../daemon/core/routing/integerRandom.ts'
import type { Clock } from '../../daemon/gateway/ports.ts'
import { systemDiskCalls } from '../../daemon/storage/dayFile.ts'
import { type JournalFiles, openJournal } from '../../daemon/storage/journalFiles.ts'
import { createRollUpFiles } from '../../daemon/storage/rollUpFiles.ts'
import { silentLog } from '../support/gatewayRig.ts'
import { pastRequest } from '../support/pastRequests.ts'

export type PastHistory = {
  /** Gets the folders `journal` and `rollups`. */
  readonly stateFolder: string
  readonly requests: number
  readonly days: number
  /** The last day ends here. */
  readonly nowMs: number
  /** Lines of which days: more than the newest take minutes and gigabytes. Each day has its file and checkpoint. */
  readonly lines: 'all' | 'newest'
}

/** A person's requests are much alike. */
const habitRatio = 0.9

/** Answers the state at the end; the last day is still open. */
export function writePastHistory(history: PastHistory): JournalState {
  const { stateFolder, requests, days, nowMs, lines } = history
  const state = createJournalState()
  const random = createIntegerRandom(days)
  const files = createRollUpFiles(join(stateFolder, 'rollups'), silentLog)
  mkdirSync(join(stateFolder, 'journal'), { recursive: true, mode: 0o700 })
  const todayMs = Math.floor(nowMs / dayMs) * dayMs
  const perDay = Math.ceil(requests / days)
  let atMs = 0
  const clock = { wallMs: () => atMs, monotonicMs: () => 0, startTimer: () => () => undefined }
  const journal = openedJournal(join(stateFolder, 'journal'), clock)
  const keep = (entries: readonly JournalEntry[]) => {
    const failure = journal.append(entries, (day) => {
      const checkpoint = checkpointOf(state, day, atMs)
      applyEntry(state, checkpoint)
      return checkpoint
    })
    if (failure !== undefined) throw new Error(failure.message)
  }
  for (let age = days - 1; age >= 0; age -= 1) {
    const startMs = todayMs - age * dayMs
    const keepsLines = lines === 'all' || age === 0
    const endMs = age === 0 ? nowMs : startMs + dayMs
    atMs = startMs
    keep([])
    const moments = momentsOf(random, perDay, startMs, endMs)
    for (let first = 0; first < moments.length; first += 1_000) {
      const block = moments.slice(first, first + 1_000).flatMap((requestAtMs, place) => {
        return pastRequest(random, (days - age) * perDay + first + place, requestAtMs, habitRatio)
      })
      if (keepsLines) keep(block)
      for (const entry of block) applyEntry(state, entry)
    }
    if (age > 0) files.write(coarsenedDay(rollUpsSnapshot(state.rollUps), slotMsOfAge(age)))
  }
  const failure = journal.close()
  if (failure !== undefined) throw new Error(failure.message)
  return state
}

/** Without waiting for the disk: a million requests would take hours. */
function openedJournal(folder: string, clock: Clock): JournalFiles {
  const diskCalls = {
    ...systemDiskCalls,
    sync: (_descriptor: number, onDone: (error: null) => void) => onDone(null),
    syncNow: () => undefined,
  }
  const result = openJournal({ folder, clock, log: silentLog, diskCalls })
  if (result.state === 'refused') throw new Error(result.failure.message)
  return result.journal
}

/** Sorted; nine of ten between 8 and 18 o'clock, as far as the day goes. */
function momentsOf(random: IntegerRandom, count: number, startMs: number, endMs: number): readonly number[] {
  return Array.from({ length: count }, () => {
    const isWork = random.ratio() < 0.9
    const ofDay = isWork ? (8 + 10 * random.ratio()) / 24 : random.ratio()
    return Math.min(startMs + Math.floor(ofDay * dayMs), endMs - 1)
  }).sort((a, b) => a - b)
}
