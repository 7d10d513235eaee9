/**
 * The reservation of one attempt: what it can use at most is held of every budget that it counts towards, and its output
 * limit is cut to what is left. Look, reserve and its line happen in one synchronous turn.
 */
import type { AttemptBound } from '../../shared/domain/budget.ts'
import type { ChatRequest } from '../../shared/domain/chatRequest.ts'
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import type { AttemptRecord } from '../../shared/domain/waybill.ts'
import type { Shortfall } from '../core/budgets/admitAttempt.ts'
import { tokensOfBytes } from '../core/quota/attemptCost.ts'
import { boundFor } from '../core/quota/bound.ts'
import type { AdmittedRequest } from './admittedRequest.ts'
import { type BoundedCall, boundedCallOf } from './boundedCall.ts'
import type { BudgetAttempt } from './budgetAttempt.ts'
import type { BudgetGate } from './budgetGate.ts'
import type { Upstream, UpstreamCall } from './ports.ts'
import type { RequestRecord } from './requestRecord.ts'

export type LimitedChatRequest = ChatRequest & { readonly parameters: { readonly maxOutputTokens: number } }

export type AttemptWish = {
  readonly request: AdmittedRequest
  readonly record: RequestRecord
  readonly endpoint: Endpoint
  /** The environment variable of its key; missing: it needs none. */
  readonly key?: string
  /** As the endpoint can take it. */
  readonly chat: LimitedChatRequest
}

export type Reserved =
  | {
      readonly state: 'reserved'
      /** What leaves, under the output limit that fits. */
      readonly sent: Pick<UpstreamCall, 'request' | 'bodyText'>
      readonly imageCount: number
      readonly bound: AttemptBound
      readonly cutOutput?: NonNullable<AttemptRecord['cutOutput']>
      /** Money of a hard budget is held: the line must be on the disk before the call. */
      readonly mustBeDurable: boolean
      /** A hard budget counts what it says: a longer answer is cut. */
      readonly isBounded: boolean
    }
  | { readonly state: 'short'; readonly shortfalls: readonly Shortfall[]; readonly attempt: BudgetAttempt }
  | { readonly state: 'failed'; readonly failure: Failure }

/** Shorter answers are not worth a request, unless it asks for less. */
const leastOutputTokens = 256

type ReservePorts = { readonly budgets: Pick<BudgetGate, 'admit'>; readonly upstream: Pick<Upstream, 'encode'> }

export function reserveAttempt({ budgets, upstream }: ReservePorts, wish: AttemptWish): Reserved {
  const { record, endpoint, key, chat } = wish
  const call = boundedCallOf(upstream, chat, endpoint)
  const attempt = budgetAttemptOf(wish, call)
  const admission = budgets.admit(attempt)
  if (admission.state === 'short') return { state: 'short', shortfalls: admission.shortfalls, attempt }
  const { holds, maxOutputTokens, cutBy } = admission
  const bound = boundFor(call.input, endpoint, maxOutputTokens)
  const failure = record.reserve({ endpoint, bound, holds, ...(key !== undefined && { key }) })
  if (failure !== undefined) return { state: 'failed', failure }
  return {
    state: 'reserved',
    sent: call.under(maxOutputTokens),
    imageCount: call.input.imageCount,
    bound,
    ...(cutBy !== undefined && { cutOutput: { budget: cutBy.name, maxOutputTokens } }),
    mustBeDurable: holds.some(({ isHard, unit }) => isHard && unit === 'money'),
    isBounded: holds.some(({ isHard, unit }) => isHard && unit !== 'requests'),
  }
}

function budgetAttemptOf({ request, record, endpoint, key, chat }: AttemptWish, { input }: BoundedCall): BudgetAttempt {
  const { caller, profile, policy } = request
  const { workspace, user, clientKey } = caller
  const { maxOutputTokens } = chat.parameters
  return {
    subject: {
      user,
      profile,
      provider: endpoint.provider,
      ...(workspace !== undefined && { workspace }),
      ...(key !== undefined && { key }),
      ...(clientKey !== undefined && { clientKey }),
    },
    endpoint: endpoint.id,
    isPractice: endpoint.isPractice,
    need: {
      boundAt: (outputTokens) => {
        const { inputTokens, money } = boundFor(input, endpoint, outputTokens)
        return { tokens: inputTokens + outputTokens, money }
      },
      likelyTokens: () => tokensOfBytes(input.tokens) + maxOutputTokens,
      maxOutputTokens,
      minOutputTokens: policy.minOutputTokens ?? leastOutputTokens,
      isCountedBy: record.isCountedBy,
    },
  }
}
