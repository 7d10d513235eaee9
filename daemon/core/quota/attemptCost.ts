/** What an attempt cost, in whichever of the kinds of money is honest. */
import type { Endpoint } from '../../../shared/domain/endpoint.ts'
import type { Failure } from '../../../shared/domain/failure.ts'
import type { Money } from '../../../shared/domain/money.ts'
import type { Usage } from '../../../shared/domain/usage.ts'
import { estimateMoney, priceUsage } from './price.ts'

export type AttemptFacts = {
  readonly endpoint: Pick<Endpoint, 'rates' | 'isPractice'>
  /** As the provider reported it. */
  readonly usage?: Usage
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

/** Reported usage is measured. A call refused before any answer costs nothing. All else is estimated up to its bound. */
export function attemptCost(facts: AttemptFacts): Money {
  if (facts.usage?.inputTokens !== undefined && facts.usage.outputTokens !== undefined) {
    return priceUsage(facts.usage, facts.endpoint, facts.imageCount)
  }
  if (!facts.hasHead && wasRefused(facts.failure)) {
    return { kind: facts.endpoint.isPractice ? 'practice' : 'measured', nanodollars: 0 }
  }
  return estimateMoney(likelyUsage(facts), facts.bound, facts.endpoint, facts.imageCount)
}

export function tokensOfBytes(bytes: number): number {
  return Math.ceil(bytes / bytesPerToken)
}

/** The provider answered with an error status, or was never reached: nothing was generated. */
function wasRefused(failure: Failure | undefined): boolean {
  if (failure === undefined) return false
  if (failure.httpStatus !== undefined && failure.httpStatus >= 400) return true
  return failure.kind === 'unreachable' || failure.kind === 'bad-credentials' || failure.phase === 'connect'
}

function likelyUsage(facts: AttemptFacts): Usage {
  return { inputTokens: tokensOfBytes(facts.inputBytes), outputTokens: tokensOfBytes(facts.receivedBytes) }
}
