/** Made-up requests of the past as the journal holds them, with failures, fallbacks, caches and practice; from a seed. */
import type { EndEntry, JournalEntry, RequestEntry, ReserveEntry } from '../../daemon/core/journal/entry.ts'
import { priceUsage } from '../../daemon/core/quota/price.ts'
import type { IntegerRandom } from '../../daemon/core/routing/integerRandom.ts'
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { ProfileName, RequestId } from '../../shared/domain/ids.ts'
import { addMoney, noMoney } from '../../shared/domain/moneySum.ts'
import type { Usage } from '../../shared/domain/usage.ts'
import { endpoint } from './endpoints.ts'

const priced = (input: number) => ({
  rates: {
    inputNanodollarsPerMillionTokens: input,
    cachedInputNanodollarsPerMillionTokens: input / 10,
    outputNanodollarsPerMillionTokens: 4 * input,
    source: 'declared',
  },
})

const endpoints = [
  endpoint('acme/large@one', priced(3_000_000_000)),
  endpoint('acme/large@two', priced(3_500_000_000)),
  endpoint('acme/small@one', priced(250_000_000)),
  endpoint('other/fast@three', priced(600_000_000)),
  endpoint('local/free@four'),
  endpoint('practice/outline@practice', { ...priced(1_000_000), isPractice: true }),
]
const profiles = ['balanced', 'cheap', 'fast'].map((name) => name as ProfileName)
const workspaces = ['/home/ann/shop', '/home/ann/site', '/home/ann/tools', undefined]
const users = ['ann', 'ben']
const prompts = ['explain', 'fix', 'refactor', 'ask'] as const
const clients = ['vscode', 'waybill-cli']

const habitMs = 3 * 3_600_000

/**
 * All lines of one request that ended at `atMs`. Each choice follows the user's habit of these hours in so many cases; else all are
 * as likely.
 */
export function pastRequest(
  random: IntegerRandom,
  number: number,
  atMs: number,
  habitRatio = 0,
): readonly JournalEntry[] {
  const user = random.uint32() % users.length
  const pick = <Value>(values: readonly Value[]) => values[random.uint32() % values.length] as Value
  const requestId = `past-${String(number).padStart(9, '0')}` as RequestId
  const usual = <Value>(values: readonly Value[], place: number) =>
    random.ratio() < habitRatio ? (values[place % values.length] as Value) : pick(values)
  const workspace = usual(workspaces, user + Math.floor(atMs / habitMs))
  const caller = {
    client: usual(clients, user),
    user: users[user] ?? '',
    ...(workspace !== undefined && { workspace }),
  }
  const route = { profile: usual(profiles, user), profileSource: 'default', prompt: pick(prompts) } as const
  if (random.ratio() < 0.01) return [refused(requestId, atMs, caller, route)]
  const first = usual(endpoints, user)
  const isFallback = random.ratio() < 0.05
  const tried = isFallback ? [first, pick(endpoints)] : [first]
  const plan = { version: 1, candidates: tried.map(({ id }) => id), rejected: [] }
  const totalMs = Math.round(400 * Math.exp(3 * random.ratio()) * 10) / 10
  const startedAtMs = Math.round(atMs - totalMs)
  const lines: JournalEntry[] = []
  let cost = noMoney
  const outcome =
    isFallback || random.ratio() < 0.93 ? 'succeeded' : pick(['failed', 'cancelled', 'interrupted'] as const)
  for (const [place, one] of tried.entries()) {
    const isLast = place === tried.length - 1
    const scope = { ...caller, ...route, plan }
    const reserve = reserveOf(one, { requestId, atMs: startedAtMs, attempt: place + 1, scope })
    const end = endOf(reserve, one, { atMs, totalMs, outcome: isLast ? outcome : 'failed', random })
    cost = addMoney(cost, end.record.cost)
    lines.push(reserve, end)
  }
  const isAnswered = outcome === 'succeeded'
  const request: RequestEntry = {
    type: 'request',
    atMs,
    attemptCount: tried.length,
    waybill: {
      requestId,
      startedAtMs,
      totalMs,
      ...(isAnswered && { firstTextMs: totalMs / 4 }),
      caller,
      ...route,
      plan,
      outcome,
      cost,
    },
  }
  return [...lines, request]
}

type ReserveFacts = Pick<ReserveEntry, 'requestId' | 'atMs' | 'attempt' | 'scope'>

function reserveOf(one: Endpoint, facts: ReserveFacts): ReserveEntry {
  return {
    type: 'reserve',
    ...facts,
    requestStartedAtMs: facts.atMs,
    endpoint: one.id,
    provider: one.provider,
    model: one.model,
    isPractice: one.isPractice,
    bound: { kind: 'unknown' },
    boundInputTokens: 10_000,
    boundOutputTokens: 4_000,
  }
}

type EndFacts = {
  readonly atMs: number
  readonly totalMs: number
  readonly outcome: EndEntry['record']['outcome']
  readonly random: IntegerRandom
}

function endOf(reserve: ReserveEntry, one: Endpoint, { atMs, totalMs, outcome, random }: EndFacts): EndEntry {
  const inputTokens = 200 + (random.uint32() % 8_000)
  const usage: Usage = {
    inputTokens,
    cachedInputTokens: random.ratio() < 0.5 ? Math.floor(inputTokens / 2) : 0,
    cacheWriteTokens: random.uint32() % 100,
    outputTokens: 20 + (random.uint32() % 2_000),
    reasoningTokens: random.uint32() % 20,
  }
  const isAnswered = outcome === 'succeeded'
  const measured = priceUsage(usage, one)
  const isEstimated = outcome === 'cancelled' && measured.kind === 'measured'
  return {
    type: 'end',
    atMs,
    requestId: reserve.requestId,
    record: {
      attempt: reserve.attempt,
      endpoint: one.id,
      provider: one.provider,
      model: one.model,
      isPractice: one.isPractice,
      startedAtMs: reserve.atMs,
      headMs: totalMs / 5,
      ...(isAnswered && { firstTextMs: totalMs / 4 }),
      totalMs,
      outcome,
      ...(outcome === 'failed' && { failure: { kind: 'overloaded', message: 'The provider is overloaded.' } as const }),
      isRewound: outcome === 'failed' && random.ratio() < 0.3,
      ...(isAnswered && { usage }),
      cost: isEstimated
        ? { ...measured, kind: 'estimated', lowNanodollars: 0, highNanodollars: measured.nanodollars * 2 }
        : measured,
      ...(one.rates !== undefined && { rates: one.rates }),
      bound: { kind: 'unknown' },
    },
  }
}

function refused(
  requestId: RequestId,
  atMs: number,
  caller: RequestEntry['waybill']['caller'],
  route: Pick<RequestEntry['waybill'], 'profile' | 'profileSource' | 'prompt'>,
): RequestEntry {
  const failure = { kind: 'no-endpoint', message: 'Nobody can be asked.' } as const
  const waybill = {
    requestId,
    startedAtMs: atMs,
    totalMs: 0,
    caller,
    ...route,
    outcome: 'failed',
    failure,
    cost: noMoney,
  } as const
  return { type: 'request', atMs, attemptCount: 0, waybill }
}
