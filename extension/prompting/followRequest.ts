/**
 * Sends one prompt, or attaches to one sent before, and follows it to its end: over lost connections too, by attaching again
 * after the last part seen. Answers with how it ended; never rejects. `succeeded` means that one attempt's whole text is in
 * `text` and its terminal event came. Aborting ends the request upstream.
 */
import type { Failure } from '../../shared/domain/failure.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import type { DaemonConnection, ParamsOf, ResultOf } from '../daemon/connection.ts'
import { failureOf, isConnectionLost, isWindowClosing, waybillOf } from '../daemon/requestFailure.ts'
import { nothingSeen, onParts, type RequestView } from './requestView.ts'

export type RequestEnd =
  | { readonly kind: 'succeeded'; readonly text: string; readonly waybill: Waybill }
  /** It ended by itself, but not with a whole answer: the model reached its limit or was filtered. */
  | { readonly kind: 'incomplete'; readonly message: string; readonly waybill: Waybill }
  | { readonly kind: 'cancelled'; readonly waybill: Waybill | undefined }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly waybill: Waybill | undefined }
  /** It may have ended well, but its text can no longer be had. */
  | { readonly kind: 'lost'; readonly message: string; readonly waybill: Waybill | undefined }
  /** Another window went on with it; sending it again would be paid for twice. */
  | { readonly kind: 'taken-over'; readonly message: string; readonly waybill: undefined }
  /** Another window reads it, and it was not to be taken from there. */
  | { readonly kind: 'in-use'; readonly waybill: undefined }
  /** This window is closing; the daemon holds the request for the next. */
  | { readonly kind: 'detached'; readonly waybill: undefined }

export type FollowedRequest =
  | { readonly kind: 'send'; readonly params: ParamsOf<'chat'> }
  | { readonly kind: 'attach'; readonly requestId: string; readonly takeOver: boolean }

export async function followRequest(
  connection: DaemonConnection,
  request: FollowedRequest,
  onView: (view: RequestView) => void,
  signal: AbortSignal,
): Promise<RequestEnd> {
  const requestId = request.kind === 'send' ? request.params.requestId : request.requestId
  let view = nothingSeen
  // Before it is sent: the first parts may come with the same read as the answer to something else.
  const listening = connection.onNotification('chatParts', (notification) => {
    if (notification.requestId !== requestId) return
    view = onParts(view, notification.parts)
    onView(view)
  })
  let asking = request
  try {
    for (;;) {
      const asked = await ask(connection, asking, view.drawn.lastPartNumber, signal)
      if (asked.kind === 'answered') return endOf(asked.result, view)
      const given = await afterAsked(connection, asked, asking, signal)
      const next = nextOf(request, asked, given, view !== nothingSeen)
      if (next.kind !== 'send' && next.kind !== 'attach') return next
      asking = next
    }
  } finally {
    listening.dispose()
  }
}

/** What to ask after an answer that was none, or how it ended. `given`: what came of it; undefined: connected again. */
function nextOf(
  request: FollowedRequest,
  asked: Unanswered,
  given: RequestEnd | undefined,
  wasSeen: boolean,
): FollowedRequest | RequestEnd {
  // The connection broke so early that the daemon never heard of it: it can be sent again without paying twice.
  if (given === gone && request.kind === 'send' && !wasSeen) return request
  if (given !== undefined) return given
  if (asked.kind === 'draining') return request
  // What was this window's own is so after a broken connection too, even if the daemon has not seen it break.
  const { requestId } = request.kind === 'send' ? request.params : request
  return { kind: 'attach', requestId, takeOver: request.kind === 'send' || wasSeen }
}

async function afterAsked(
  connection: DaemonConnection,
  asked: Unanswered,
  asking: FollowedRequest,
  signal: AbortSignal,
): Promise<RequestEnd | undefined> {
  if (asked.kind === 'refused') return refusedEnd(asked.error, asking, signal)
  if (asked.kind === 'draining') await connection.untilChange(drainingPauseMs, signal)
  return reconnect(connection, signal)
}

