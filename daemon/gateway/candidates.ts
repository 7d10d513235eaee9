/**
 * Who is called next for one request. Looks at the standing of each candidate at the moment of the call, because a
 * breaker may have opened or a key been told to wait since the plan. When nobody is left it decides whether to wait:
 * for the earliest who comes back, or, after failures, for a short while before everybody is asked once more. All
 * waiting together stays within the request's patience.
 */
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import type { EndpointId } from '../../shared/domain/ids.ts'
import type { RejectedEndpoint, RejectionReason, RoutePlan } from '../../shared/domain/routePlan.ts'
import { backOffMs } from '../core/resilience/backOff.ts'
import { keyRules } from '../core/resilience/keyStanding.ts'
import type { NextStep } from '../core/resilience/nextStep.ts'
import { coolingFailure, noEndpointFailure } from '../core/routing/noEndpoint.ts'
import { type AdmittedRequest, fruitless } from './admittedRequest.ts'
import { timeoutsFor } from './effectivePolicy.ts'
import type { Clock, Random } from './ports.ts'
import type { RequestRecord } from './requestRecord.ts'
import type { Standings } from './standings.ts'

export type Choice =
  | { readonly state: 'call'; readonly endpoint: Endpoint; readonly key?: string }
  | ({ readonly state: 'wait' } & Wait)
  | { readonly state: 'none'; readonly failure: Failure }

/** `endpoint` is the one that is expected back first. */
export type Wait = { readonly delayMs: number; readonly endpoint: EndpointId }

export type Candidates = {
  readonly next: () => Choice
  /** The one chosen last, then who is left. */
  readonly left: () => readonly Endpoint[]
  /** Somebody else could answer too, now or after a while. */
  readonly hasOthers: () => boolean
  /** Made on the one chosen last with its key, the one about to be made included. */
  readonly attemptsOnEndpoint: () => number
  /** After this failure, somebody will come back within what is left of the patience. */
  readonly canWaitAfter: (failure: Failure) => boolean
  readonly onFailure: (step: NextStep, failure: Failure | undefined) => void
  readonly onWaited: (waitedMs: number) => void
  /** The one chosen last does not fit a budget: it was not called. */
  readonly onUnfit: () => void
  /** Plans anew without having waited for an endpoint. */
  readonly again: () => void
  /** What the caller is told: to come back when the first of those that gave a time said. */
  readonly toldOf: (failure: Failure) => Failure
}

type CandidatePorts = { readonly clock: Clock; readonly random: Random; readonly standings: Standings }

/** These pass by themselves. */
const passing: ReadonlySet<RejectionReason> = new Set([
  'keys-refused',
  'keys-cooling',
  'breaker-open',
  'probe-under-way',
] as const)

/** After failures everybody is asked again, at most so often, after pauses that grow. */
const maxRounds = 5
const roundBackOff = { baseMs: 500, longestMs: 5_000 }
/** Whoever waits for the same moment goes on a little apart. */
const spread = { baseMs: 100, longestMs: 100 }

