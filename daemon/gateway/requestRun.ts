/**
 * The life of one request: plan, then reserve, attempt, decide and settle until it ends, in exactly one way. Snapshot,
 * plan and the first reserve line happen in one synchronous turn.
 */
import type { ChatRequest } from '../../shared/domain/chatRequest.ts'
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import type { Outcome } from '../../shared/domain/streamPart.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import { attemptCost, tokensOfBytes } from '../core/quota/attemptCost.ts'
import { boundOf, inputBoundTokens } from '../core/quota/bound.ts'
import { type NextStep, nextStep } from '../core/resilience/nextStep.ts'
import { noEndpointFailure } from '../core/routing/noEndpoint.ts'
import { planRoute } from '../core/routing/planRoute.ts'
import type { AdmittedRequest } from './admittedRequest.ts'
import { type AnswerParts, createAnswerParts } from './answerParts.ts'
import { type AttemptEnd, runAttempt } from './attempt.ts'
import { timeoutsFor } from './effectivePolicy.ts'
import type { Ledger } from './ledger.ts'
import type { PartStream } from './partStream.ts'
import { planSnapshot } from './planSnapshot.ts'
import type { Clock, Log, Random, Upstream } from './ports.ts'
import { createRequestRecord, type RequestRecord } from './requestRecord.ts'
import type { Standings } from './standings.ts'

export type RequestPorts = {
  readonly ledger: Ledger
  readonly upstream: Upstream
  readonly clock: Clock
  readonly random: Random
  readonly standings: Standings
  readonly log: Log
}

/** Far above what any model can say; in UTF-16 units. */
const maxAnswerLength = 16_000_000

/** The signal's reason when the daemon ends; any other reason is a cancel by the client. */
export const interruptedReason = 'interrupted'

export async function runRequest(
  ports: RequestPorts,
  request: AdmittedRequest,
  stream: PartStream,
  signal: AbortSignal,
): Promise<Waybill> {
  const record = createRequestRecord(ports, request)
  try {
    return await runRecorded(ports, { request, record, stream }, signal)
  } catch (error) {
    // A bug: whoever asked is told so by its server; the books must not stay open.
    ports.log.error('a request was broken off by a bug', { requestId: request.requestId, error: stackOf(error) })
    record.abandon()
    record.end('interrupted', undefined)
    stream.append([{ type: 'request-end', outcome: 'interrupted' }])
    stream.close()
    throw error
  }
}

type Run = { readonly request: AdmittedRequest; readonly record: RequestRecord; readonly stream: PartStream }

async function runRecorded(ports: RequestPorts, run: Run, signal: AbortSignal): Promise<Waybill> {
  const { request, record, stream } = run
  const end = (outcome: Outcome, failure?: Failure): Waybill => {
    const waybill = record.end(outcome, failure)
    stream.append([{ type: 'request-end', outcome, ...(failure !== undefined && { failure }) }])
    stream.close()
    return waybill
  }
  if (request.refusal !== undefined) return end('failed', request.refusal)
  const inputBytes = inputBoundTokens(request)
  const at = { standings: ports.standings, nowMs: ports.clock.wallMs(), seed: ports.random.uint32() }
  const plan = planRoute(planSnapshot(at, request, tokensOfBytes(inputBytes)))
  record.onPlan(plan)
  let candidates: readonly Endpoint[] = plan.candidates.flatMap((id) => request.settings.endpoints.byId.get(id) ?? [])
  let attemptsOnEndpoint = 1

  for (;;) {
    const [endpoint] = candidates
    if (endpoint === undefined)
      return end(
        'failed',
        noEndpointFailure(
          plan,
          request.policy.models.map(({ model }) => model),
          request.profile,
          ports.clock.wallMs(),
        ),
      )
    const tried = await tryEndpoint(
      ports,
      { request, record, stream, endpoint, inputBytes, candidates, attemptsOnEndpoint },
      signal,
    )
    if ('refused' in tried) return end('failed', tried.refused)
    if (tried.step.kind === 'stop') return end(tried.outcome, tried.failure)
    record.settle()
    if (tried.step.kind === 'retry') {
      attemptsOnEndpoint += 1
      await delay(ports.clock, tried.step.delayMs, signal)
    } else {
      candidates = tried.step.candidates
      attemptsOnEndpoint = 1
    }
    if (signal.aborted) return end(outcomeOfAbort(signal))
  }
}

type Try = Run & {
  readonly endpoint: Endpoint
  readonly inputBytes: number
  readonly candidates: readonly Endpoint[]
  readonly attemptsOnEndpoint: number
}

