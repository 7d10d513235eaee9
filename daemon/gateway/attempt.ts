/**
 * One upstream call: watches its time limits, passes on what it says, and ends in exactly one way. Time limits: to the
 * connection (kept by the upstream), to the first token, between two reads, and for the whole request. While the reader
 * of the answer has no room, nothing is read and the idle limit stands still.
 */
import type { Failure, TimeoutPhase } from '../../shared/domain/failure.ts'
import type { Usage } from '../../shared/domain/usage.ts'
import type { FinishReason } from '../../shared/domain/waybill.ts'
import type { UsageEvent } from '../core/wire/wireEvent.ts'
import type { Clock, Upstream, UpstreamCall, UpstreamEvent } from './ports.ts'

export type AttemptLimits = {
  readonly firstTokenMs: number
  readonly idleMs: number
  /** On the monotonic clock: when the whole request must have ended. */
  readonly deadlineMs: number
  /** Of the answer's text, in UTF-16 units: an answer that never ends must not fill the memory. */
  readonly maxAnswerLength: number
  /** Under a hard budget: an answer that has more is cut there. */
  readonly cutAfter?: { readonly answerLength: number; readonly outputTokens: number }
}

export type AttemptEnd = {
  readonly outcome: 'succeeded' | 'failed' | 'cancelled'
  readonly failure?: Failure
  readonly finishReason?: FinishReason
  readonly usage?: Usage
  /** The usage is not that of the whole answer. */
  readonly isUsagePartial?: true
  /** What the provider says that the whole answer costs. */
  readonly reportedNanodollars?: number
  /** It went on beyond `cutAfter`. */
  readonly isCut?: true
  /** From the attempt's start. */
  readonly headMs?: number
  readonly firstTextMs?: number
  readonly totalMs: number
}

export type AttemptPorts = { readonly upstream: Upstream; readonly clock: Clock }

export type AttemptReader = {
  /** Gets the events of each read; a promise means: no room, wait. */
  readonly onEvents: (events: readonly UpstreamEvent[]) => Promise<void> | undefined
}