export function createCandidates(
  ports: CandidatePorts,
  request: AdmittedRequest,
  record: Pick<RequestRecord, 'startedMs'>,
  planNow: () => RoutePlan,
): Candidates {
  const { clock, random, standings } = ports
  const { byId } = request.settings.endpoints
  const endpointsOf = (ids: readonly EndpointId[]) => ids.flatMap((id) => byId.get(id) ?? [])
  const { totalMs } = timeoutsFor({ policy: request.policy })
  const asked = new Set<EndpointId>()
  let plan = planNow()
  let left = endpointsOf(plan.candidates)
  let patienceMs = request.policy.patienceMs
  let rounds = 0
  let chosen = ''
  let attemptsOnEndpoint = 0
  let lastFailure: Failure | undefined
  let shortestRetryAfterMs: number | undefined

  function mayComeBack(): readonly Endpoint[] {
    const rejected = plan.rejected.filter((one) => passing.has(one.reason)).map((one) => one.endpoint)
    return endpointsOf([...plan.candidates, ...rejected])
  }

  /** Undefined: nobody comes back in time. `failedAtMs`: when whoever failed just now may be called again. */
  function waitOf(failed?: { readonly endpoint: Endpoint; readonly atMs: number | undefined }): Wait | undefined {
    const nowMs = clock.wallMs()
    const others = mayComeBack()
    const moments = others.flatMap((endpoint) => {
      const atMs = endpoint === failed?.endpoint ? failed.atMs : standings.callableAtMs(endpoint, nowMs)
      return atMs === undefined ? [] : [{ endpoint: endpoint.id, atMs }]
    })
    const first = earliestOf(moments)
    if (first === undefined) return undefined
    // Who may be called now has failed just before; when it was asked often enough, whoever comes back next is waited for.
    const pauseMs = first.atMs > nowMs ? undefined : roundPause(others.length)
    const awaited = pauseMs === undefined ? earliestOf(moments.filter(({ atMs }) => atMs > nowMs)) : first
    if (awaited === undefined) return undefined
    const delayMs = pauseMs ?? awaited.atMs - nowMs
    if (delayMs > patienceMs) return undefined
    if (clock.monotonicMs() + delayMs >= record.startedMs + totalMs) return undefined
    return { delayMs: Math.max(1, delayMs), endpoint: awaited.endpoint }
  }

  function roundPause(count: number): number | undefined {
    if (count < 2 || rounds >= maxRounds) return undefined
    return backOffMs(roundBackOff, rounds + 1, random.uint32())
  }

  function call(endpoint: Endpoint, key: string | undefined): Choice {
    const name = `${endpoint.id} ${key ?? ''}`
    attemptsOnEndpoint = name === chosen ? attemptsOnEndpoint + 1 : 1
    chosen = name
    asked.add(endpoint.id)
    return { state: 'call', endpoint, ...(key !== undefined && { key }) }
  }

  /**
   * This request would fail or ask again who failed just now: then rather somebody whom it has not asked yet, although the
   * breaker is still open.
   */
  function lastResort(): { readonly endpoint: Endpoint; readonly name: string | undefined } | undefined {
    const nowMs = clock.wallMs()
    for (const endpoint of mayComeBack()) {
      if (asked.has(endpoint.id) || !standings.canProbeEarly(endpoint)) continue
      const key = standings.keyFor(endpoint, nowMs)
      if (key.state === 'ready') return { endpoint, name: key.name }
    }
    return undefined
  }

  function noneLeft(): Choice {
    const resort = lastFailure === undefined ? undefined : lastResort()
    if (resort !== undefined) {
      left = [resort.endpoint]
      return call(resort.endpoint, resort.name)
    }
    const wait = waitOf()
    if (wait !== undefined) {
      rounds += 1
      const apartMs = Math.min(backOffMs(spread, 1, random.uint32()), patienceMs - wait.delayMs)
      return { state: 'wait', endpoint: wait.endpoint, delayMs: Math.ceil(wait.delayMs + Math.max(0, apartMs)) }
    }
    return { state: 'none', failure: lastFailure === undefined ? nobody() : toldOf(lastFailure) }
  }

  function nobody(): Failure {
    const nowMs = clock.wallMs()
    const cooling = mayComeBack().map((endpoint): RejectedEndpoint & { readonly atMs: number | undefined } => ({
      endpoint: endpoint.id,
      reason: reasonOf(standings, endpoint, nowMs),
      atMs: standings.callableAtMs(endpoint, nowMs),
    }))
    const moments = cooling.flatMap(({ reason, atMs }) => (reason === 'keys-refused' ? [] : (atMs ?? [])))
    if (moments.length > 0) return coolingFailure(cooling, Math.max(0, Math.min(...moments) - nowMs))
    const known = new Set(cooling.map((one) => one.endpoint))
    const rejected = [...plan.rejected.filter((one) => !known.has(one.endpoint)), ...cooling]
    return noEndpointFailure({ ...plan, rejected }, fruitless(request), nowMs)
  }

  function again(): void {
    chosen = ''
    plan = planNow()
    left = endpointsOf(plan.candidates)
  }

  function toldOf(failure: Failure): Failure {
    const { kind } = failure
    if (shortestRetryAfterMs === undefined || (kind !== 'rate-limited' && kind !== 'overloaded')) return failure
    return { ...failure, retryAfterMs: Math.min(shortestRetryAfterMs, failure.retryAfterMs ?? shortestRetryAfterMs) }
  }

  return {
    next: () => {
      const nowMs = clock.wallMs()
      for (let endpoint = left[0]; endpoint !== undefined; endpoint = left[0]) {
        const atMs = standings.callableAtMs(endpoint, nowMs)
        const key = atMs !== undefined && atMs <= nowMs ? standings.keyFor(endpoint, nowMs) : undefined
        if (key?.state === 'ready') return call(endpoint, key.name)
        left = left.slice(1)
      }
      return noneLeft()
    },
    left: () => left,
    canWaitAfter: (failure) => {
      const [endpoint] = left
      if (lastResort() !== undefined) return true
      return endpoint !== undefined && waitOf({ endpoint, atMs: comesBackAtMs(failure, clock.wallMs()) }) !== undefined
    },
    hasOthers: () => mayComeBack().length > 1,
    attemptsOnEndpoint: () => attemptsOnEndpoint,
    onFailure: (step, failure) => {
      lastFailure = failure
      const { retryAfterMs } = failure ?? {}
      if (retryAfterMs !== undefined)
        shortestRetryAfterMs = Math.min(retryAfterMs, shortestRetryAfterMs ?? retryAfterMs)
      if (step.kind === 'fallback') left = [...step.candidates]
    },
    onWaited: (waitedMs) => {
      patienceMs -= waitedMs
      again()
    },
    onUnfit: () => {
      chosen = ''
      left = left.slice(1)
    },
    again,
    toldOf,
  }
}

type Moment = { readonly endpoint: EndpointId; readonly atMs: number }

/** Of several at the same moment the one that stands first. */
function earliestOf(moments: readonly Moment[]): Moment | undefined {
  return moments.reduce<Moment | undefined>(
    (first, one) => (first === undefined || one.atMs < first.atMs ? one : first),
    undefined,
  )
}

/** As far as the failure alone tells; its end is not in the books yet. */
function comesBackAtMs(failure: Failure, nowMs: number): number | undefined {
  switch (failure.kind) {
    case 'bad-credentials':
    case 'payment-required':
    case 'not-found':
      return undefined
    case 'rate-limited':
      return nowMs + (failure.retryAfterMs ?? keyRules.firstBackOffMs)
    default:
      return nowMs
  }
}

function reasonOf(standings: Standings, endpoint: Endpoint, nowMs: number): RejectionReason {
  const { keys, isProbing, openUntilMs } = standings.of(endpoint).standing
  if (keys.state === 'missing') return 'no-key'
  if (keys.state === 'refused') return 'keys-refused'
  if (isProbing) return 'probe-under-way'
  return openUntilMs > nowMs ? 'breaker-open' : 'keys-cooling'
}