type Tried =
  | { readonly refused: Failure }
  | { readonly step: NextStep; readonly outcome: Outcome; readonly failure?: Failure }

/** One attempt from its reservation to its end line and the decision that follows. */
async function tryEndpoint(ports: RequestPorts, tried: Try, signal: AbortSignal): Promise<Tried> {
  const { clock } = ports
  const { request, record, stream, endpoint } = tried
  const chat = chatRequestFor(request, endpoint)
  const bound = boundOf(chat, endpoint, chat.parameters.maxOutputTokens)
  const refused = record.reserve(endpoint, bound)
  if (refused !== undefined) return { refused }
  const attempt = record.attemptCount()
  const { id, provider, model, isPractice } = endpoint
  stream.append([{ type: 'attempt-start', attempt, endpoint: id, provider, model, isPractice }])
  const answer = createAnswerParts(stream, attempt)
  const timeouts = timeoutsFor(request.policy, request.settings.providers.get(provider))
  const startedAtMs = clock.wallMs()
  const startedMs = clock.monotonicMs()
  const attemptEnd = await runAttempt(
    ports,
    {
      upstreamCall: { endpoint, request: chat, connectMs: timeouts.connectMs },
      limits: { ...timeouts, deadlineMs: record.startedMs + timeouts.totalMs, maxAnswerLength },
    },
    answer,
    signal,
  )
  const { failure, usage, finishReason, headMs, firstTextMs, totalMs } = attemptEnd
  const step = failure === undefined ? stop : decide(ports, tried, { failure, answer })
  const outcome = attemptEnd.outcome === 'cancelled' ? outcomeOfAbort(signal) : attemptEnd.outcome
  const isRewound = drawEnd(tried, attempt, { attemptEnd, step, answer })
  if (firstTextMs !== undefined && !isRewound) record.onFirstText(startedMs - record.startedMs + firstTextMs)
  const cost = attemptCost({
    endpoint,
    ...(usage !== undefined && { usage }),
    ...(failure !== undefined && { failure }),
    hasHead: headMs !== undefined,
    inputBytes: tried.inputBytes,
    receivedBytes: answer.receivedBytes(),
    bound: bound.money,
  })
  record.onAttempt({
    attempt,
    endpoint: id,
    provider,
    model,
    isPractice,
    startedAtMs,
    ...(headMs !== undefined && { headMs }),
    ...(firstTextMs !== undefined && { firstTextMs }),
    totalMs,
    outcome,
    ...(failure !== undefined && { failure, next: step.kind }),
    isRewound,
    ...(finishReason !== undefined && { finishReason }),
    ...(usage !== undefined && { usage }),
    cost,
    ...(endpoint.rates !== undefined && { rates: endpoint.rates }),
    bound: bound.money,
  })
  return { step, outcome, ...(failure !== undefined && { failure }) }
}

const stop: NextStep = { kind: 'stop' }

function decide(
  ports: RequestPorts,
  tried: Try,
  attempt: { readonly failure: Failure; readonly answer: AnswerParts },
): NextStep {
  return nextStep({
    failure: attempt.failure,
    candidates: tried.candidates,
    attemptsOnEndpoint: tried.attemptsOnEndpoint,
    hasDrawnText: attempt.answer.hasDrawn(),
    canRewind: tried.request.canRewind,
    dice: ports.random.uint32(),
  })
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

/** The output limit is always sent; a default one is cut to what the endpoint can give. */
function chatRequestFor(
  request: AdmittedRequest,
  endpoint: Endpoint,
): ChatRequest & { readonly parameters: { readonly maxOutputTokens: number } } {
  const { parameters } = request.policy
  const maxOutputTokens = Math.min(parameters.maxOutputTokens, endpoint.outputTokens ?? parameters.maxOutputTokens)
  return {
    messages: request.messages,
    parameters: { ...parameters, maxOutputTokens },
    ...(request.tools !== undefined && { tools: request.tools }),
  }
}

function outcomeOfAbort(signal: AbortSignal): Outcome {
  return signal.reason === interruptedReason ? 'interrupted' : 'cancelled'
}

/** Where a bug happened. Its message stays out: it may repeat what the request or the provider said. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  return [error.name, ...(error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '))].join('\n')
}

function delay(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const onEnd = () => {
      stopTimer()
      signal.removeEventListener('abort', onEnd)
      resolve()
    }
    const stopTimer = clock.startTimer(delayMs, onEnd)
    signal.addEventListener('abort', onEnd, { once: true })
    if (signal.aborted) onEnd()
  })
}
