/**
 * Completes lines that stand without what their reserve says, while a file's lines are read in one direction. Entries
 * come out in the order in which their lines went in; `onLost` hears of the place of a line whose reserve never came.
 *
 * Forwards the reserve has been read before, in its own line or in the checkpoint at the file's head. Backwards it comes
 * later, so entries wait for it: those of a request that is long under way hold up what was read after them.
 */
import type { RequestId } from '../../../shared/domain/ids.ts'
import type { ExpandedLine } from './compactEntry.ts'
import type { CheckpointEntry, JournalEntry, ReserveEntry } from './entry.ts'

export type ForwardCompletion<Place> = {
  readonly take: (line: ExpandedLine, place: Place) => JournalEntry | undefined
}

export type BackwardCompletion<Place> = {
  /** The entries that are complete now. */
  readonly take: (line: ExpandedLine, place: Place) => readonly JournalEntry[]
  /** The file's first line has been taken: what is left, without what is lost. */
  readonly end: () => readonly JournalEntry[]
}

/** `before`: what the lines left behind that are not read, when reading begins within a file. */
export function completingForwards<Place>(
  onLost: (place: Place) => void,
  before?: CheckpointEntry,
): ForwardCompletion<Place> {
  const reserves = createReserves()
  if (before !== undefined) reserves.note(before)
  return {
    take: (line, place) => {
      const reserve = line.needs === 'reserve' ? reserves.find(line.requestId, line.attempt) : undefined
      const entry = line.needs === 'nothing' ? line.entry : reserve && line.complete(reserve)
      if (entry === undefined) onLost(place)
      else reserves.note(entry)
      return entry
    },
  }
}

type Waiting<Place> = { readonly line: ExpandedLine; readonly place: Place; entry: JournalEntry | undefined }

export function completingBackwards<Place>(onLost: (place: Place) => void): BackwardCompletion<Place> {
  let queue: Waiting<Place>[] = []
  const incomplete = new Map<RequestId, Waiting<Place>[]>()

  const onReserve = (reserve: ReserveEntry) => {
    const waiting = incomplete.get(reserve.requestId)
    if (waiting === undefined) return
    const left = waiting.filter((one) => {
      if (one.line.needs === 'nothing') return false
      if (one.line.attempt !== undefined && one.line.attempt !== reserve.attempt) return true
      one.entry = one.line.complete(reserve)
      if (one.entry === undefined) lose(one)
      return false
    })
    if (left.length === 0) incomplete.delete(reserve.requestId)
    else incomplete.set(reserve.requestId, left)
  }
  const lose = (lost: Waiting<Place>) => {
    onLost(lost.place)
    queue = queue.filter((one) => one !== lost)
  }
  const complete = (): readonly JournalEntry[] => {
    const entries: JournalEntry[] = []
    for (const { entry } of queue) {
      if (entry === undefined) break
      entries.push(entry)
    }
    queue = queue.slice(entries.length)
    return entries
  }

  return {
    take: (line, place) => {
      if (line.needs === 'reserve') {
        const waiting = { line, place, entry: undefined }
        queue.push(waiting)
        incomplete.set(line.requestId, [...(incomplete.get(line.requestId) ?? []), waiting])
        return []
      }
      for (const reserve of reservesIn(line.entry).toReversed()) onReserve(reserve)
      if (queue.length === 0) return [line.entry]
      queue.push({ line, place, entry: line.entry })
      return complete()
    },
    end: () => {
      for (const one of queue.filter(({ entry }) => entry === undefined)) lose(one)
      return complete()
    },
  }
}

type Reserves = {
  readonly note: (entry: JournalEntry) => void
  /** Without an attempt: the request's last one. */
  readonly find: (requestId: RequestId, attempt?: number) => ReserveEntry | undefined
}

/** The reserves of requests under way, as the lines of one file say them. */
export function createReserves(): Reserves {
  const byRequest = new Map<RequestId, ReserveEntry[]>()
  const add = (reserve: ReserveEntry) => {
    const others = byRequest.get(reserve.requestId)
    if (others === undefined) byRequest.set(reserve.requestId, [reserve])
    else others.push(reserve)
  }
  return {
    note: (entry) => {
      if (entry.type === 'request') byRequest.delete(entry.waybill.requestId)
      if (entry.type === 'checkpoint') byRequest.clear()
      for (const reserve of reservesIn(entry)) add(reserve)
    },
    find: (requestId, attempt) => {
      const reserves = byRequest.get(requestId)
      if (attempt === undefined) return reserves?.at(-1)
      return reserves?.findLast((reserve) => reserve.attempt === attempt)
    },
  }
}

/** In the order in which they were made, the last one of each request last. */
export function reservesIn(entry: JournalEntry): readonly ReserveEntry[] {
  if (entry.type === 'reserve') return [entry]
  if (entry.type !== 'checkpoint') return []
  return [...entry.openReservations, ...entry.requestsUnderWay.map(({ lastReserve }) => lastReserve)]
}
