/**
 * A small world for proofs about budgets: requests come, providers answer, fail or fall silent, clocks jump, the daemon is
 * killed and started again on its journal. Its providers bill each call when it comes, for its whole answer, and what they
 * billed is added up by the calendar of each budget's zone, with nothing of the ledger's own arithmetic.
 */
import type { BudgetGate } from '../../daemon/gateway/budgetGate.ts'
import { releaseReservation } from '../../daemon/gateway/budgetView.ts'
import type { UpstreamCall } from '../../daemon/gateway/ports.ts'
import type { Budget } from '../../shared/domain/budget.ts'
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { RequestId } from '../../shared/domain/ids.ts'
import type { RateRow } from '../../shared/domain/money.ts'
import { createBillingUpstream } from './budgetRig.ts'
import { done, head, text, type UpstreamStep } from './fakeUpstream.ts'
import { createRig, requestFor, startRequest } from './gatewayRig.ts'
import { createManualClock } from './manualClock.ts'
import { createMemoryJournal } from './memoryJournal.ts'

/** Shares: of the most that may be billed. `liar`: more than it was asked for. */
export type WorldPlay = {
  readonly kind: 'answer' | 'refuse' | 'limit' | 'truncate' | 'hang' | 'silent' | 'endless' | 'liar'
  readonly inputShare: number
  readonly outputShare: number
  readonly isReasoning: boolean
  readonly afterMs: number
}

export type Asked = {
  readonly user: string
  readonly workspace: string
  readonly first: number
  readonly count: number
  readonly maxOutputTokens: number
  readonly words: string
  readonly canRewind: boolean
}

export type Deed =
  | ({ readonly do: 'ask' } & Asked)
  | { readonly do: 'advance'; readonly durationMs: number }
  | { readonly do: 'jump' | 'kill' | 'cancel' | 'release' }

type Bill = {
  readonly requestId: string
  readonly attempt: number
  readonly user: string
  readonly workspace: string
  readonly provider: string
  readonly atMs: number
  readonly tokens: number
  readonly nanodollars: number
  /** Beyond what it was asked for at most. */
  readonly excess: { readonly tokens: number; readonly nanodollars: number }
}

