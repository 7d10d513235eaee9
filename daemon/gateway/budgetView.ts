/** What clients see and change of budgets: their counters, interrupted attempts, endpoints that are kept out. */
import type * as z from 'zod'
import type { BudgetName } from '../../shared/domain/budget.ts'
import type { budgets, budgetsAllow, budgetsRelease, budgetsRemove, budgetsSet } from '../../shared/protocol/budgets.ts'
import type { BudgetGate } from './budgetGate.ts'
import type { Ledger } from './ledger.ts'
import type { Clock } from './ports.ts'
import type { Failed } from './session.ts'
import type { SettingsSource } from './settings.ts'

export type BudgetViewPorts = {
  readonly settings: Pick<SettingsSource, 'current' | 'setBudget' | 'removeBudget'>
  readonly ledger: Pick<Ledger, 'state' | 'note'>
  readonly budgets: Pick<BudgetGate, 'countersOf'>
  readonly clock: Pick<Clock, 'wallMs'>
}

type Result<Type extends { readonly result: z.ZodType }> = z.infer<Type['result']>
type Params<Type extends { readonly params: z.ZodType }> = z.infer<Type['params']>

export function listBudgets(ports: BudgetViewPorts): Result<typeof budgets> {
  const { interrupted, barred } = ports.ledger.state().budgets
  return {
    budgets: ports.settings.current().budgets.flatMap(({ name }) => stateOf(ports, name) ?? []),
    interrupted: [...interrupted.values()].map(({ requestId, atMs, record, holds }) => ({
      requestId,
      attempt: record.attempt,
      endpoint: record.endpoint,
      atMs,
      cost: record.cost,
      budgets: holds.map(({ budget }) => budget),
    })),
    barred: [...barred].map(([endpoint, since]) => ({ endpoint, ...since })),
  }
}

export function setBudget(
  ports: BudgetViewPorts,
  { name, budget }: Params<typeof budgetsSet>,
): Result<typeof budgetsSet> | Failed {
  const failure = ports.settings.setBudget(name, budget)
  if (failure !== undefined) return { failure }
  const state = stateOf(ports, name)
  if (state !== undefined) return state
  const message = `Budget ${name} was written but could not be read back; see \`waybill doctor\`.`
  return { failure: { kind: 'invalid-request', message } }
}

export function removeBudget(
  ports: BudgetViewPorts,
  { name }: Params<typeof budgetsRemove>,
): Result<typeof budgetsRemove> | Failed {
  if (stateOf(ports, name) === undefined) return unknownBudget(ports, name)
  const failure = ports.settings.removeBudget(name)
  return failure === undefined ? {} : { failure }
}

export function releaseReservation(
  ports: BudgetViewPorts,
  { requestId, spentNanodollars = 0 }: Params<typeof budgetsRelease>,
): Result<typeof budgetsRelease> | Failed {
  const all = [...ports.ledger.state().budgets.interrupted.values()]
  const attempts = all.filter((one) => one.requestId === requestId).map(({ record }) => record.attempt)
  if (attempts.length === 0) {
    const message = `Request ${requestId} has no interrupted attempt to release. \`waybill budgets\` lists those that have.`
    return { failure: { kind: 'not-found', message } }
  }
  for (const [index, attempt] of attempts.entries()) {
    // What all cost together is said once; it counts with the last of them.
    const spent = index === attempts.length - 1 ? spentNanodollars : 0
    const atMs = ports.clock.wallMs()
    const failure = ports.ledger.note({ type: 'release', atMs, requestId, attempt, spentNanodollars: spent })
    if (failure !== undefined) return { failure }
  }
  return { attempts }
}

export function allowEndpoint(
  ports: BudgetViewPorts,
  { endpoint }: Params<typeof budgetsAllow>,
): Result<typeof budgetsAllow> | Failed {
  if (!ports.ledger.state().budgets.barred.has(endpoint)) {
    const message = `No budget keeps ${endpoint} out. \`waybill budgets\` lists those that are kept out.`
    return { failure: { kind: 'not-found', message } }
  }
  const failure = ports.ledger.note({ type: 'allow', atMs: ports.clock.wallMs(), endpoint })
  return failure === undefined ? {} : { failure }
}

function stateOf(ports: BudgetViewPorts, name: BudgetName): Result<typeof budgetsSet> | undefined {
  const budget = ports.settings.current().budgets.find((one) => one.name === name)
  return budget && { name, budget: budget.config, counters: ports.budgets.countersOf(budget) }
}

function unknownBudget(ports: BudgetViewPorts, name: BudgetName): Failed {
  const names = ports.settings.current().budgets.map((one) => one.name)
  const known = names.length === 0 ? 'there is none' : `there is ${names.join(', ')}`
  return { failure: { kind: 'not-found', message: `No budget ${name} is configured; ${known}.` } }
}
