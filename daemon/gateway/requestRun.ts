/**
 * The life of one request: plan, then attempt and decide until it ends, in exactly one way. Who is called is looked at
 * again before each attempt; look, reserve and the reserve line happen in one synchronous turn. When nobody can be
 * called, the request waits within its patience and is planned anew.
 */
import type { Failure } from '../../shared/domain/failure.ts'
import type { ProfileName } from '../../shared/domain/ids.ts'
import type { RoutePlan } from '../../shared/domain/routePlan.ts'
import type { Outcome } from '../../shared/domain/streamPart.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import { tokensOfBytes } from '../core/quota/attemptCost.ts'
import { requestBytes } from '../core/quota/requestBytes.ts'
import { planRoute } from '../core/routing/planRoute.ts'
import type { AdmittedRequest } from './admittedRequest.ts'
import { type BudgetPatience, type BudgetStep, createBudgetPatience } from './budgetPatience.ts'
import { type Candidates, createCandidates, type Wait } from './candidates.ts'
import type { PartStream } from './partStream.ts'
import { pauseFor } from './pause.ts'
import { planSnapshot } from './planSnapshot.ts'
import type { Decisions, Log } from './ports.ts'
import type { ProviderKeys } from './providerKeys.ts'
import { createRequestRecord, type RequestRecord } from './requestRecord.ts'
import type { RequestWaits } from './requestWaits.ts'
import { outcomeOfAbort, type Try, type TryPorts, tryEndpoint } from './tryEndpoint.ts'

export type RequestPorts = TryPorts & {
  readonly decisions: Pick<Decisions, 'record'>
  readonly keys: Pick<ProviderKeys, 'printOf'>
  readonly log: Log
  readonly waits: Pick<RequestWaits, 'start'>
}

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

type Run = {
  readonly request: AdmittedRequest
  readonly record: RequestRecord
  readonly stream: PartStream
  /** Why it goes on under another profile than it came with. */
  readonly switchedBecause?: Failure
}

async function runRecorded(ports: RequestPorts, run: Run, signal: AbortSignal): Promise<Waybill> {
  const switchedTo = new Set<ProfileName>([run.request.profile])
  for (let current = run; ; ) {
    const ended = await runUnderProfile(ports, current, signal)
    if (!('switchTo' in ended)) return ended
    const { profile, budget } = ended.switchTo
    const request = switchedTo.has(profile) ? undefined : run.request.withProfile?.(profile)
    if (request === undefined || request.refusal !== undefined) return endRequest(run, 'failed', ended.failure)
    switchedTo.add(profile)
    run.record.onSwitch(request, budget)
    current = { ...run, request, switchedBecause: ended.failure }
  }
}

/** A budget had nothing left and names a profile to go on with. `failure`: why it does not go on without. */
type Switch = { readonly switchTo: BudgetStep & { readonly kind: 'switch' }; readonly failure: Failure }

async function runUnderProfile(ports: RequestPorts, run: Run, signal: AbortSignal): Promise<Waybill | Switch> {
  const { request } = run
  if (request.refusal !== undefined) return endRequest(run, 'failed', request.refusal)
  const inputBytes = requestBytes(request)
  const candidates = createCandidates(ports, request, run.record, () => planNow(ports, run, inputBytes))
  const patience = createBudgetPatience(ports, request.policy.patienceMs)
  const calling = { ...run, inputBytes, candidates, patience }
  for (;;) {
    const ended = await takeStep(ports, calling, signal)
    if (ended !== undefined) return ended
    if (signal.aborted) return endRequest(run, outcomeOfAbort(signal))
  }
}

type Calling = Run & Pick<Try, 'inputBytes'> & { readonly candidates: Candidates; readonly patience: BudgetPatience }

/** Undefined: the request goes on. */
async function takeStep(ports: RequestPorts, run: Calling, signal: AbortSignal): Promise<Waybill | Switch | undefined> {
  const { candidates, patience } = run
  // Who does not fit would only be asked again and again: others are not waited for before there is room.
  if (patience.isShort() && candidates.left().length === 0) return makeRoom(ports, run, signal)
  const choice = candidates.next()
  switch (choice.state) {
    case 'none':
      return patience.isShort()
        ? makeRoom(ports, run, signal)
        : endRequest(run, 'failed', withCause(run, choice.failure))
    case 'wait':
      await waitFor(ports, { ...run, wait: choice }, signal)
      return undefined
    case 'call':
      return callNext(ports, { ...run, ...choice }, signal)
  }
}

