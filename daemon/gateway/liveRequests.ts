/**
 * The requests that can be attached to: those under way, and those that ended less than two minutes ago. A request whose
 * reader is gone goes on for two minutes if its client asked to hold it, and is cancelled at once if not.
 */
import type { RequestId } from '../../shared/domain/ids.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import type { PartStream, ReaderEnd } from './partStream.ts'
import type { Clock } from './ports.ts'
import type { PartSink } from './session.ts'
import { interruptedReason } from './tryEndpoint.ts'

const keptMs = 2 * 60_000
/** Answers that were read to their end are forgotten before their time, the oldest first, beyond either of these. */
const maxReadBytes = 16 * 1024 * 1024
const maxReadCount = 500

export type LiveRequest = {
  readonly requestId: RequestId
  /** Settles when the request has ended and is journalled. */
  readonly ended: Promise<Waybill>
  readonly read: (after: number, sink: PartSink) => Reading
  /** A client reads it now. */
  readonly hasReader: () => boolean
}

export type Reading = {
  readonly end: Promise<ReaderEnd>
  /** The client asks to end the request. Nothing happens if another reader took over. */
  readonly cancel: () => void
  /** The client is gone. */
  readonly leave: () => void
}

export type LiveRequests = {
  readonly find: (requestId: RequestId) => LiveRequest | undefined
  readonly start: (options: StartOptions) => LiveRequest
  readonly underWay: () => readonly RequestId[]
  /** Under way, or ended but not yet read to its end: what the daemon must not exit over. */
  readonly countHeld: () => number
  /** Ends all that are under way as interrupted; settles when they are journalled. */
  readonly interruptAll: () => Promise<void>
}

export type StartOptions = {
  readonly requestId: RequestId
  readonly stream: PartStream
  readonly onDisconnect: 'cancel' | 'hold'
  readonly run: (signal: AbortSignal) => Promise<Waybill>
}

type Entry = {
  readonly live: LiveRequest
  readonly abort: AbortController
  readonly stream: PartStream
  stopTimer: () => void
  isUnderWay: boolean
  isRead: boolean
}

export function createLiveRequests(clock: Clock, onCountChange: () => void): LiveRequests {
  const entries = new Map<RequestId, Entry>()
  /** Ended and read to the end, oldest first: kept only for a client that lost its connection in the last moment. */
  const readEntries = new Map<RequestId, number>()
  let readBytes = 0
  let heldCount = 0

  function forget(requestId: RequestId): void {
    const entry = entries.get(requestId)
    if (entry === undefined) return
    entry.stopTimer()
    entries.delete(requestId)
    if (isHeld(entry)) heldCount -= 1
    readBytes -= readEntries.get(requestId) ?? 0
    readEntries.delete(requestId)
    onCountChange()
  }

  function forgetLater(entry: Entry, onElapsed: () => void): void {
    entry.stopTimer()
    entry.stopTimer = clock.startTimer(keptMs, onElapsed)
  }

  /** Applies a change that may end the holding of an entry. */
  function change(entry: Entry, changed: Partial<Pick<Entry, 'isUnderWay' | 'isRead'>>): void {
    const wasHeld = isHeld(entry)
    Object.assign(entry, changed)
    if (wasHeld && !isHeld(entry)) {
      heldCount -= 1
      keepRead(entry)
    }
    onCountChange()
  }

  function keepRead({ live, stream }: Entry): void {
    readEntries.set(live.requestId, stream.keptBytes())
    readBytes += stream.keptBytes()
    for (const oldest of readEntries.keys()) {
      if (readBytes <= maxReadBytes && readEntries.size <= maxReadCount) break
      forget(oldest)
    }
  }

  function readOf(entry: Entry, after: number, sink: PartSink, onDisconnect: StartOptions['onDisconnect']): Reading {
    if (entry.isUnderWay) entry.stopTimer()
    const attached = entry.stream.attach(after, sink)
    let isCurrent = true
    const end = attached.end.then((how) => {
      isCurrent = false
      if (how === 'ended') change(entry, { isRead: true })
      return how
    })
    return {
      end,
      cancel: () => isCurrent && entry.abort.abort('cancelled'),
      leave: () => {
        if (!isCurrent) return
        isCurrent = false
        attached.detach()
        if (!entry.isUnderWay) return
        if (onDisconnect === 'cancel') entry.abort.abort('cancelled')
        else forgetLater(entry, () => entry.abort.abort('cancelled'))
      },
    }
  }

  function start({ requestId, stream, onDisconnect, run }: StartOptions): LiveRequest {
    const abort = new AbortController()
    // Whatever stops the request must also wake one that waits for its reader.
    abort.signal.addEventListener('abort', stream.releaseRoom, { once: true })
    const ended = run(abort.signal).finally(() => {
      // A run that failed by a bug has not closed it; its reader must not wait for ever.
      stream.close()
      change(entry, { isUnderWay: false })
      forgetLater(entry, () => forget(requestId))
    })
    // Whoever waits for the end hears of a bug; nobody waiting must not end the daemon.
    ended.catch(() => {})
    const live: LiveRequest = {
      requestId,
      ended,
      read: (after, sink) => readOf(entry, after, sink, onDisconnect),
      hasReader: stream.hasReader,
    }
    const entry: Entry = { live, abort, stream, stopTimer: () => {}, isUnderWay: true, isRead: false }
    entries.set(requestId, entry)
    heldCount += 1
    onCountChange()
    return live
  }

  const underWay = () => [...entries.values()].filter((entry) => entry.isUnderWay)
  return {
    find: (requestId) => entries.get(requestId)?.live,
    start,
    underWay: () => underWay().map((entry) => entry.live.requestId),
    countHeld: () => heldCount,
    interruptAll: async () => {
      const open = underWay()
      for (const entry of open) entry.abort.abort(interruptedReason)
      await Promise.allSettled(open.map((entry) => entry.live.ended))
    },
  }
}

function isHeld(entry: Pick<Entry, 'isUnderWay' | 'isRead'>): boolean {
  return entry.isUnderWay || !entry.isRead
}
