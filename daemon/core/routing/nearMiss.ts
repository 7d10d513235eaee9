/**
 * The near miss of a plan: which rejected endpoint would have been first had one thing been different, and what that is.
 * Each reason is lifted by itself and the request planned again with the same dice.
 */
import type { ExceededPrice, NearMiss } from '../../../shared/domain/explanation.ts'
import type { RejectionReason, RoutePlan } from '../../../shared/domain/routePlan.ts'
import { limitsOf } from './filterEndpoints.ts'
import type { PlanInput, PlannedEndpoint } from './planInput.ts'
import { planRoute } from './planRoute.ts'

/**
 * Of the others the user named the provider, so that nothing was missed; and with fallbacks on, the first would still be
 * the first.
 */
export type LiftableReason = Exclude<RejectionReason, 'not-in-only' | 'ignored' | 'not-in-order' | 'fallbacks-off'>

export type LiftedNearMiss = NearMiss & { readonly reason: LiftableReason }

/** More would only cost time: each is a plan of its own. */
const maxTries = 50

/** Undefined: no one limit stood between any endpoint and the first place. */
export function nearMissOf(input: PlanInput, plan: RoutePlan): LiftedNearMiss | undefined {
  const endpoints = new Map(input.models.flatMap((model) => model.endpoints.map((one) => [one.facts.id, one])))
  for (const { endpoint, reason } of plan.rejected.slice(0, maxTries)) {
    const planned = endpoints.get(endpoint)
    if (planned === undefined || !isLiftable(reason)) continue
    if (planRoute(lifts[reason](input, planned)).candidates[0] === endpoint) {
      return { endpoint, reason, ...numbersOf(input, planned, reason) }
    }
  }
  return undefined
}

const priceNames = ['prompt', 'completion', 'request', 'image'] as const

/** Each limit of `max_price` that the endpoint is above. */
export function exceededPricesOf({ facts }: PlannedEndpoint, input: PlanInput): readonly ExceededPrice[] {
  const { price } = limitsOf(input)
  return priceNames.flatMap((of) => {
    const [limit, value] = [price?.[of], facts[`${of}Nanodollars`]]
    return limit !== undefined && value !== undefined && value > limit ? [{ of, limit, value }] : []
  })
}

function isLiftable(reason: RejectionReason): reason is LiftableReason {
  return reason in lifts
}

/** The same request with the reason lifted. */
type Lift = (input: PlanInput, planned: PlannedEndpoint) => PlanInput

const lifts: Readonly<Record<LiftableReason, Lift>> = {
  'price-too-high': withPricesAllowed,
  'price-unknown': ({ preferences: { max_price: _, ...preferences }, ...input }) => ({ ...input, preferences }),
  'modality-unsupported': (input) => ({ ...input, needs: { ...input.needs, modalities: [] } }),
  'context-too-small': forItAlone(({ facts: { contextTokens: _, ...facts }, standing }) => ({ facts, standing })),
  'output-limit-too-small': forItAlone(({ facts: { outputTokens: _, ...facts }, standing }) => ({ facts, standing })),
  'parameter-unsupported': forItAlone(({ facts: { parameters: _, ...facts }, standing }) => ({ facts, standing })),
  'data-collection': forItAlone(({ facts, standing }) => ({ facts: { ...facts, dataCollection: 'deny' }, standing })),
  'no-zdr': forItAlone(({ facts, standing }) => ({ facts: { ...facts, isZdr: true }, standing })),
  quantization: withQuantizationAllowed,
  'no-key': forItAlone(withKeys),
  'keys-cooling': forItAlone(withKeys),
  'keys-refused': forItAlone(withKeys),
  'breaker-open': forItAlone(({ facts, standing }) => ({ facts, standing: { ...standing, openUntilMs: 0 } })),
  'probe-under-way': forItAlone(({ facts, standing }) => ({ facts, standing: { ...standing, isProbing: false } })),
}

/** Where it is a matter of what the endpoint is, nobody else gains. */
function forItAlone(lift: (planned: PlannedEndpoint) => PlannedEndpoint): Lift {
  return (input, planned) => ({
    ...input,
    models: input.models.map((model) => ({
      ...model,
      endpoints: model.endpoints.map((one) => (one === planned ? lift(one) : one)),
    })),
  })
}

function withKeys({ facts, standing }: PlannedEndpoint): PlannedEndpoint {
  return { facts, standing: { ...standing, keys: { state: 'not-needed' } } }
}

/** Higher limits let others in as well, and its price stays what it is. */
function withPricesAllowed(input: PlanInput, planned: PlannedEndpoint): PlanInput {
  // Limits are read in whole nanodollars.
  const raised = exceededPricesOf(planned, input).map(({ of, value }) => [of, Math.ceil(value) / 1_000_000_000])
  const max_price = { ...input.preferences.max_price, ...Object.fromEntries(raised) }
  return { ...input, preferences: { ...input.preferences, max_price } }
}

/** Where it is not known, as if it were one of those allowed. */
function withQuantizationAllowed(input: PlanInput, planned: PlannedEndpoint): PlanInput {
  const { preferences } = input
  const { quantization } = planned.facts
  const [allowed] = preferences.quantizations ?? []
  if (quantization !== undefined) {
    const quantizations = [...(preferences.quantizations ?? []), quantization]
    return { ...input, preferences: { ...preferences, quantizations } }
  }
  if (allowed === undefined) return input
  return forItAlone(({ facts, standing }) => ({ facts: { ...facts, quantization: allowed }, standing }))(input, planned)
}

/** What was demanded and what the endpoint has, where both are numbers. */
function numbersOf(
  input: PlanInput,
  planned: PlannedEndpoint,
  reason: LiftableReason,
): Pick<NearMiss, 'limit' | 'value' | 'prices'> {
  const { inputTokens, requiredOutputTokens } = input.needs
  const { contextTokens, outputTokens } = planned.facts
  switch (reason) {
    case 'context-too-small':
      return pair(inputTokens + requiredOutputTokens, contextTokens)
    case 'output-limit-too-small':
      return pair(requiredOutputTokens, outputTokens)
    case 'price-too-high':
      return { prices: exceededPricesOf(planned, input) }
    default:
      return {}
  }
}

function pair(limit: number, value: number | undefined): Pick<NearMiss, 'limit' | 'value'> {
  return value === undefined ? {} : { limit, value }
}
