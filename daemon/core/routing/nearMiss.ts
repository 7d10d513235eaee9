/**
 * The near miss of a plan: which rejected endpoint would have been first had one limit been different, and what that
 * limit is. Each lasting reason is lifted for its endpoint alone and the request planned again with the same dice.
 */
import type { NearMiss } from '../../../shared/domain/explanation.ts'
import type { RejectedEndpoint, RejectionReason, RoutePlan } from '../../../shared/domain/routePlan.ts'
import { limitsOf } from './filterEndpoints.ts'
import type { PlanInput, PlannedEndpoint } from './planInput.ts'
import { planRoute } from './planRoute.ts'

/** More would only cost time: each is a plan of its own. */
const maxTries = 50

/** Undefined: no one limit stood between any endpoint and the first place. */
export function nearMissOf(input: PlanInput, plan: RoutePlan): NearMiss | undefined {
  for (const rejection of plan.rejected.slice(0, maxTries)) {
    const lifted = liftedFor(input, rejection)
    if (lifted === undefined) continue
    if (planRoute(lifted).candidates[0] === rejection.endpoint) {
      return { ...rejection, ...numbersOf(input, rejection) }
    }
  }
  return undefined
}

/** The same request with the reason lifted for this endpoint; undefined where the reason is no limit of the request. */
function liftedFor(input: PlanInput, { endpoint, reason }: RejectedEndpoint): PlanInput | undefined {
  const lift = lifts[reason]
  if (lift === undefined) return undefined
  return {
    ...input,
    models: input.models.map((model) => ({
      ...model,
      endpoints: model.endpoints.map((one) => (one.facts.id === endpoint ? lift(one, input) : one)),
    })),
  }
}

type Lift = (planned: PlannedEndpoint, input: PlanInput) => PlannedEndpoint

const withKeys: Lift = ({ facts, standing }) => ({ facts, standing: { ...standing, keys: { state: 'not-needed' } } })

const lifts: Readonly<Partial<Record<RejectionReason, Lift>>> = {
  'price-too-high': atLimitPrice,
  'context-too-small': ({ facts: { contextTokens: _, ...facts }, standing }) => ({ facts, standing }),
  'output-limit-too-small': ({ facts: { outputTokens: _, ...facts }, standing }) => ({ facts, standing }),
  'parameter-unsupported': ({ facts: { parameters: _, ...facts }, standing }) => ({ facts, standing }),
  'data-collection': ({ facts, standing }) => ({ facts: { ...facts, dataCollection: 'deny' }, standing }),
  'no-zdr': ({ facts, standing }) => ({ facts: { ...facts, isZdr: true }, standing }),
  'no-key': withKeys,
  'keys-cooling': withKeys,
  'keys-refused': withKeys,
  'breaker-open': ({ facts, standing }) => ({ facts, standing: { ...standing, openUntilMs: 0 } }),
}

/** As if it cost what the limit allows. */
function atLimitPrice({ facts, standing }: PlannedEndpoint, input: PlanInput): PlannedEndpoint {
  const { price } = limitsOf(input)
  const clipped = (value: number | undefined, limit: number | undefined) => Math.min(value ?? 0, limit ?? value ?? 0)
  return {
    facts: {
      ...facts,
      promptNanodollars: clipped(facts.promptNanodollars, price?.prompt),
      completionNanodollars: clipped(facts.completionNanodollars, price?.completion),
      requestNanodollars: clipped(facts.requestNanodollars, price?.request),
      imageNanodollars: clipped(facts.imageNanodollars, price?.image),
    },
    standing,
  }
}

/** What was demanded and what the endpoint has, where both are numbers. */
function numbersOf(input: PlanInput, { endpoint, reason }: RejectedEndpoint): Pick<NearMiss, 'limit' | 'value'> {
  const facts = input.models.flatMap(({ endpoints }) => endpoints).find((one) => one.facts.id === endpoint)?.facts
  const { inputTokens, requiredOutputTokens } = input.needs
  switch (reason) {
    case 'context-too-small':
      return pair(inputTokens + requiredOutputTokens, facts?.contextTokens)
    case 'output-limit-too-small':
      return pair(requiredOutputTokens, facts?.outputTokens)
    case 'price-too-high': {
      const { price } = limitsOf(input)
      const isPrompt = price?.prompt !== undefined && (facts?.promptNanodollars ?? 0) > price.prompt
      return isPrompt
        ? pair(price.prompt, facts?.promptNanodollars)
        : pair(price?.completion, facts?.completionNanodollars)
    }
    default:
      return {}
  }
}

function pair(limit: number | undefined, value: number | undefined): Pick<NearMiss, 'limit' | 'value'> {
  return limit === undefined || value === undefined ? {} : { limit, value }
}