export async function runAttempt(
  ports: AttemptPorts,
  call: { readonly upstreamCall: UpstreamCall; readonly limits: AttemptLimits },
  reader: AttemptReader,
  signal: AbortSignal,
): Promise<AttemptEnd> {
  const { clock } = ports
  const startedMs = clock.monotonicMs()
  const elapsedMs = () => clock.monotonicMs() - startedMs
  const abort = new AbortController()
  const aborted = new Promise<void>((resolve) => {
    abort.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const watch = createWatch(clock, call.limits, abort)
  const onCancel = () => abort.abort()
  signal.addEventListener('abort', onCancel, { once: true })
  if (signal.aborted) onCancel()
  const heard: Heard = { answerLength: 0 }
  try {
    for await (const events of ports.upstream.stream(call.upstreamCall, abort.signal)) {
      if (abort.signal.aborted) break
      watch.onRead()
      hear(heard, events, elapsedMs, call.limits)
      if (heard.firstTextMs !== undefined) watch.onFirstToken()
      const room = reader.onEvents(events)
      if (room !== undefined) {
        watch.pause()
        await Promise.race([room, aborted])
        watch.resume()
      }
      if (isOver(heard)) break
    }
  } finally {
    watch.stop()
    signal.removeEventListener('abort', onCancel)
  }
  return { ...endOf(heard, watch.expired(), signal), ...timingsOf(heard), ...countsOf(heard), totalMs: elapsedMs() }
}

/** What the upstream said so far. */
type Heard = {
  answerLength: number
  headMs?: number
  firstTextMs?: number
  usage?: UsageEvent
  finishReason?: FinishReason
  failure?: Failure
  isCut?: true
}

function isOver(heard: Heard): boolean {
  return heard.failure !== undefined || heard.finishReason !== undefined
}

function hear(
  heard: Heard,
  events: readonly UpstreamEvent[],
  elapsedMs: () => number,
  { maxAnswerLength, cutAfter }: Pick<AttemptLimits, 'maxAnswerLength' | 'cutAfter'>,
): void {
  for (const event of events) hearEvent(heard, event, elapsedMs)
  if (heard.answerLength > maxAnswerLength) heard.failure ??= answerTooLong(maxAnswerLength)
  if (cutAfter === undefined || isOver(heard)) return
  if (heard.answerLength <= cutAfter.answerLength && (heard.usage?.usage.outputTokens ?? 0) <= cutAfter.outputTokens)
    return
  heard.isCut = true
  heard.finishReason = 'length'
}

function hearEvent(heard: Heard, event: UpstreamEvent, elapsedMs: () => number): void {
  switch (event.type) {
    case 'head':
      heard.headMs ??= elapsedMs()
      return
    case 'text':
    case 'reasoning':
      heard.answerLength += event.text.length
      // A seal without words says nothing.
      if (event.text !== '') heard.firstTextMs ??= elapsedMs()
      return
    case 'logprobs':
      return
    case 'tool-call':
      heard.answerLength += event.argumentsText.length
      heard.firstTextMs ??= elapsedMs()
      return
    case 'usage':
      heard.usage = event
      return
    case 'done':
      heard.finishReason = event.finishReason
      return
    case 'failure':
      heard.failure = event.failure
  }
}

/**
 * A finished answer counts even if a time limit or a cancel came in the same moment, but an answer without anything in it
 * is none: another provider may say something.
 */
function endOf(
  heard: Heard,
  expired: TimeoutPhase | undefined,
  signal: AbortSignal,
): Pick<AttemptEnd, 'outcome' | 'failure' | 'finishReason'> {
  const empty = emptyAnswer(heard)
  if (empty !== undefined) return { outcome: 'failed', failure: empty }
  if (heard.finishReason !== undefined && heard.failure === undefined) {
    return { outcome: 'succeeded', finishReason: heard.finishReason }
  }
  if (heard.failure !== undefined) return { outcome: 'failed', failure: heard.failure }
  if (signal.aborted) return { outcome: 'cancelled' }
  if (expired !== undefined) return { outcome: 'failed', failure: timeoutFailure(expired) }
  return {
    outcome: 'failed',
    failure: { kind: 'truncated', message: 'The provider ended the answer before it was complete.' },
  }
}

function emptyAnswer(heard: Heard): Failure | undefined {
  if (heard.finishReason === undefined || heard.firstTextMs !== undefined) return undefined
  if (heard.finishReason === 'content-filter') {
    return { kind: 'content-filtered', message: "The provider's filter left nothing of the answer." }
  }
  return { kind: 'protocol-violation', message: 'Expected an answer; the provider ended it without saying anything.' }
}

function answerTooLong(maxAnswerLength: number): Failure {
  const millions = maxAnswerLength / 1_000_000
  return {
    kind: 'protocol-violation',
    message: `Expected an answer of at most ${millions} million characters; the provider sent more and was stopped.`,
  }
}

function timingsOf(heard: Heard): Pick<AttemptEnd, 'headMs' | 'firstTextMs' | 'isCut'> {
  return {
    ...(heard.headMs !== undefined && { headMs: heard.headMs }),
    ...(heard.firstTextMs !== undefined && { firstTextMs: heard.firstTextMs }),
    ...(heard.isCut && { isCut: heard.isCut }),
  }
}

/** Once the answer has ended by itself its newest count is that of all of it, whenever it came. */
function countsOf(heard: Heard): Pick<AttemptEnd, 'usage' | 'isUsagePartial' | 'reportedNanodollars'> {
  if (heard.usage === undefined) return {}
  const { usage, isPartial, reportedNanodollars } = heard.usage
  if (isPartial && (heard.finishReason === undefined || heard.isCut)) return { usage, isUsagePartial: true }
  return { usage, ...(reportedNanodollars !== undefined && { reportedNanodollars }) }
}

const phaseTexts: Readonly<Record<TimeoutPhase, string>> = {
  connect: 'The provider could not be connected to in time.',
  'first-token': 'The provider did not begin to answer in time.',
  idle: 'The provider fell silent in the middle of its answer.',
  total: 'The request took longer than its profile allows.',
}

function timeoutFailure(phase: TimeoutPhase): Failure {
  return { kind: 'timeout', phase, message: phaseTexts[phase] }
}

type Watch = {
  readonly onRead: () => void
  readonly onFirstToken: () => void
  readonly pause: () => void
  readonly resume: () => void
  readonly stop: () => void
  readonly expired: () => TimeoutPhase | undefined
}

/**
 * Two timers: one for the deadline, one that waits for the first token and after it for the next read. A read only
 * notes the time; the timer looks when it elapses and waits for the rest, so that an event costs no timer.
 */
function createWatch(clock: Clock, limits: AttemptLimits, abort: AbortController): Watch {
  let expired: TimeoutPhase | undefined
  let isPaused = false
  let lastReadMs = clock.monotonicMs()
  let hasToken = false
  const expire = (phase: TimeoutPhase) => {
    expired ??= phase
    abort.abort()
  }
  let stopSilence = clock.startTimer(limits.firstTokenMs, () => expire('first-token'))
  const stopDeadline = clock.startTimer(Math.max(0, limits.deadlineMs - lastReadMs), () => expire('total'))
  const watchIdle = (delayMs: number) => {
    stopSilence = clock.startTimer(delayMs, () => {
      const silentMs = clock.monotonicMs() - lastReadMs
      if (isPaused) return
      if (silentMs >= limits.idleMs) expire('idle')
      else watchIdle(limits.idleMs - silentMs)
    })
  }
  return {
    onRead: () => {
      lastReadMs = clock.monotonicMs()
    },
    onFirstToken: () => {
      if (hasToken) return
      hasToken = true
      stopSilence()
      watchIdle(limits.idleMs)
    },
    pause: () => {
      isPaused = true
      stopSilence()
    },
    resume: () => {
      isPaused = false
      lastReadMs = clock.monotonicMs()
      watchIdle(limits.idleMs)
    },
    stop: () => {
      stopSilence()
      stopDeadline()
    },
    expired: () => expired,
  }
}