export function createBudgetWorld(options: {
  readonly budgets: readonly Budget[]
  readonly endpoints: readonly Endpoint[]
  readonly plays: readonly WorldPlay[]
  readonly startAtMs: number
  /** How far the clock jumps, there and back. */
  readonly awayMs: number
}) {
  const { budgets, endpoints, plays, startAtMs } = options
  const clock = createManualClock(startAtMs)
  const journal = createMemoryJournal(clock)
  const asked = new Map<string, Asked>()
  const bills: Bill[] = []
  let isAway = false
  let life = startLife()

  function startLife() {
    const under = new Map<string, { readonly abort: AbortController; readonly ended: Promise<unknown> }>()
    const own = { isAlive: true }
    const append: typeof journal.append = (entries, checkpoint) =>
      own.isAlive ? journal.append(entries, checkpoint) : { kind: 'ledger-unavailable', message: 'killed' }
    const rig = createRig([], undefined, budgets, { clock, journal: { ...journal, append } })
    const { upstream } = createBillingUpstream(clock, playCall)
    return { own, under, rig, ports: { ...rig.ports, upstream } }
  }

  function playCall(call: UpstreamCall) {
    const play = plays[bills.length % plays.length] ?? { ...calm, kind: 'answer' }
    const bill = billOf(call, play)
    bills.push(bill)
    return { steps: stepsOf(call, play), billedNanodollars: bill.nanodollars }
  }

  function billOf({ endpoint, request }: UpstreamCall, play: WorldPlay): Bill {
    const requestId = String(request.messages[0]?.content).split(' ')[0] ?? ''
    const who = asked.get(requestId)
    const attempt = bills.filter((one) => one.requestId === requestId).length + 1
    const isFree = play.kind === 'refuse' || play.kind === 'limit'
    const { input, output } = isFree ? { input: 0, output: 0 } : tokensOf(request, play)
    const most = request.parameters.maxOutputTokens ?? 0
    const price = (outputTokens: number) =>
      isFree ? 0 : priceOf(endpoint.rates, input, outputTokens, play.isReasoning)
    const over = Math.max(0, output - most)
    return {
      requestId,
      attempt,
      user: who?.user ?? '',
      workspace: who?.workspace ?? '',
      provider: endpoint.provider,
      atMs: clock.wallMs(),
      tokens: input + output,
      nanodollars: price(output),
      excess: { tokens: over, nanodollars: price(output) - price(output - over) },
    }
  }

  function stepsOf({ request }: UpstreamCall, play: WorldPlay): readonly UpstreamStep[] {
    const { input, output } = tokensOf(request, play)
    const reasoning = play.isReasoning ? { reasoningTokens: output } : {}
    const usage = { type: 'usage' as const, usage: { inputTokens: input, outputTokens: output, ...reasoning } }
    const pause = new Promise<void>((resolve) => clock.startTimer(play.afterMs, resolve))
    switch (play.kind) {
      case 'answer':
      case 'liar':
        return [[head], pause, [text('word')], [usage, done]]
      case 'refuse':
        return [pause, [{ type: 'failure', failure: { kind: 'provider-error', message: '', httpStatus: 500 } }]]
      case 'limit':
        return [
          [{ type: 'failure', failure: { kind: 'rate-limited', message: '', httpStatus: 429, retryAfterMs: 500 } }],
        ]
      case 'truncate':
        return [[head], [text('half')], pause]
      case 'hang':
        return [[head], [text('half')], 'hang']
      case 'silent':
        return ['hang']
      case 'endless':
        return [[head], pause, [text('word '.repeat(output * 4))], 'hang']
    }
  }

  function ask(wish: Asked): void {
    const requestId = `request-${asked.size + 1}` as RequestId
    asked.set(requestId, wish)
    const { user, workspace, first, count, maxOutputTokens, words, canRewind } = wish
    const some = [...endpoints.slice(first), ...endpoints.slice(0, first)].slice(0, count)
    const { policy } = requestFor(some)
    const request = requestFor(some, {
      requestId,
      caller: { client: 'test', user, workspace },
      messages: [{ role: 'user', content: `${requestId} ${words}` }],
      policy: { ...policy, parameters: { maxOutputTokens }, patienceMs: 5_000 },
      canRewind,
      stickyKey: requestId,
    })
    const abort = new AbortController()
    const { under, ports } = life
    const { ended } = startRequest(ports, request, abort.signal)
    under.set(requestId, { abort, ended: ended.finally(() => under.delete(requestId)) })
  }

  /** Nothing of the life before is written any more. */
  async function endLife(): Promise<void> {
    const { own, under } = life
    own.isAlive = false
    const ends = [...under.values()].map(({ abort, ended }) => {
      abort.abort()
      return ended
    })
    await clock.advance(0)
    await Promise.all(ends)
  }

  /** The user looks up what the provider billed for the interrupted attempts of a request. */
  function release(): void {
    const { ledger, ports } = life.rig
    const interrupted = [...ledger.state().budgets.interrupted.values()]
    const [oldest] = interrupted
    if (oldest === undefined) return
    const { requestId } = oldest
    const attempts = interrupted.filter((one) => one.requestId === requestId).map(({ record }) => record.attempt)
    const spentNanodollars = bills
      .filter((bill) => bill.requestId === requestId && attempts.includes(bill.attempt))
      .reduce((sum, { nanodollars }) => sum + nanodollars, 0)
    releaseReservation({ settings: unused, ledger, budgets: ports.budgets, clock }, { requestId, spentNanodollars })
  }

  async function perform(deed: Deed): Promise<void> {
    switch (deed.do) {
      case 'ask':
        ask(deed)
        return clock.advance(0)
      case 'advance':
        return clock.advance(deed.durationMs)
      case 'jump':
        clock.jump(isAway ? -options.awayMs : options.awayMs)
        isAway = !isAway
        return
      case 'kill':
        await endLife()
        life = startLife()
        return
      case 'cancel':
        for (const { abort } of [...life.under.values()].slice(0, 1)) abort.abort()
        return clock.advance(0)
      case 'release':
        return release()
    }
  }

  return {
    perform,
    end: endLife,
    gate: (): BudgetGate => life.rig.ports.budgets,
    bills: () => bills,
    nowMs: clock.wallMs,
  }
}

