/**
 * The one reducer: what the journal's entries add up to. Counters, roll-ups and endpoint health change only by applying
 * an entry, with this same function while the daemon runs and when it recovers. The state is changed in place and
 * belongs to whoever made it.
 */
import type { EndpointHealth } from '../../../shared/domain/endpoint.ts'
import type { EndpointId, RequestId } from '../../../shared/domain/ids.ts'
import { addMoney, noMoney } from '../../../shared/domain/moneySum.ts'
import {
  type BudgetState,
  budgetCheckpointOf,
  createBudgetState,
  onAllow,
  onBudgetEnd,
  onBudgetReserve,
  onRelease,
  restoreBudgets,
} from '../budgets/budgetState.ts'
import { createRollUps, type RollUpKey, type RollUps } from '../metrics/rollUp.ts'
import { countAttempt, countRequest } from '../metrics/rollUpCounting.ts'
import {
  createResilienceState,
  onResilienceCall,
  onResilienceEnd,
  type ResilienceState,
  restoreResilience,
  snapshotOfResilience,
} from '../resilience/resilienceState.ts'
import { type AutoState, applyAuto, autoCheckpointOf, createAutoState, restoreAuto } from './autoState.ts'
import {
  type CheckpointEntry,
  type EndEntry,
  type ForgottenEntry,
  type JournalEntry,
  journalSchemaVersion,
  type RequestEntry,
  type RequestUnderWay,
  type ReserveEntry,
} from './entry.ts'

export type JournalState = {
  /** UTC day of the roll-ups, YYYY-MM-DD; empty before the first entry. */
  day: string
  /** By request and attempt. */
  readonly openReservations: Map<string, ReserveEntry>
  rollUps: RollUps
  readonly health: Map<EndpointId, EndpointHealth>
  /** Breakers, keys and first-token times. */
  readonly resilience: ResilienceState
  /** Requests under way that reached an endpoint. */
  readonly requestsUnderWay: Map<RequestId, RequestUnderWay>
  readonly auto: AutoState
  readonly budgets: BudgetState
}

export function createJournalState(): JournalState {
  return {
    day: '',
    openReservations: new Map(),
    rollUps: createRollUps(''),
    health: new Map(),
    resilience: createResilienceState(),
    requestsUnderWay: new Map(),
    auto: createAutoState(),
    budgets: createBudgetState(),
  }
}

export function applyEntry(state: JournalState, entry: JournalEntry): void {
  switch (entry.type) {
    case 'checkpoint':
      applyCheckpoint(state, entry)
      break
    case 'reserve':
      applyReserve(state, entry)
      break
    case 'end':
      applyEnd(state, entry)
      break
    case 'request':
      applyRequest(state, entry)
      break
    case 'auto':
    case 'feedback':
      applyAuto(state.auto, entry)
      break
    case 'forgotten':
      applyForgotten(state, entry)
      break
    case 'release':
      onRelease(state.budgets, entry)
      break
    case 'allow':
      onAllow(state.budgets, entry)
      break
    case 'recovered':
    case 'rekeyed':
    case 'retention':
      break
  }
}

/** What the first line of a day's file must say so that the days before it need not be read. */
export function checkpointOf(state: JournalState, day: string, atMs: number): CheckpointEntry {
  const auto = autoCheckpointOf(state.auto)
  return {
    type: 'checkpoint',
    schema: journalSchemaVersion,
    atMs,
    day,
    openReservations: [...state.openReservations.values()],
    requestsUnderWay: [...state.requestsUnderWay.values()],
    health: Object.fromEntries(state.health),
    resilience: snapshotOfResilience(state.resilience),
    ...(auto !== undefined && { auto }),
    budgets: budgetCheckpointOf(state.budgets),
  }
}

function applyCheckpoint(state: JournalState, entry: CheckpointEntry): void {
  state.day = entry.day
  state.rollUps = createRollUps(entry.day)
  state.openReservations.clear()
  state.requestsUnderWay.clear()
  restoreAuto(state.auto, entry.auto)
  if (entry.budgets !== undefined) restoreBudgets(state.budgets, entry.budgets)
  for (const reserve of entry.openReservations) {
    state.openReservations.set(reservationKey(reserve.requestId, reserve.attempt), reserve)
  }
  // Checkpoints of older builds say nothing of these: what is known stays.
  if (entry.resilience !== undefined) restoreResilience(state.resilience, entry.resilience)
  for (const [id, health] of Object.entries(entry.health ?? {})) state.health.set(id as EndpointId, health)
  for (const request of entry.requestsUnderWay) state.requestsUnderWay.set(request.lastReserve.requestId, request)
}

