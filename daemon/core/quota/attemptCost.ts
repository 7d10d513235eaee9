/** What an attempt cost, in whichever of the kinds of money is honest. */
import type { Endpoint } from '../../../shared/domain/endpoint.ts'
import type { Failure, FailureKind } from '../../../shared/domain/failure.ts'
import type { Money } from '../../../shared/domain/money.ts'
import type { Usage } from '../../../shared/domain/usage.ts'
import { type EstimatedUsage, estimateMoney, priceUsage } from './price.ts'

export type AttemptFacts = {
  readonly endpoint: Pick<Endpoint, 'rates' | 'isPractice'>
  /** As the provider reported it. */
  readonly usage?: Usage
  /** It reported so before the end of its answer. */
  readonly isUsagePartial?: boolean
  readonly failure?: Failure
  /** The provider sent a success head. */
  readonly hasHead: boolean
  readonly inputBytes: number
  /** In the input. */
  readonly imageCount: number
  readonly receivedBytes: number
  readonly bound: Money
}

/** Of ordinary text; used only for estimates, which say that they are. */
const bytesPerToken = 4
/** No vocabulary in use has a longer token: 128 spaces in o200k_base (OpenAI's tokenizer, 2024-05). */
const longestTokenBytes = 128

/**
 * A reported count of the whole answer is measured. A call refused before any answer costs nothing. All else is estimated:
 * from what was reported and received for certain, up to its bound.
 */
export function attemptCost(facts: AttemptFacts): Money {
  const { usage, endpoint, imageCount } = facts
  const isCounted = usage?.inputTokens !== undefined && usage.outputTokens !== undefined
  if (isCounted && facts.isUsagePartial !== true) return priceUsage(usage, endpoint, imageCount)
  if (!facts.hasHead && wasRefused(facts.failure)) {
    return { kind: endpoint.isPractice ? 'practice' : 'measured', nanodollars: 0 }
  }
  return estimateMoney(estimatedUsage(facts), facts.bound, endpoint, imageCount)
}

export function tokensOfBytes(bytes: number): number {
  return Math.ceil(bytes / bytesPerToken)
}

const unsent: ReadonlySet<FailureKind> = new Set(['unreachable', 'bad-credentials', 'ledger-unavailable'])

/** The provider answered with an error status, or was never reached: nothing was generated. */
function wasRefused(failure: Failure | undefined): boolean {
  if (failure === undefined || failure.mayHaveArrived === true) return false
  if (failure.httpStatus !== undefined && failure.httpStatus >= 400) return true
  return unsent.has(failure.kind) || failure.phase === 'connect'
}

function estimatedUsage({ usage, inputBytes, receivedBytes }: AttemptFacts): EstimatedUsage {
  const reported = usage?.outputTokens ?? 0
  const likely = {
    ...usage,
    inputTokens: usage?.inputTokens ?? tokensOfBytes(inputBytes),
    outputTokens: Math.max(reported, tokensOfBytes(receivedBytes)),
  }
  if (usage === undefined && receivedBytes === 0) return { likely }
  const certain = {
    ...usage,
    inputTokens: usage?.inputTokens ?? 0,
    outputTokens: Math.max(reported, Math.ceil(receivedBytes / longestTokenBytes)),
  }
  return { likely, certain }
}
