/**
 * One attempt of a request: from its reservation to its end, the decision that follows, and the books of both.
 */
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import type { Money } from '../../shared/domain/money.ts'
import type { ParameterName } from '../../shared/domain/parameterName.ts'
import type { Outcome } from '../../shared/domain/streamPart.ts'
import { attemptCost } from '../core/quota/attemptCost.ts'
import { boundFor } from '../core/quota/bound.ts'
import { idleLimitMs, learnedFirstTokenMs } from '../core/resilience/learnedLimit.ts'
import { type NextStep, nextStep } from '../core/resilience/nextStep.ts'
import type { AdmittedRequest } from './admittedRequest.ts'
import { type AnswerParts, createAnswerParts } from './answerParts.ts'
import { type AttemptEnd, runAttempt } from './attempt.ts'
import { attemptRecordOf } from './attemptRecordOf.ts'
import type { BudgetGate } from './budgetGate.ts'
import type { Short } from './budgetPatience.ts'
import { setTimeoutsFor, timeoutsFor } from './effectivePolicy.ts'
import { fittedRequestOf } from './fittedRequest.ts'
import type { KeyNotices } from './keyNotices.ts'
import type { Ledger } from './ledger.ts'
import { cutAfter, isOverBound } from './overBound.ts'
import type { PartStream } from './partStream.ts'
import type { Clock, Random, Upstream } from './ports.ts'
import type { RequestRecord } from './requestRecord.ts'
import { type Reserved, reserveAttempt } from './reserveAttempt.ts'
import type { Standings } from './standings.ts'
import type { StickyRoutes } from './stickyRoutes.ts'

export type TryPorts = {
  readonly ledger: Ledger
  readonly budgets: BudgetGate
  readonly upstream: Upstream
  readonly clock: Clock
  readonly random: Random
  readonly standings: Standings
  readonly notices: KeyNotices
  readonly sticky: StickyRoutes
}

/** Far above what any model can say; in UTF-16 units. */
const maxAnswerLength = 16_000_000

/** The signal's reason when the daemon ends; any other reason is a cancel by the client. */
export const interruptedReason = 'interrupted'

export function outcomeOfAbort(signal: AbortSignal): Outcome {
  return signal.reason === interruptedReason ? 'interrupted' : 'cancelled'
}

export type Try = {
  readonly request: AdmittedRequest
  readonly record: RequestRecord
  readonly stream: PartStream
  readonly endpoint: Endpoint
  /** The name of its key; missing: it needs none. */
  readonly key?: string
  readonly inputBytes: number
  /** This one first, then who else is left. */
  readonly candidates: readonly Endpoint[]
  /** Somebody else could answer too, now or after a while. */
  readonly hasOthers: boolean
  readonly attemptsOnEndpoint: number
  /** Somebody can be called again within what is left of the request's patience. */
  readonly canWait: (failure: Failure) => boolean
}

export type Tried =
  | { readonly refused: Failure }
  /** Nothing was sent: it does not fit a budget. */
  | { readonly short: Short }
  | { readonly step: NextStep; readonly outcome: Outcome; readonly failure?: Failure }

/** One attempt from its reservation to its end line and the decision that follows. */
export async function tryEndpoint(ports: TryPorts, tried: Try, signal: AbortSignal): Promise<Tried> {
  const { request, record, endpoint, key } = tried
  const fitted = fittedRequestOf(request, endpoint)
  const reserved = reserveAttempt(ports, {
    request,
    record,
    endpoint,
    ...(key !== undefined && { key }),
    chat: fitted.request,
  })
  if (reserved.state === 'failed') return { refused: reserved.failure }
  if (reserved.state === 'short') return { short: reserved }
  return callReserved(ports, tried, { ...reserved, dropped: fitted.dropped }, signal)
}

type Call = Reserved & { readonly state: 'reserved'; readonly dropped: readonly ParameterName[] }

async function callReserved(ports: TryPorts, tried: Try, call: Call, signal: AbortSignal): Promise<Tried> {
  const { clock } = ports
  const { request, record, stream, endpoint } = tried
  const { bound, cutOutput, dropped } = call
  const attempt = record.attemptCount()
  const { id, provider, model, isPractice } = endpoint
  stream.append([{ type: 'attempt-start', attempt, endpoint: id, provider, model, isPractice }])
  const hold = request.canRewind ? undefined : request.policy.hold
  const answer = createAnswerParts({ stream, attempt, clock, ...(hold !== undefined && { hold }) })
  const startedAtMs = clock.wallMs()
  const startedMs = clock.monotonicMs()
  const attemptEnd = await callUpstream(ports, tried, { ...call, answer }, signal)
  if (attemptEnd.failure === undefined) answer.commit()
  else answer.drop()
  const { failure, firstTextMs } = attemptEnd
  const step = failure === undefined ? noStep : decide(ports, tried, { failure, answer })
  const outcome = attemptEnd.outcome === 'cancelled' ? outcomeOfAbort(signal) : attemptEnd.outcome
  const isRewound = drawEnd(tried, attempt, { attemptEnd, step, answer })
  if (firstTextMs !== undefined && !isRewound) record.onFirstText(startedMs - record.startedMs + firstTextMs)
  const cost = costOf(tried, call, attemptEnd, answer.receivedBytes())
  const end = attemptRecordOf(tried, {
    attempt,
    startedAtMs,
    attemptEnd,
    outcome,
    step,
    isRewound,
    cost,
    receivedBytes: answer.receivedBytes(),
    bound: bound.money,
    dropped,
    ...(cutOutput !== undefined && { cutOutput }),
    isOverBound: isOverBound({ attemptEnd, cost, bound }),
  })
  ports.notices.onAttempt(end, ports.ledger.state())
  if (outcome === 'succeeded') ports.sticky.onAnswer(request.stickyKey, model, id)
  record.onAttempt(end)
  return { step, outcome, ...(failure !== undefined && { failure }) }
}