/** The day's lines that are left say all of its roll-ups and of requests under way, and too little of the rest. */
function applyForgotten(state: JournalState, entry: ForgottenEntry): void {
  const { day, rollUps } = state
  const openReservations = [...state.openReservations]
  const requestsUnderWay = [...state.requestsUnderWay]
  applyCheckpoint(state, entry.carried)
  state.day = day
  state.rollUps = rollUps
  for (const [token, reserve] of openReservations) state.openReservations.set(token, reserve)
  for (const [requestId, request] of requestsUnderWay) state.requestsUnderWay.set(requestId, request)
}

function applyReserve(state: JournalState, entry: ReserveEntry): void {
  const { endpoint, provider, key, keyPrint } = entry
  const token = reservationKey(entry.requestId, entry.attempt)
  const call = { token, endpoint, provider, keyPrint, ...(key !== undefined && { key }) }
  onResilienceCall(state.resilience, call, entry.atMs)
  state.openReservations.set(token, entry)
  onBudgetReserve(state.budgets, entry)
  const cost = state.requestsUnderWay.get(entry.requestId)?.cost ?? noMoney
  state.requestsUnderWay.set(entry.requestId, { lastReserve: entry, cost })
}

function applyEnd(state: JournalState, entry: EndEntry): void {
  const { record } = entry
  const key = reservationKey(entry.requestId, record.attempt)
  const reserve = state.openReservations.get(key)
  state.openReservations.delete(key)
  applyHealth(state, entry)
  onResilienceEnd(state.resilience, { ...record, token: key, keyPrint: reserve?.keyPrint }, entry.atMs)
  const underWay = state.requestsUnderWay.get(entry.requestId)
  if (underWay !== undefined) {
    state.requestsUnderWay.set(entry.requestId, { ...underWay, cost: addMoney(underWay.cost, record.cost) })
  }
  if (reserve === undefined) return
  onBudgetEnd(state.budgets, entry, reserve)
  countAttempt(state.rollUps, { key: rollUpKeyOf(reserve), atMs: entry.atMs }, record)
}

function applyHealth(state: JournalState, entry: EndEntry): void {
  const { record } = entry
  const health = state.health.get(record.endpoint) ?? { failuresInARow: 0 }
  if (record.outcome === 'succeeded') {
    state.health.set(record.endpoint, { ...health, failuresInARow: 0, lastSuccessAtMs: entry.atMs })
  }
  if (record.outcome === 'failed') {
    const failuresInARow = health.failuresInARow + 1
    state.health.set(record.endpoint, { ...health, failuresInARow, lastFailureAtMs: entry.atMs })
  }
}

function applyRequest(state: JournalState, entry: RequestEntry): void {
  const { waybill } = entry
  const last = state.requestsUnderWay.get(waybill.requestId)?.lastReserve
  state.requestsUnderWay.delete(waybill.requestId)
  const key = last === undefined ? unroutedKeyOf(entry) : rollUpKeyOf(last)
  // Without a plan, as the test of a key has none, nobody was to be asked first.
  const first = waybill.plan?.candidates[0]
  const isFallback = last !== undefined && first !== undefined && last.endpoint !== first
  countRequest(state.rollUps, { key, atMs: entry.atMs }, { ...waybill, isFallback })
}

function rollUpKeyOf(reserve: ReserveEntry): RollUpKey {
  const { endpoint, provider, model, isPractice, scope } = reserve
  return {
    endpoint,
    provider,
    model,
    isPractice,
    profile: scope.profile ?? '',
    workspace: scope.workspace ?? '',
    user: scope.user,
    prompt: scope.prompt ?? '',
    client: scope.client,
  }
}

function unroutedKeyOf(entry: RequestEntry): RollUpKey {
  const { caller, profile, prompt } = entry.waybill
  return {
    endpoint: '',
    provider: '',
    model: '',
    // Names that begin so belong to the built-in practice profiles.
    isPractice: profile?.startsWith('practice') ?? false,
    profile: profile ?? '',
    workspace: caller.workspace ?? '',
    user: caller.user,
    prompt: prompt ?? '',
    client: caller.client,
  }
}

function reservationKey(requestId: string, attempt: number): string {
  return `${requestId}#${attempt}`
}
