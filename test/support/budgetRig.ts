/**
 * A gateway under budgets. Its provider is played call by call, and keeps its own books: what it bills is what the test
 * says, whatever becomes of the answer. Prices make amounts easy to read: an output token costs $0.001, input nothing.
 */
import type { AdmittedRequest } from '../../daemon/gateway/admittedRequest.ts'
import type { Clock, UpstreamCall } from '../../daemon/gateway/ports.ts'
import type { KeySource } from '../../daemon/gateway/standings.ts'
import { type Budget, type BudgetConfig, type BudgetName, budgetOf } from '../../shared/domain/budget.ts'
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { RequestId } from '../../shared/domain/ids.ts'
import type { RateRow } from '../../shared/domain/money.ts'
import {
  createFakeUpstream,
  done,
  type FakeUpstream,
  head,
  playSteps,
  text,
  type UpstreamStep,
  usage,
} from './fakeUpstream.ts'
import { createRig, requestFor, startRequest } from './gatewayRig.ts'

export const freeInput: RateRow = {
  inputNanodollarsPerMillionTokens: 0,
  outputNanodollarsPerMillionTokens: 1_000_000 * 1_000_000,
  source: 'test',
}

export type Play = {
  readonly steps: readonly UpstreamStep[]
  readonly billedNanodollars: number
}

export type Bill = { readonly call: UpstreamCall; readonly atMs: number; readonly nanodollars: number }

/** In nanodollars. */
export function priceOf(outputTokens: number): number {
  return outputTokens * 1_000_000
}

/** As config.json has it. */
export function dollarsFor(outputTokens: number): number {
  return outputTokens / 1_000
}

export function budget(name: string, config: BudgetConfig): Budget {
  return budgetOf(name as BudgetName, config)
}

/** A whole answer of so many output tokens, measured and billed. */
export function answer(outputTokens: number): Play {
  return { steps: [[head], [text('word')], [usage(5, outputTokens), done]], billedNanodollars: priceOf(outputTokens) }
}

/** Says nothing and bills all that it may until it is let go. */
export function answerAfter(gate: Promise<void>, outputTokens: number): Play {
  return { ...answer(outputTokens), steps: [[head], gate, ...answer(outputTokens).steps.slice(1)] }
}

export function createBillingUpstream(clock: Clock, play: (call: UpstreamCall, index: number) => Play) {
  const fake: FakeUpstream = createFakeUpstream([])
  const bills: Bill[] = []
  const stream: FakeUpstream['stream'] = (call, signal) => {
    const { steps, billedNanodollars } = play(call, bills.length)
    bills.push({ call, atMs: clock.wallMs(), nanodollars: billedNanodollars })
    return playSteps(steps, signal)
  }
  return { upstream: { ...fake, stream }, bills }
}

export function createBudgetRig(budgets: readonly Budget[], play: (call: UpstreamCall, index: number) => Play) {
  const rig = createRig([], keyless, budgets)
  const { upstream, bills } = createBillingUpstream(rig.clock, play)
  const ports = { ...rig.ports, upstream }
  let started = 0
  const start = (endpoints: readonly Endpoint[], more: Partial<AdmittedRequest> = {}, signal?: AbortSignal) => {
    started += 1
    const requestId = `request-${started}` as RequestId
    return startRequest(ports, requestFor(endpoints, { requestId, ...more }), signal)
  }
  const countersOf = (name: string) => {
    const found = budgets.find((one) => one.name === name)
    return found === undefined ? [] : ports.budgets.countersOf(found)
  }
  return { ...rig, ports, bills, start, countersOf, billed: () => bills.reduce((sum, one) => sum + one.nanodollars, 0) }
}

const keyless: KeySource = { keysOf: () => undefined, printOf: () => undefined, revision: () => 0 }

/** A promise that a test settles when it likes. */
export function latch(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}
