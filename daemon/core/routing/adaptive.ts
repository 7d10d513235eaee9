/**
 * The strategy `adaptive`: the endpoint first whose effective cost is least, all in nanodollars:
 *
 *   price (less what the prompt cache saves lately)
 * + waiting (first token + output at the measured speed) at 1,000 nanodollars a millisecond, that is $3.60 an hour
 * + for each answer, the failures that come with it x 5 s of waiting and the rate limits x 1 s
 *
 * About one request in fifty goes first to another endpoint, the likelier the less it costs, so that whoever was dropped
 * or is new is looked at again. An endpoint that was tried fewer than three times is taken to be as quick as the quickest.
 * Endpoints of unknown price follow as declared.
 */
import { cacheAdjustedPriceOf, expectedOutputTokensOf } from './blendedPrice.ts'
import type { IntegerRandom } from './integerRandom.ts'
import type { Measured, PlannedEndpoint, RequestNeeds } from './planInput.ts'
import { drawnIndex, sortedByNumber, toFront } from './priceWeighted.ts'

const nanodollarsPerMs = 1_000
const failureMs = 5_000
const rateLimitMs = 1_000
/** So that one that answers nothing any more has a cost that is large, and still a number. */
const leastAnsweredRatio = 0.05
const explorationRatio = 0.02
const leastAttempts = 3
/** Compared by averages only once there are so many attempts. */
const dataAttempts = 5
/** Where nothing at all was measured. */
const guessedFirstTokenMs = 800
const guessedTokensPerSecond = 80

/** The parts of an endpoint's effective cost, in nanodollars. */
export type EffectiveCost = {
  readonly priceNanodollars: number
  readonly waitingNanodollars: number
  readonly failureNanodollars: number
  readonly totalNanodollars: number
}

/** There is enough to compare: two endpoints, or all, were tried a few times. */
export function hasAdaptiveData(endpoints: readonly PlannedEndpoint[]): boolean {
  let tried = 0
  for (const { standing } of endpoints) if ((standing.measured?.attempts ?? 0) >= dataAttempts) tried += 1
  return tried >= 2 || (tried > 0 && tried === endpoints.length)
}

export function adaptive(
  endpoints: readonly PlannedEndpoint[],
  needs: RequestNeeds,
  random: IntegerRandom,
): readonly PlannedEndpoint[] {
  const quickest = quickestOf(endpoints)
  const known: PlannedEndpoint[] = []
  const costs: number[] = []
  const unknown: PlannedEndpoint[] = []
  for (const endpoint of endpoints) {
    const cost = effectiveCostOf(endpoint, needs, quickest)?.totalNanodollars
    if (cost === undefined) {
      unknown.push(endpoint)
      continue
    }
    known.push(endpoint)
    costs.push(cost)
  }
  const ids = known.map(({ facts }) => facts.id)
  const sorted = sortedByNumber(known, Float64Array.from(costs), ids)
  const isExploring = random.ratio() < explorationRatio && known.length > 1
  const first = isExploring ? 1 + drawnIndex(explorationWeightsOf([...costs].sort((a, b) => a - b)), random) : 0
  return toFront(sorted, first).concat(unknown)
}

/** In the order given; undefined where the price is unknown. */
export function effectiveCostsOf(
  endpoints: readonly PlannedEndpoint[],
  needs: RequestNeeds,
): readonly (EffectiveCost | undefined)[] {
  const quickest = quickestOf(endpoints)
  return endpoints.map((endpoint) => effectiveCostOf(endpoint, needs, quickest))
}

function effectiveCostOf(
  { facts, standing }: PlannedEndpoint,
  needs: RequestNeeds,
  quickest: Speed,
): EffectiveCost | undefined {
  const { measured } = standing
  const outputTokens = expectedOutputTokensOf(needs)
  const priceNanodollars = cacheAdjustedPriceOf(facts, measured?.cachedRatio ?? 0, outputTokens, needs.inputTokens)
  if (priceNanodollars === undefined) return undefined
  const speed = speedOf(measured, quickest)
  const waitingMs = speed.firstTokenMs + (outputTokens / speed.tokensPerSecond) * 1_000
  const waitingNanodollars = waitingMs * nanodollarsPerMs
  const failureNanodollars = failedMsOf(measured) * nanodollarsPerMs
  const totalNanodollars = priceNanodollars + waitingNanodollars + failureNanodollars
  return { priceNanodollars, waitingNanodollars, failureNanodollars, totalNanodollars }
}

function failedMsOf(measured: Measured | undefined): number {
  if (measured === undefined) return 0
  const { failedRatio, rateLimitedRatio } = measured
  const answeredRatio = Math.max(leastAnsweredRatio, 1 - failedRatio - rateLimitedRatio)
  return (failedRatio * failureMs + rateLimitedRatio * rateLimitMs) / answeredRatio
}

type Speed = { readonly firstTokenMs: number; readonly tokensPerSecond: number }

function quickestOf(endpoints: readonly PlannedEndpoint[]): Speed {
  let firstTokenMs = Number.POSITIVE_INFINITY
  let tokensPerSecond = 0
  for (const { standing } of endpoints) {
    firstTokenMs = Math.min(firstTokenMs, standing.measured?.firstTokenMs ?? firstTokenMs)
    tokensPerSecond = Math.max(tokensPerSecond, standing.measured?.tokensPerSecond ?? 0)
  }
  return {
    firstTokenMs: firstTokenMs === Number.POSITIVE_INFINITY ? guessedFirstTokenMs : firstTokenMs,
    tokensPerSecond: tokensPerSecond === 0 ? guessedTokensPerSecond : tokensPerSecond,
  }
}

function speedOf(measured: Measured | undefined, quickest: Speed): Speed {
  if (measured === undefined || measured.attempts < leastAttempts) return quickest
  return {
    firstTokenMs: measured.firstTokenMs ?? quickest.firstTokenMs,
    tokensPerSecond: measured.tokensPerSecond ?? quickest.tokensPerSecond,
  }
}

/** Of all but the first; the costs are sorted. */
function explorationWeightsOf([, ...others]: readonly number[]): readonly number[] {
  return others.map((cost) => 1 / (cost + 1))
}