/**
 * Money of a hard budget is not spent before its line is on the disk: after a power cut it would be free to be spent again.
 */
async function callUpstream(
  ports: TryPorts,
  tried: Try,
  call: Call & { readonly answer: AnswerParts },
  signal: AbortSignal,
): Promise<AttemptEnd> {
  const { record, endpoint, key } = tried
  const failure = call.mustBeDurable ? await ports.ledger.durable() : undefined
  if (failure !== undefined) return { outcome: 'failed', failure, totalMs: 0 }
  const timeouts = timeoutsOf(ports, tried)
  const upstreamCall = {
    endpoint,
    ...call.sent,
    connectMs: timeouts.connectMs,
    ...(key !== undefined && { keyName: key }),
  }
  const limits = {
    ...timeouts,
    deadlineMs: record.startedMs + timeouts.totalMs,
    maxAnswerLength,
    ...(call.isBounded && { cutAfter: cutAfter(call.bound) }),
  }
  return runAttempt(ports, { upstreamCall, limits }, call.answer, signal)
}

function costOf({ endpoint, inputBytes }: Try, call: Call, attemptEnd: AttemptEnd, receivedBytes: number): Money {
  const { failure, usage, isUsagePartial, headMs } = attemptEnd
  return attemptCost({
    endpoint,
    ...(usage !== undefined && { usage }),
    ...(isUsagePartial && { isUsagePartial }),
    ...(failure !== undefined && { failure }),
    hasHead: headMs !== undefined,
    inputBytes,
    imageCount: call.imageCount,
    receivedBytes,
    bound: mostOf(endpoint, call, attemptEnd, receivedBytes),
  })
}

/** What was cut may be billed beyond its bound: at most a token for each byte that came. */
function mostOf(endpoint: Endpoint, { bound, imageCount }: Call, { isCut }: AttemptEnd, receivedBytes: number): Money {
  if (isCut !== true) return bound.money
  const outputTokens = Math.max(bound.outputTokens, receivedBytes)
  return boundFor({ tokens: bound.inputTokens, imageCount }, endpoint, outputTokens).money
}

const noStep: NextStep = { kind: 'stop', because: 'final' }

function decide(
  ports: TryPorts,
  tried: Try,
  attempt: { readonly failure: Failure; readonly answer: AnswerParts },
): NextStep {
  const { endpoint, key, request, record } = tried
  const { failure } = attempt
  const nowMs = ports.clock.wallMs()
  const others = othersOf(ports, tried, nowMs)
  return nextStep({
    failure,
    candidates: [endpoint, ...others],
    attemptsOnEndpoint: tried.attemptsOnEndpoint,
    // A 403 says nothing of the other keys' permissions, and they may be many: each is tried once, as it is then out.
    hasOtherKey:
      key !== undefined &&
      record.attemptCount() < maxAttempts &&
      ports.standings.keyFor(endpoint, nowMs, key).state === 'ready',
    canWait: record.attemptCount() < maxAttempts && tried.canWait(failure),
    hasDrawnText: attempt.answer.hasDrawn(),
    canRewind: request.canRewind,
    dice: ports.random.uint32(),
  })
}

/** Far more than a request needs; a bound against providers that fail in turns for ever. */
const maxAttempts = 40

function othersOf(ports: TryPorts, tried: Try, nowMs: number): readonly Endpoint[] {
  return tried.candidates.slice(1).filter((other) => (ports.standings.callableAtMs(other, nowMs) ?? nowMs + 1) <= nowMs)
}

/** Where the user set no limit, the endpoint's own past and who else could answer set it. */
function timeoutsOf(ports: TryPorts, tried: Try): ReturnType<typeof timeoutsFor> {
  const { request, endpoint } = tried
  const provider = request.settings.providers.get(endpoint.provider)
  const sources = { policy: request.policy, provider, endpoint }
  const timeouts = timeoutsFor(sources)
  const set = setTimeoutsFor(sources)
  const nowMs = ports.clock.wallMs()
  const { lastSuccessAtMs, ...firstTokens } = ports.standings.firstTokensOf(endpoint, nowMs)
  const firstTokenMs = learnedFirstTokenMs({
    defaultMs: timeouts.firstTokenMs,
    isSet: set.firstTokenMs !== undefined,
    hasOthers: tried.hasOthers,
    // A practice provider has no model to load.
    isLocal: endpoint.isLocal && !endpoint.isPractice,
    ...(lastSuccessAtMs !== undefined && { lastSuccessAtMs }),
    firstTokens,
    nowMs,
  })
  const idleMs = idleLimitMs({
    defaultMs: timeouts.idleMs,
    isSet: set.idleMs !== undefined,
    hasOthers: tried.hasOthers,
  })
  return { ...timeouts, firstTokenMs, idleMs }
}

/**
 * Tells the reader how a failed attempt ended. A reader that can un-draw is told to even when nothing follows: it then
 * shows no answer rather than a part of one.
 */
function drawEnd(
  tried: Try,
  attempt: number,
  how: { readonly attemptEnd: AttemptEnd; readonly step: NextStep; readonly answer: AnswerParts },
): boolean {
  const { failure } = how.attemptEnd
  if (failure === undefined) return false
  const isRewound = how.answer.hasDrawn() && tried.request.canRewind
  tried.stream.append([
    { type: 'attempt-fail', attempt, failure, next: how.step.kind },
    ...(isRewound ? [{ type: 'rewind' as const, attempt }] : []),
  ])
  return isRewound
}
