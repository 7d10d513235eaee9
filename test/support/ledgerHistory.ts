/** Generated histories of a ledger: what may happen to it, as data, and the hand that does it. */
import fc from 'fast-check'
import type { JournalEntry, ReserveEntry } from '../../daemon/core/journal/entry.ts'
import type { Ledger } from '../../daemon/gateway/ledger.ts'
import type { RequestId } from '../../shared/domain/ids.ts'
import { noMoney } from '../../shared/domain/moneySum.ts'
import type { AttemptRecord } from '../../shared/domain/waybill.ts'
import { endpoint } from './endpoints.ts'
import type { ManualClock } from './manualClock.ts'

export type HistoryStep =
  | { readonly kind: 'reserve'; readonly request: number; readonly endpoint: number; readonly nanodollars: number }
  | {
      readonly kind: 'end'
      readonly request: number
      readonly outcome: 'succeeded' | 'failed'
      readonly tokens: number
    }
  | { readonly kind: 'finish'; readonly request: number; readonly outcome: 'succeeded' | 'failed' | 'cancelled' }
  | { readonly kind: 'clock'; readonly byMs: number }

const dayMs = 86_400_000
const endpoints = [endpoint('a/x@one'), endpoint('a/x@two'), endpoint('b/y@three')] as const
const request = fc.nat(5)

export const historyStep: fc.Arbitrary<HistoryStep> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('reserve'), request, endpoint: fc.nat(2), nanodollars: fc.nat(1e9) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('end'),
      request,
      outcome: fc.constantFrom('succeeded', 'failed'),
      tokens: fc.nat(10_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('finish'),
      request,
      outcome: fc.constantFrom('succeeded', 'failed', 'cancelled'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('clock'),
      byMs: fc.constantFrom(1, 4_000, 40_000, 3_600_000, dayMs, -3_600_000, -dayMs, 365 * dayMs, -365 * dayMs),
    }),
  },
)

type Open = { readonly requestId: RequestId; attempts: number; open: ReserveEntry | undefined }

/** Takes steps on whatever ledger it is given: one that was recovered goes on where the last one was left. */
export function createHistory(clock: ManualClock) {
  const requests = new Map<number, Open>()
  let made = 0

  function openAt(number: number): Open {
    const found = requests.get(number)
    if (found !== undefined) return found
    made += 1
    const fresh = { requestId: `request-${made}` as RequestId, attempts: 0, open: undefined }
    requests.set(number, fresh)
    return fresh
  }

  return {
    // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one branch a kind of step, each short.
    take: (ledger: Ledger, step: HistoryStep): void => {
      if (step.kind === 'clock') {
        clock.jump(step.byMs)
        return
      }
      const one = openAt(step.request)
      const atMs = clock.wallMs()
      switch (step.kind) {
        case 'reserve': {
          if (one.open !== undefined) return
          const { id, provider, model } = endpoints[step.endpoint] ?? endpoints[0]
          const reserve: ReserveEntry = {
            type: 'reserve',
            atMs,
            requestId: one.requestId,
            requestStartedAtMs: atMs,
            attempt: one.attempts + 1,
            endpoint: id,
            provider,
            model,
            isPractice: false,
            bound: { kind: 'measured', nanodollars: step.nanodollars },
            boundInputTokens: 10,
            boundOutputTokens: 10,
            scope: { client: 'test', user: 'anna', workspace: `/home/ann/${step.request}` },
          }
          if (ledger.reserve(reserve) !== undefined) return
          one.attempts += 1
          one.open = reserve
          return
        }
        case 'end':
          if (one.open !== undefined) ledger.settle([endOf(one.open, step, atMs)])
          one.open = undefined
          return
        case 'finish': {
          const last = one.open === undefined ? [] : [endOf(one.open, { outcome: 'failed', tokens: 1 }, atMs)]
          ledger.settle([...last, requestOf(one, step.outcome, atMs)])
          requests.delete(step.request)
        }
      }
    },
    /** A daemon that was killed: its successor has closed what was open. */
    forgetOpen: () => requests.clear(),
  }
}

function endOf(
  reserve: ReserveEntry,
  { outcome, tokens }: { readonly outcome: 'succeeded' | 'failed'; readonly tokens: number },
  atMs: number,
): JournalEntry {
  const { attempt, endpoint: id, provider, model, isPractice, bound } = reserve
  const record: AttemptRecord = {
    attempt,
    endpoint: id,
    provider,
    model,
    isPractice,
    startedAtMs: reserve.atMs,
    firstTextMs: tokens / 10,
    totalMs: tokens,
    outcome,
    ...(outcome === 'failed' && { failure: { kind: 'overloaded', message: 'busy' } }),
    isRewound: false,
    usage: { inputTokens: tokens, outputTokens: tokens },
    cost: { kind: 'measured', nanodollars: tokens },
    bound,
  }
  return { type: 'end', atMs, requestId: reserve.requestId, record }
}

function requestOf(one: Open, outcome: 'succeeded' | 'failed' | 'cancelled', atMs: number): JournalEntry {
  const caller = { client: 'test', user: 'anna' }
  const waybill = { requestId: one.requestId, startedAtMs: atMs, totalMs: 5, caller, outcome, cost: noMoney }
  return { type: 'request', atMs, attemptCount: one.attempts, waybill }
}
