/**
 * What one request would cost at an endpoint, in nanodollars, for comparing: input estimate x prompt price + expected
 * output x completion price, and the price for the request itself. Undefined: its price is unknown.
 */
import type { EndpointFacts, RequestNeeds, Standing } from './planInput.ts'

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

/** How long the answer probably is: what the caller says, else what the endpoint's answers lately were. */
export function expectedOutputTokensOf(needs: RequestNeeds, standing: Standing): number {
  return needs.expectedOutputTokens ?? standing.measured?.outputTokens ?? guessedOutputTokens
}
