/** Why the first candidate of a plan is the first, as a clause. Made only when somebody asks. */
import type { CandidateScore } from '../../../shared/domain/explanation.ts'
import type { RoutePlan } from '../../../shared/domain/routePlan.ts'
import { isFree, type Pool, poolsOf } from './explainOrder.ts'
import { type Part, pricedOf } from './orderEndpoints.ts'
import type { PlanInput } from './planInput.ts'
import { isMixed } from './planRoute.ts'
import { isKnown } from './priceWeighted.ts'

/** Follows `it was the first of 3 candidates, `. Undefined where there is nothing to choose among. */
export function firstBecauseOf(
  input: PlanInput,
  plan: RoutePlan,
  scores: readonly CandidateScore[],
): string | undefined {
  const [pool] = poolsOf(input, plan)
  if (pool === undefined || plan.candidates.length < 2) return undefined
  if (pool.endpoints.length === 1 && !isMixed(input)) return 'as the only candidate of its model, which comes first'
  if (pool.listed.length > 0) return 'because `order` names its provider first'
  const part = [...pool.hits, ...pool.misses].find(({ endpoints }) => endpoints.length > 0)
  if (part === undefined) return undefined
  if (part.endpoints.length === 1) return aloneText(pool, part)
  if (part.held !== undefined) return 'because it holds this conversation in its prompt cache'
  return orderText(part, input, scores[0])
}

/** The others of its model, or of all, stand in parts that follow. */
function aloneText({ hits, misses }: Pool, part: Part): string {
  const isHit = hits.includes(part)
  const isAnyUnstable = (isHit ? hits : misses).some((one) => one !== part && one.endpoints.length > 0)
  const isAnyMiss = isHit && misses.some(({ endpoints }) => endpoints.length > 0)
  const faults = [
    ...(isAnyUnstable ? ['failed often'] : []),
    ...(isAnyMiss ? ['missed the preferred latency or throughput'] : []),
  ]
  return `because the others lately ${faults.join(' or ')}`
}

function orderText(part: Part, input: PlanInput, first: CandidateScore | undefined): string {
  switch (part.by) {
    case 'latency':
      return measuredText(part, 'latency', 'because its first token comes soonest')
    case 'throughput':
      return measuredText(part, 'throughput', 'because it writes fastest')
    default:
      return priceText(part, input, first)
  }
}

function measuredText({ endpoints }: Part, name: 'latency' | 'throughput', text: string): string {
  const count = endpoints.filter(({ standing }) => standing[name] !== undefined).length
  if (count === 0) return `as declared: ${name === 'latency' ? 'no first token' : 'no speed'} is measured yet`
  return count === 1 ? 'because it alone is measured' : text
}

function priceText({ by, endpoints }: Part, input: PlanInput, first: CandidateScore | undefined): string {
  const prices = pricedOf(endpoints, input)
  const knownCount = prices.filter(isKnown).length
  if (knownCount === 0) return 'as declared: no price is known'
  if (knownCount === 1) return 'because it alone has a known price'
  if (by === 'price') return 'because it is the cheapest'
  if (by === 'adaptive') {
    return first?.isExploring === true
      ? 'looked at again; about one request in fifty is'
      : 'with the least of price, waiting and failures'
  }
  const freeCount = prices.filter(isFree).length
  if (freeCount === 0) return 'drawn by price: half the price is four times as likely'
  return freeCount === 1 ? 'because it costs nothing' : 'drawn evenly among those that cost nothing'
}
