/**
 * All that budgets remember: their counters, what interrupted attempts were counted with until somebody says better, and
 * the endpoints that answered with more than was asked for. Part of the journal's reducer: changed only by entries.
 */
import type { EndpointId } from '../../../shared/domain/ids.ts'
import type { AttemptRecord } from '../../../shared/domain/waybill.ts'
import type { EndEntry, ReserveEntry } from '../journal/entry.ts'
import type { AllowEntry, BudgetCheckpoint, ReleaseEntry } from './budgetEntries.ts'
import { type Counters, correctAll, counterKeyOf, holdAll, type Interrupted, settleAll } from './counters.ts'

export type BudgetState = {
  readonly counters: Counters
  /** By request and attempt, oldest first. */
  readonly interrupted: Map<string, InterruptedAttempt>
  /** In nanodollars, by request and attempt: what the user said that interrupted ones really cost. */
  readonly released: Map<string, number>
  readonly barred: Map<EndpointId, Barred>
}

export type InterruptedAttempt = Interrupted & { readonly requestId: ReserveEntry['requestId']; readonly atMs: number }
/** When, and which request it answered with more than its bound. */
export type Barred = { readonly atMs: number; readonly requestId: ReserveEntry['requestId'] }

/** More were not looked at for long. */
const maxInterrupted = 200
const maxReleased = 500

export function createBudgetState(): BudgetState {
  return { counters: new Map(), interrupted: new Map(), released: new Map(), barred: new Map() }
}

export function onBudgetReserve(state: BudgetState, { holds = [] }: ReserveEntry): void {
  holdAll(state.counters, holds)
}

/** `reserve`: the line that the attempt was held with. */
export function onBudgetEnd(state: BudgetState, entry: EndEntry, reserve: ReserveEntry): void {
  const { record, atMs, requestId } = entry
  const { holds = [] } = reserve
  settleAll(state.counters, holds, record)
  if (record.isOverBound === true) state.barred.set(record.endpoint, { atMs, requestId })
  if (!isOpenToCorrection(record)) return
  state.interrupted.set(attemptKeyOf(requestId, record.attempt), { requestId, atMs, holds, record })
  keepNewest(state.interrupted, maxInterrupted)
}

function keepNewest(map: Map<string, unknown>, most: number): void {
  const [oldest] = map.keys()
  if (map.size > most && oldest !== undefined) map.delete(oldest)
}

export function onRelease(state: BudgetState, entry: ReleaseEntry): void {
  const key = attemptKeyOf(entry.requestId, entry.attempt)
  const found = state.interrupted.get(key)
  if (found === undefined) return
  correctAll(state.counters, { ...found, spentNanodollars: entry.spentNanodollars })
  state.interrupted.delete(key)
  state.released.set(key, entry.spentNanodollars)
  keepNewest(state.released, maxReleased)
}

export function onAllow(state: BudgetState, { endpoint }: AllowEntry): void {
  state.barred.delete(endpoint)
}

export function budgetCheckpointOf(state: BudgetState): BudgetCheckpoint {
  return {
    counters: [...state.counters.values()],
    interrupted: [...state.interrupted.values()],
    released: Object.fromEntries(state.released),
    barred: Object.fromEntries(state.barred),
  }
}

/** Nobody can correct those any more; what they were counted with stays in the counters. */
export function withoutInterrupted(checkpoint: BudgetCheckpoint, forgotten: ReadonlySet<string>): BudgetCheckpoint {
  return { ...checkpoint, interrupted: checkpoint.interrupted.filter(({ requestId }) => !forgotten.has(requestId)) }
}

export function restoreBudgets(state: BudgetState, checkpoint: BudgetCheckpoint): void {
  state.counters.clear()
  state.interrupted.clear()
  state.released.clear()
  state.barred.clear()
  for (const counter of checkpoint.counters) state.counters.set(counterKeyOf(counter.hold), counter)
  for (const one of checkpoint.interrupted) {
    state.interrupted.set(attemptKeyOf(one.requestId, one.record.attempt), one)
  }
  for (const [key, spent] of Object.entries(checkpoint.released ?? {})) state.released.set(key, spent)
  for (const [endpoint, barred] of Object.entries(checkpoint.barred)) state.barred.set(endpoint as EndpointId, barred)
}

/** Nobody saw it end, and it may have cost something. */
function isOpenToCorrection({ outcome, cost }: AttemptRecord): boolean {
  return outcome === 'interrupted' && cost.kind !== 'practice' && !(cost.kind === 'measured' && cost.nanodollars === 0)
}

export function attemptKeyOf(requestId: string, attempt: number): string {
  return `${requestId}#${attempt}`
}
