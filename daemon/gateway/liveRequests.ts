/**
 * The requests that can be attached to: those under way, and those that ended less than two minutes ago. A request whose
 * reader is gone goes on for two minutes if its client asked to hold it, and is cancelled at once if not.
 */
import type { RequestId } from '../../shared/domain/ids.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import type { PartStream, ReaderEnd } from './partStream.ts'
import type { Clock } from './ports.ts'
import { interruptedReason } from './requestRun.ts'
import type { PartSink } from './session.ts'

const keptMs = 2 * 60_000

export type LiveRequest = {
  readonly requestId: RequestId
  /** Settles when the request has ended and is journalled. */
  readonly ended: Promise<Waybill>
  readonly read: (after: number, sink: PartSink) => Reading
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

type Entry = { readonly live: LiveRequest; readonly abort: AbortController; isUnderWay: boolean; isRead: boolean }

export function createLiveRequests(clock: Clock, onCountChange: () => void): LiveRequests {
  const entries = new Map<RequestId, Entry>()

  function start(options: StartOptions): LiveRequest {
    const { requestId, stream, onDisconnect } = options
    const abort = new AbortController()
    // Whatever stops the request must also wake one that waits for its reader.
    abort.signal.addEventListener('abort', stream.releaseRoom, { once: true })
    let stopTimer = () => {}
    const forgetLater = (forget: () => void) => {
      stopTimer()
      stopTimer = clock.startTimer(keptMs, forget)
    }
    const read = (after: number, sink: PartSink): Reading => {
      if (entry.isUnderWay) stopTimer()
      const attached = stream.attach(after, sink)
      let isCurrent = true
      const end = attached.end.then((how) => {
        isCurrent = false
        if (how === 'ended') {
          entry.isRead = true
          onCountChange()
        }
        return how
      })
      return {
        end,
        cancel: () => isCurrent && abort.abort('cancelled'),
        leave: () => {
          if (!isCurrent) return
          isCurrent = false
          attached.detach()
          if (!entry.isUnderWay) return
          if (onDisconnect === 'cancel') abort.abort('cancelled')
          else forgetLater(() => abort.abort('cancelled'))
        },
      }
    }
    const ended = options.run(abort.signal).finally(() => {
      entry.isUnderWay = false
      onCountChange()
      forgetLater(() => {
        entries.delete(requestId)
        onCountChange()
      })
    })
    // Whoever waits for the end hears of a bug; nobody waiting must not end the daemon.
    ended.catch(() => {})
    const entry: Entry = { live: { requestId, ended, read }, abort, isUnderWay: true, isRead: false }
    entries.set(requestId, entry)
    onCountChange()
    return entry.live
  }

  const underWay = () => [...entries.values()].filter((entry) => entry.isUnderWay)
  return {
    find: (requestId) => entries.get(requestId)?.live,
    start,
    underWay: () => underWay().map((entry) => entry.live.requestId),
    countHeld: () => [...entries.values()].filter((entry) => entry.isUnderWay || !entry.isRead).length,
    interruptAll: async () => {
      const open = underWay()
      for (const entry of open) entry.abort.abort(interruptedReason)
      await Promise.allSettled(open.map((entry) => entry.live.ended))
    },
  }
}
