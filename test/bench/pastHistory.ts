/**
 * A state folder as a daemon leaves it after many requests over many days: journal files and roll-up files, made with the
 * project's own encoder, reducer and writer, but without waiting for the disk after each line. The requests come in the day's
 * working hours, mostly; the same seed gives the same bytes.
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
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
import { encodeLine } from '../../daemon/storage/journalLines.ts'
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
  for (let age = days - 1; age >= 0; age -= 1) {
    const startMs = todayMs - age * dayMs
    const day = new Date(startMs).toISOString().slice(0, 10)
    const out = openSync(join(stateFolder, 'journal', `${day}.jsonl`), 'w', 0o600)
    const keepsLines = lines === 'all' || age === 0
    const take = (entries: readonly JournalEntry[]) => {
      for (const entry of entries) applyEntry(state, entry)
      return entries
    }
    writeSync(
      out,
      take([checkpointOf(state, day, startMs)])
        .map(encodeLine)
        .join(''),
    )
    const endMs = age === 0 ? nowMs : startMs + dayMs
    const moments = momentsOf(random, perDay, startMs, endMs)
    for (let first = 0; first < moments.length; first += 1_000) {
      const block = moments.slice(first, first + 1_000).flatMap((atMs, place) => {
        return take(pastRequest(random, (days - age) * perDay + first + place, atMs, habitRatio))
      })
      if (keepsLines) writeSync(out, block.map(encodeLine).join(''))
    }
    closeSync(out)
    if (age > 0) files.write(coarsenedDay(rollUpsSnapshot(state.rollUps), slotMsOfAge(age)))
  }
  return state
}

/** Sorted; nine of ten between 8 and 18 o'clock, as far as the day goes. */
function momentsOf(random: IntegerRandom, count: number, startMs: number, endMs: number): readonly number[] {
  return Array.from({ length: count }, () => {
    const isWork = random.ratio() < 0.9
    const ofDay = isWork ? (8 + 10 * random.ratio()) / 24 : random.ratio()
    return Math.min(startMs + Math.floor(ofDay * dayMs), endMs - 1)
  }).sort((a, b) => a - b)
}
