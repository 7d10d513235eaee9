/**
 * The books of one request: its journal lines and its waybill. Every attempt gets one reserve line and one end line, the
 * request one request line, also when it is refused before any attempt.
 */
import type { AttemptBound, BudgetHold, BudgetName } from '../../shared/domain/budget.ts'
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import { addMoney, noMoney } from '../../shared/domain/moneySum.ts'
import type { RoutePlan } from '../../shared/domain/routePlan.ts'
import type { Outcome } from '../../shared/domain/streamPart.ts'
import type { AttemptRecord, Waybill } from '../../shared/domain/waybill.ts'
import type { JournalEntry, ReserveEntry } from '../core/journal/entry.ts'
import { interruptedAttempt } from '../core/journal/interrupted.ts'
import type { AdmittedRequest } from './admittedRequest.ts'
import type { Environment } from './environment.ts'
import type { Ledger } from './ledger.ts'
import type { Clock } from './ports.ts'

export type RequestRecord = {
  /** On the monotonic clock. */
  readonly startedMs: number
  readonly onPlan: (plan: RoutePlan) => void
  /** A budget had nothing left: it goes on as this request, with the budget's own profile. */
  readonly onSwitch: (request: AdmittedRequest, budget: BudgetName) => void
  /** Holds the attempt's bound; a failure means that it must not be made. */
  readonly reserve: (reservation: Reservation) => Failure | undefined
  /** An earlier attempt has already counted the request towards a budget of requests. */
  readonly isCountedBy: (budget: BudgetName, member: string | undefined) => boolean
  /** How many attempts were reserved. */
  readonly attemptCount: () => number
  /** The attempt's end, kept until `settle` or `end` writes it. */
  readonly onAttempt: (attempt: AttemptRecord) => void
  /** The first text that stayed, from the request's start. */
  readonly onFirstText: (firstTextMs: number) => void
  /** It waited because nobody could be called. */
  readonly onWait: (waitedMs: number) => void
  readonly settle: () => void
  /** A bug broke the request off: an attempt under way ends as interrupted. */
  readonly abandon: () => void
  readonly end: (outcome: Outcome, failure: Failure | undefined) => Waybill
}

export type Reservation = {
  readonly endpoint: Endpoint
  readonly bound: AttemptBound
  readonly holds: readonly BudgetHold[]
  readonly key?: string
}

export function createRequestRecord(
  ports: { readonly ledger: Ledger; readonly clock: Clock; readonly environment: Pick<Environment, 'printOf'> },
  request: AdmittedRequest,
): RequestRecord {
  const { ledger, clock, environment } = ports
  const { requestId, caller } = request
  const startedAtMs = clock.wallMs()
  const startedMs = clock.monotonicMs()
  let route: Route = routeOf(request)
  const attempts: AttemptRecord[] = []
  let plan: RoutePlan | undefined
  let firstTextMs: number | undefined
  let reserved = 0
  let waitedMs = 0
  let openReserve: ReserveEntry | undefined
  let unwritten: JournalEntry[] = []
  const requestHolds: BudgetHold[] = []

  function onAttempt(attempt: AttemptRecord): void {
    openReserve = undefined
    attempts.push(attempt)
    unwritten.push({ type: 'end', atMs: clock.wallMs(), requestId, record: attempt })
  }

  return {
    startedMs,
    onPlan: (made) => {
      plan = made
    },
    onSwitch: (other, budget) => {
      // The budget that led away from the user's own choice is the one to name.
      const switchedFrom = route.switchedFrom ?? { profile: route.profile, budget }
      route = { ...routeOf(other), profileSource: route.profileSource, switchedFrom }
    },
    reserve: ({ endpoint, bound, holds, key }) => {
      const keyPrint = key === undefined ? undefined : environment.printOf(key)
      const entry: ReserveEntry = {
        type: 'reserve',
        atMs: clock.wallMs(),
        requestId,
        requestStartedAtMs: startedAtMs,
        attempt: reserved + 1,
        endpoint: endpoint.id,
        provider: endpoint.provider,
        model: endpoint.model,
        isPractice: endpoint.isPractice,
        ...(key !== undefined && { key }),
        ...(keyPrint !== undefined && { keyPrint }),
        bound: bound.money,
        boundInputTokens: bound.inputTokens,
        boundOutputTokens: bound.outputTokens,
        ...(holds.length > 0 && { holds }),
        scope: { ...caller, ...route, ...(plan !== undefined && { plan }) },
      }
      const failure = ledger.reserve(entry)
      if (failure !== undefined) return failure
      reserved += 1
      openReserve = entry
      requestHolds.push(...holds.filter(({ unit }) => unit === 'requests'))
      return undefined
    },
    isCountedBy: (budget, member) => requestHolds.some((hold) => hold.budget === budget && hold.member === member),
    attemptCount: () => reserved,
    onAttempt,
    abandon: () => {
      if (openReserve !== undefined) onAttempt(interruptedAttempt(openReserve, clock.wallMs()))
    },
    onFirstText: (ms) => {
      firstTextMs = ms
    },
    onWait: (ms) => {
      waitedMs += ms
    },
    settle: () => {
      ledger.settle(unwritten)
      unwritten = []
    },
    end: (outcome, failure) => {
      const waybill = {
        requestId,
        startedAtMs,
        ...(firstTextMs !== undefined && { firstTextMs }),
        totalMs: clock.monotonicMs() - startedMs,
        ...(waitedMs > 0 && { waitedMs }),
        caller,
        ...route,
        ...(plan !== undefined && { plan }),
        outcome,
        ...(failure !== undefined && { failure }),
        cost: attempts.reduce((sum, attempt) => addMoney(sum, attempt.cost), noMoney),
      }
      ledger.settle([...unwritten, { type: 'request', atMs: clock.wallMs(), waybill, attemptCount: attempts.length }])
      unwritten = []
      return { ...waybill, attempts }
    },
  }
}

type Route = Pick<Waybill, 'prompt' | 'tier' | 'catalogDate' | 'switchedFrom'> &
  Required<Pick<Waybill, 'profile' | 'profileSource'>>

function routeOf({ profile, profileSource, prompt, auto, settings }: AdmittedRequest): Route {
  const { catalogDate } = settings
  return {
    profile,
    profileSource,
    ...(prompt !== undefined && { prompt }),
    ...(auto && { tier: auto.decision.tier }),
    ...(catalogDate !== undefined && { catalogDate }),
  }
}
