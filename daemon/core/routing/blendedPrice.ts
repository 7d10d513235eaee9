/**
 * What one request would cost at an endpoint, in nanodollars, for comparing: input estimate x prompt price + expected
 * output x completion price, and the price for the request itself. Undefined: its price is unknown.
 */
import type { EndpointFacts, PlannedModel, RequestNeeds } from './planInput.ts'

/** After so many answers an endpoint's average counts no more for having more of them. */
const mostCounted = 20
/** Until something was measured: about a screenful of code. */
const guessedOutputTokens = 500
const tokensPerRate = 1_000_000

export function blendedPriceOf(facts: EndpointFacts, outputTokens: number, inputTokens: number): number | undefined {
  const { promptNanodollars, completionNanodollars, requestNanodollars = 0 } = facts
  if (promptNanodollars === undefined || completionNanodollars === undefined) return undefined
  return (inputTokens * promptNanodollars + outputTokens * completionNanodollars) / tokensPerRate + requestNanodollars
}

/** The same when as much of the input is read from the cache as was lately. */
export function cacheAdjustedPriceOf(
  facts: EndpointFacts,
  cachedRatio: number,
  outputTokens: number,
  inputTokens: number,
): number | undefined {
  const price = blendedPriceOf(facts, outputTokens, inputTokens)
  const { promptNanodollars, cachedReadNanodollars } = facts
  if (price === undefined || promptNanodollars === undefined || cachedReadNanodollars === undefined) return price
  return price - (cachedRatio * inputTokens * (promptNanodollars - cachedReadNanodollars)) / tokensPerRate
}

/** How long the answer probably is: one number for all endpoints, or who once gave a short answer would look cheap. */
export function expectedOutputTokensOf(needs: RequestNeeds): number {
  return needs.expectedOutputTokens ?? guessedOutputTokens
}

/** The average of what the endpoints of these models answered lately; whole tokens. */
export function usualOutputTokens(models: readonly Pick<PlannedModel, 'endpoints'>[]): number | undefined {
  let tokens = 0
  let weights = 0
  for (const { endpoints } of models) {
    for (const { standing } of endpoints) {
      const { attempts = 0, outputTokens } = standing.measured ?? {}
      if (outputTokens === undefined) continue
      const weight = Math.min(attempts, mostCounted)
      tokens += weight * outputTokens
      weights += weight
    }
  }
  return weights === 0 ? undefined : Math.max(1, Math.round(tokens / weights))
}
