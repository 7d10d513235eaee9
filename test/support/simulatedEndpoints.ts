/**
 * Endpoints that are only simulated: prices, waiting, failures and rate limits that a scenario sets and changes. Runs the
 * planner request by request with the averages that the daemon keeps, and adds up what a caller would have paid and waited.
 */
import { type MeasuredAttempt, nothingMeasured, onMeasuredAttempt } from '../../daemon/core/metrics/measured.ts'
import { usualOutputTokens } from '../../daemon/core/routing/blendedPrice.ts'
import { createIntegerRandom, type IntegerRandom } from '../../daemon/core/routing/integerRandom.ts'
import type { Measured, PlanInput } from '../../daemon/core/routing/planInput.ts'
import { planRoute } from '../../daemon/core/routing/planRoute.ts'
import { dollars, planned, plannedModels } from './endpoints.ts'

export type SimulatedEndpoint = {
  /** US dollars for a million tokens of input; output costs four times that. */
  readonly price: string
  readonly firstTokenMs: number
  readonly tokensPerSecond: number
  readonly failedRatio?: number
  readonly rateLimitedRatio?: number
}

export type Scenario = Readonly<Record<string, SimulatedEndpoint>>

export type Simulation = {
  /** Who was tried first, request by request. */
  readonly firsts: readonly string[]
  /** Price and waiting of all requests, waiting at $0.001 a second. */
  readonly nanodollars: number
}

const inputTokens = 2_000
/** On the average; an answer has from a tenth of it to nearly twice as many. */
const averageOutputTokens = 500
/** What a failed attempt costs before it fails. */
const failureMs = 1_000

/** `scenarioAt` gives the world as it is at each request. */
export function simulate(count: number, seed: number, scenarioAt: (request: number) => Scenario): Simulation {
  const dice = createIntegerRandom(seed)
  const measured = new Map<string, Measured>()
  const firsts: string[] = []
  let nanodollars = 0
  for (let request = 0; request < count; request++) {
    const scenario = scenarioAt(request)
    const candidates = planRoute(inputFor(scenario, measured, dice.uint32())).candidates.map((id) => id.slice(4))
    firsts.push(candidates[0] ?? '')
    for (const name of candidates) {
      const attempt = attemptAt(scenario[name], dice)
      measured.set(name, onMeasuredAttempt(measured.get(name) ?? nothingMeasured, attempt.measured))
      nanodollars += attempt.nanodollars
      if (attempt.measured.outcome === 'succeeded') break
    }
  }
  return { firsts, nanodollars }
}

/** The same when one endpoint is always asked first, and the others only after it failed. */
export function simulateFixed(name: string, count: number, seed: number, scenarioAt: (request: number) => Scenario) {
  const dice = createIntegerRandom(seed)
  let nanodollars = 0
  for (let request = 0; request < count; request++) {
    const scenario = scenarioAt(request)
    const others = Object.keys(scenario).filter((other) => other !== name)
    for (const candidate of [name, ...others]) {
      const attempt = attemptAt(scenario[candidate], dice)
      nanodollars += attempt.nanodollars
      if (attempt.measured.outcome === 'succeeded') break
    }
  }
  return nanodollars
}

function inputFor(scenario: Scenario, measured: ReadonlyMap<string, Measured>, seed: number): PlanInput {
  const endpoints = Object.entries(scenario).map(([name, { price }]) => {
    const known = measured.get(name)
    return planned(`a/x@${name}`, dollars(price), known === undefined ? {} : { measured: known })
  })
  const models = plannedModels(endpoints)
  const expectedOutputTokens = usualOutputTokens(models)
  return {
    nowMs: 0,
    seed,
    models,
    preferences: {},
    needs: {
      inputTokens,
      requiredOutputTokens: 1,
      ...(expectedOutputTokens !== undefined && { expectedOutputTokens }),
      parameters: [],
      modalities: [],
    },
  }
}

function attemptAt(
  endpoint: SimulatedEndpoint | undefined,
  dice: IntegerRandom,
): { readonly measured: MeasuredAttempt; readonly nanodollars: number } {
  if (endpoint === undefined) throw new Error('a candidate that the scenario does not have')
  const { price, failedRatio = 0, rateLimitedRatio = 0 } = endpoint
  const fate = dice.ratio()
  if (fate < failedRatio) return { measured: { outcome: 'failed' }, nanodollars: failureMs * 1_000 }
  if (fate < failedRatio + rateLimitedRatio) return { measured: { outcome: 'rate-limited' }, nanodollars: 100 * 1_000 }
  const outputTokens = Math.round(averageOutputTokens * (0.1 + 1.8 * dice.ratio()))
  // Up to a fifth off either way.
  const firstTokenMs = endpoint.firstTokenMs * (0.8 + 0.4 * dice.ratio())
  const tokensPerSecond = endpoint.tokensPerSecond * (0.8 + 0.4 * dice.ratio())
  const waitingMs = firstTokenMs + (outputTokens / tokensPerSecond) * 1_000
  const paid = (Number(price) * 1e9 * (inputTokens + 4 * outputTokens)) / 1e6
  return {
    measured: { outcome: 'succeeded', firstTokenMs, tokensPerSecond, outputTokens, inputTokens },
    nanodollars: paid + waitingMs * 1_000,
  }
}