const calm = { inputShare: 1, outputShare: 1, isReasoning: false, afterMs: 0 }
const unused = {
  current: () => requestFor([]).settings,
  setBudget: () => undefined,
  removeBudget: () => undefined,
}

type Tokens = { readonly input: number; readonly output: number }

/** No tokenizer makes more tokens than there are bytes. */
function tokensOf(request: UpstreamCall['request'], play: WorldPlay): Tokens {
  const most = request.parameters.maxOutputTokens ?? 0
  const bytes = request.messages.reduce((sum, { content }) => sum + Buffer.byteLength(String(content)) + 4, 0)
  const input = Math.ceil(bytes * play.inputShare)
  if (play.kind === 'liar') return { input, output: most + Math.ceil(most * play.outputShare) }
  return { input, output: play.kind === 'endless' ? most : Math.ceil(most * play.outputShare) }
}

function priceOf(rates: RateRow | undefined, input: number, output: number, isReasoning: boolean): number {
  if (rates === undefined) return 0
  const { inputNanodollarsPerMillionTokens, outputNanodollarsPerMillionTokens, nanodollarsPerRequest = 0 } = rates
  const reasoning = rates.reasoningNanodollarsPerMillionTokens ?? outputNanodollarsPerMillionTokens
  const outputRate = isReasoning ? reasoning : outputNanodollarsPerMillionTokens
  return Math.ceil((input * inputNanodollarsPerMillionTokens + output * outputRate) / 1e6) + nanodollarsPerRequest
}

/** What was billed in each window of a budget, by member and by the dates of its zone; and how much of it nobody could bound. */
export function billedByWindow(budget: Budget, windowNameOf: (atMs: number) => string, bills: readonly Bill[]) {
  const windows = new Map<string, { billed: number; excess: number }>()
  const counted = new Set<string>()
  for (const bill of bills) {
    const member = memberOf(budget, bill)
    if (member === undefined || (budget.of !== undefined && budget.of !== member)) continue
    const key = `${member}|${windowNameOf(bill.atMs)}`
    const sum = windows.get(key) ?? { billed: 0, excess: 0 }
    if (budget.unit === 'money') {
      sum.billed += bill.nanodollars
      sum.excess += bill.excess.nanodollars
    }
    if (budget.unit === 'tokens') {
      sum.billed += bill.tokens
      sum.excess += bill.excess.tokens
    }
    if (budget.unit === 'requests' && !counted.has(`${member}|${bill.requestId}`)) sum.billed += 1
    counted.add(`${member}|${bill.requestId}`)
    windows.set(key, sum)
  }
  return windows
}

function memberOf({ scope }: Budget, bill: Bill): string | undefined {
  switch (scope) {
    case 'everything':
      return ''
    case 'user':
      return bill.user
    case 'workspace':
      return bill.workspace
    case 'provider':
      return bill.provider
    default:
      return undefined
  }
}

export function createWindowNames({ window, zone }: Pick<Budget, 'window' | 'zone'>): (atMs: number) => string {
  const days = new Intl.DateTimeFormat('en-CA', { timeZone: zone })
  const hours = new Intl.DateTimeFormat('en-CA', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' })
  return (atMs) => {
    const date = days.format(atMs)
    switch (window) {
      case 'lifetime':
        return ''
      case 'month':
        return date.slice(0, 7)
      case 'week':
        // 1970-01-05 was a Monday.
        return String(Math.floor((Date.parse(date) / 86_400_000 - 4) / 7))
      case 'day':
        return date
      default:
        return `${date} ${hours.format(atMs)}`
    }
  }
}