/** No candidate fits its budgets. */
async function makeRoom(
  { waits, clock }: RequestPorts,
  run: Calling,
  signal: AbortSignal,
): Promise<Waybill | Switch | undefined> {
  const { request, candidates, patience, record, stream } = run
  const step = patience.next()
  switch (step.kind) {
    case 'refuse':
      return endRequest(run, 'failed', step.failure)
    case 'switch':
      return { switchTo: step, failure: step.failure }
    case 'wait': {
      const { endpoint } = step.short.attempt
      const budget = step.short.shortfalls[0]?.budget.name
      const forWhom = { endpoint, ...(budget !== undefined && { budget }) }
      stream.append([{ type: 'wait-start', attempt: record.attemptCount() + 1, delayMs: step.longestMs, ...forWhom }])
      const onEnded = waits.start(request.requestId, { untilMs: clock.wallMs() + step.longestMs, ...forWhom })
      record.onWait(await patience.wait(step, signal))
      onEnded()
      candidates.again()
      return undefined
    }
  }
}

type Call = Calling & Pick<Try, 'endpoint' | 'key'>

/** Undefined: the request goes on. */
async function callNext(ports: RequestPorts, call: Call, signal: AbortSignal): Promise<Waybill | undefined> {
  const { candidates, record, patience } = call
  const how = {
    ...call,
    candidates: candidates.left(),
    hasOthers: candidates.hasOthers(),
    attemptsOnEndpoint: candidates.attemptsOnEndpoint(),
    canWait: candidates.canWaitAfter,
  }
  const tried = await tryEndpoint(ports, how, signal)
  if ('refused' in tried) return endRequest(call, 'failed', tried.refused)
  if ('short' in tried) {
    patience.onShort(tried.short)
    candidates.onUnfit()
    return undefined
  }
  const { step, outcome, failure } = tried
  if (step.kind === 'stop') return endRequest(call, outcome, failure && candidates.toldOf(failure))
  record.settle()
  candidates.onFailure(step, failure)
  if (step.kind === 'retry' && step.delayMs > 0) await pauseFor(ports.clock, step.delayMs, signal)
  return undefined
}

/** Who hears that nobody can answer must also hear that a budget led there. */
function withCause({ request, switchedBecause }: Run, failure: Failure): Failure {
  if (switchedBecause === undefined) return failure
  const message = `${switchedBecause.message} Its profile ${request.profile} cannot answer either: ${failure.message}`
  return { ...switchedBecause, message }
}

function endRequest({ record, stream }: Run, outcome: Outcome, failure?: Failure): Waybill {
  const waybill = record.end(outcome, failure)
  stream.append([{ type: 'request-end', outcome, ...(failure !== undefined && { failure }) }])
  stream.close()
  return waybill
}

function planNow(ports: RequestPorts, { request, record }: Run, inputBytes: number): RoutePlan {
  const at = {
    standings: ports.standings,
    sticky: ports.sticky,
    nowMs: ports.clock.wallMs(),
    seed: ports.random.uint32(),
  }
  const input = planSnapshot(at, request, tokensOfBytes(inputBytes))
  const plan = planRoute(input)
  const { requestId, settings, auto } = request
  ports.decisions.record({ requestId, input, plan, settings, ...(auto !== undefined && { auto: auto.decision }) })
  record.onPlan(plan)
  return plan
}

/** Says when it goes on, waits, and has it planned anew. A cancel ends the wait at once. */
async function waitFor(
  { clock, waits }: RequestPorts,
  { request, record, stream, candidates, wait }: Run & { readonly candidates: Candidates; readonly wait: Wait },
  signal: AbortSignal,
): Promise<void> {
  const { delayMs, endpoint } = wait
  const startedMs = clock.monotonicMs()
  stream.append([{ type: 'wait-start', attempt: record.attemptCount() + 1, delayMs, endpoint }])
  const onEnded = waits.start(request.requestId, { untilMs: clock.wallMs() + delayMs, endpoint })
  await pauseFor(clock, delayMs, signal)
  onEnded()
  const waitedMs = clock.monotonicMs() - startedMs
  record.onWait(waitedMs)
  candidates.onWaited(waitedMs)
}

/** Where a bug happened. Its message stays out: it may repeat what the request or the provider said. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  return [error.name, ...(error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '))].join('\n')
}