type Asked =
  | { readonly kind: 'answered'; readonly result: ResultOf<'chatAttach'> }
  | { readonly kind: 'refused'; readonly error: unknown }
  /** The daemon hands over or ends and took nothing on: the one that follows it gets the same. */
  | { readonly kind: 'draining' }
  /** The connection broke: the request may be under way all the same. */
  | { readonly kind: 'unheard' }

type Unanswered = Exclude<Asked, { readonly kind: 'answered' }>

async function ask(
  connection: DaemonConnection,
  request: FollowedRequest,
  after: number,
  signal: AbortSignal,
): Promise<Asked> {
  try {
    const result =
      request.kind === 'send'
        ? await connection.request('chat', request.params, signal)
        : await connection.request(
            'chatAttach',
            { requestId: request.requestId, after, takeOver: request.takeOver },
            signal,
          )
    return { kind: 'answered', result }
  } catch (error) {
    if (isConnectionLost(error)) return { kind: 'unheard' }
    return isDrainingError(error) ? { kind: 'draining' } : { kind: 'refused', error }
  }
}

function refusedEnd(error: unknown, asked: FollowedRequest, signal: AbortSignal): RequestEnd {
  // With a waybill it is the provider that did not find something.
  const isGone = asked.kind === 'attach' && failureOf(error).kind === 'not-found' && waybillOf(error) === undefined
  return isGone ? gone : failedEnd(error, signal)
}

/** A daemon that hands over is asked again after so long, or when the connection changes. */
const drainingPauseMs = 1_000

function isDrainingError(error: unknown): boolean {
  return failureOf(error).kind === 'draining' && waybillOf(error) === undefined
}

const gone: RequestEnd = {
  kind: 'lost',
  message: 'The Waybill daemon no longer knows this request, so its answer can no longer be had.',
  waybill: undefined,
}

/** Undefined: connected again. */
async function reconnect(connection: DaemonConnection, signal: AbortSignal): Promise<RequestEnd | undefined> {
  if (signal.aborted) return { kind: 'cancelled', waybill: undefined }
  let onAbort = () => {}
  const aborted = new Promise<void>((settle) => {
    onAbort = settle
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    await Promise.race([connection.ensureConnected(), aborted])
    return signal.aborted ? { kind: 'cancelled', waybill: undefined } : undefined
  } catch (error) {
    return failedEnd(error, signal)
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

function failedEnd(error: unknown, signal: AbortSignal): RequestEnd {
  if (isWindowClosing(error)) return { kind: 'detached', waybill: undefined }
  const failure = failureOf(error)
  const waybill = waybillOf(error)
  if (signal.aborted || failure.kind === 'cancelled') return { kind: 'cancelled', waybill }
  return { kind: 'failed', failure, waybill }
}

function endOf(result: ResultOf<'chatAttach'>, view: RequestView): RequestEnd {
  switch (result.state) {
    case 'taken-over':
      return { kind: 'taken-over', message: 'Another window went on with this answer.', waybill: undefined }
    case 'in-use':
      return { kind: 'in-use', waybill: undefined }
    case 'interrupted':
      return {
        kind: 'lost',
        message: 'The Waybill daemon ended in the middle of the answer.',
        waybill: result.waybill,
      }
    case 'ended':
      return endOfWaybill(result.waybill, view)
  }
}

function endOfWaybill(waybill: Waybill, view: RequestView): RequestEnd {
  const { outcome, failure } = waybill
  if (outcome === 'cancelled') return { kind: 'cancelled', waybill }
  if (failure !== undefined) return { kind: 'failed', failure, waybill }
  // The daemon keeps an answer's text for two minutes; after that only its record is left.
  if (view.outcome !== 'succeeded') {
    return { kind: 'lost', message: 'The answer ended, but its text is no longer kept.', waybill }
  }
  const message = incompleteWords[waybill.attempts.at(-1)?.finishReason ?? 'stop']
  if (message !== undefined) return { kind: 'incomplete', message, waybill }
  return { kind: 'succeeded', text: view.drawn.text, waybill }
}

const incompleteWords: Readonly<Record<string, string>> = {
  length: 'The model reached its limit of output tokens before the answer was complete. Select less code.',
  'content-filter': 'The provider cut the answer off: its content filter objected.',
}
