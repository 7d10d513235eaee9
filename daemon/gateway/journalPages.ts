/**
 * Pages of past requests, newest first, read from the journal. Reading gives way to others every few milliseconds. With a
 * filter a page ends after 80 ms with what it found; it says how far it looked and where the next page goes on. That
 * place stays right while lines are added. What a page found is made whole, also beyond the place where it stopped.
 */
import type { RequestId } from '../../shared/domain/ids.ts'
import { utcDayOf } from '../../shared/domain/utcDay.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import { isWanted, type WaybillFilter } from '../../shared/domain/waybillFilter.ts'
import { createWaybillPage, type WaybillPage } from '../core/journal/waybillPage.ts'
import type { Clock, Journal, LinePlace, StepsBack } from './ports.ts'

export type PageQuery = {
  readonly filter?: WaybillFilter
  readonly limit: number
  /** Of an earlier page. */
  readonly cursor?: string
}

export type Page = {
  readonly waybills: readonly Waybill[]
  /** Missing: there is nothing further back. */
  readonly cursor?: string
  /** The time of the oldest line that was looked at. */
  readonly lookedBackToMs?: number
  readonly isEnd: boolean
}

export type JournalPages = {
  readonly page: (query: PageQuery, signal: AbortSignal) => Promise<Page>
  readonly find: (requestId: RequestId, signal: AbortSignal) => Promise<Waybill | undefined>
}

export type PagePorts = { readonly journal: Pick<Journal, 'stepsBack' | 'days'>; readonly clock: Clock }

const longestMs = 80
/** Requests are answered between two of them. */
const sliceMs = 4

export function createJournalPages({ journal, clock }: PagePorts): JournalPages {
  /** Calls `onLine` until it answers false; answers where it stopped, undefined at the journal's beginning. */
  async function walk(
    options: StepsBack & { readonly withinMs?: number },
    onLine: (line: Parameters<WaybillPage['take']>[0]) => boolean,
    signal: AbortSignal,
  ): Promise<LinePlace | undefined> {
    const { withinMs = Number.POSITIVE_INFINITY } = options
    const startedMs = clock.monotonicMs()
    let sliceStartedMs = startedMs
    let last: LinePlace | undefined
    for (const step of journal.stepsBack(options)) {
      const stopped = step.find(({ line }) => !onLine(line))
      if (stopped !== undefined) return stopped.place
      last = step.at(-1)?.place ?? last
      const nowMs = clock.monotonicMs()
      // A place must have been reached, or the next page would begin where this one did.
      if ((nowMs - startedMs >= withinMs && last !== undefined) || signal.aborted) return last
      if (nowMs - sliceStartedMs < sliceMs) continue
      await new Promise<void>((resolve) => clock.startTimer(0, resolve))
      sliceStartedMs = clock.monotonicMs()
    }
    return undefined
  }

  /** Their lines lie behind the place, in its file or, when they passed midnight, in the one before. */
  async function makeWhole(page: WaybillPage, before: LinePlace, signal: AbortSignal): Promise<void> {
    const sinceDay = journal.days().findLast((day) => day < before.day) ?? before.day
    for (const requestId of page.incomplete()) {
      const onLine = (line: Parameters<WaybillPage['take']>[0]) => {
        page.complete(line)
        return page.incomplete().includes(requestId)
      }
      await walk({ before, sinceDay, contains: JSON.stringify(requestId) }, onLine, signal)
    }
  }

  return {
    page: async ({ filter, limit, cursor }, signal) => {
      const page = createWaybillPage((waybill) => isWanted(filter ?? {}, waybill))
      const before = cursor === undefined ? undefined : placeOf(cursor)
      let lookedBackToMs: number | undefined
      const where = {
        ...(before !== undefined && { before }),
        ...(filter !== undefined && { withinMs: longestMs }),
        // An entry is never in the file of a day before its own.
        ...(filter?.fromMs !== undefined && { sinceDay: utcDayOf(filter.fromMs) }),
      }
      const stoppedAt = await walk(
        where,
        (line) => {
          if (line.needs === 'nothing') lookedBackToMs = line.entry.atMs
          page.take(line)
          return page.count() < limit
        },
        signal,
      )
      if (stoppedAt !== undefined) await makeWhole(page, stoppedAt, signal)
      return {
        waybills: page.waybills(),
        ...(stoppedAt !== undefined && { cursor: `${stoppedAt.day}.${stoppedAt.offsetBytes}` }),
        ...(lookedBackToMs !== undefined && { lookedBackToMs }),
        isEnd: stoppedAt === undefined,
      }
    },
    find: async (requestId, signal) => {
      const page = createWaybillPage((waybill) => waybill.requestId === requestId)
      const onLine = (line: Parameters<WaybillPage['take']>[0]) => {
        page.take(line)
        return page.count() === 0 || page.incomplete().length > 0
      }
      await walk({ contains: JSON.stringify(requestId) }, onLine, signal)
      return page.waybills()[0]
    },
  }
}

/** Its form was checked where it came in. */
function placeOf(cursor: string): LinePlace {
  const [day = '', offsetBytes] = cursor.split('.')
  return { day, offsetBytes: Number(offsetBytes) }
}
