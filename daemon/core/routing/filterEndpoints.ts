/**
 * Which endpoints may take a request, and why each other one may not. Rules as OpenRouter documents them (provider
 * routing, 2026-08): hard filters, then a soft one for tools and response format. What is unknown of an endpoint fails
 * the filters that ask for it. A reason that passes by itself is only given where no lasting one holds.
 */
import type { RejectedEndpoint, RejectionReason } from '../../../shared/domain/routePlan.ts'
import type { EndpointFacts, PlanInput, PlannedEndpoint, Standing } from './planInput.ts'

export type Filtered = {
  readonly eligible: readonly PlannedEndpoint[]
  readonly rejected: readonly RejectedEndpoint[]
  /** Of those that may take it once a while has passed, the earliest moment; Infinity when there is none. */
  readonly reopensAtMs: number
}

/** How soon to look again for an endpoint whose one probe is under way. */
const probeLookMs = 1_000

/** The endpoints of one model. `limits` come from `limitsOf`, once for all models. One pass: there may be hundreds. */
export function filterEndpoints(endpoints: readonly PlannedEndpoint[], input: PlanInput, limits: Limits): Filtered {
  const isAble = softAbilityOf(endpoints, limits)
  const eligible: PlannedEndpoint[] = []
  const rejected: RejectedEndpoint[] = []
  let reopensAtMs = Number.POSITIVE_INFINITY
  for (const endpoint of endpoints) {
    const { facts, standing } = endpoint
    const lasting = lastingReasonOf(endpoint, limits) ?? (isAble(endpoint) ? undefined : 'parameter-unsupported')
    const passing = lasting === undefined ? passingReasonOf(standing, input.nowMs) : undefined
    const reason = lasting ?? passing?.reason
    if (reason === undefined) eligible.push(endpoint)
    else rejected.push({ endpoint: facts.id, reason })
    if (passing !== undefined) reopensAtMs = Math.min(reopensAtMs, passing.untilMs)
  }
  return { eligible, rejected, reopensAtMs }
}

/** The soft filter: where some can do what is asked, those that cannot are left out; where none can, all stay. */
function softAbilityOf(endpoints: readonly PlannedEndpoint[], limits: Limits): (endpoint: PlannedEndpoint) => boolean {
  const { softParameters } = limits
  if (softParameters.length === 0) return () => true
  const isAble = ({ facts }: PlannedEndpoint) => hasAll(facts.parameters, softParameters)
  const isAnyAble = endpoints.some((endpoint) => isAble(endpoint) && lastingReasonOf(endpoint, limits) === undefined)
  return isAnyAble ? isAble : () => true
}

/** What a request demands, looked up once for all its endpoints. */
export type Limits = {
  readonly only: ReadonlySet<string> | undefined
  readonly ignore: ReadonlySet<string> | undefined
  /** Without fallbacks: nobody but the listed. */
  readonly order: ReadonlySet<string> | undefined
  readonly quantizations: ReadonlySet<string> | undefined
  readonly deniesCollection: boolean
  readonly needsZdr: boolean
  readonly price: PriceLimits | undefined
  readonly inputTokens: number
  readonly requiredOutputTokens: number
  readonly modalities: readonly string[]
  readonly hardParameters: readonly string[]
  readonly softParameters: readonly string[]
}

type PriceLimits = { readonly [Key in 'prompt' | 'completion' | 'request' | 'image']: number | undefined }

/** Tools and formats change what an answer is; without them it is hardly one. */
const softNames: ReadonlySet<string> = new Set(['tools', 'response_format', 'structured_outputs'])

export function limitsOf({ preferences, needs }: PlanInput): Limits {
  const { only, ignore, order, allow_fallbacks, quantizations, max_price, require_parameters } = preferences
  const isStrict = require_parameters === true
  return {
    only: setOf(only),
    ignore: setOf(ignore),
    order: allow_fallbacks === false && order?.length !== 0 ? setOf(order) : undefined,
    quantizations: setOf(quantizations),
    deniesCollection: preferences.data_collection === 'deny',
    needsZdr: preferences.zdr === true,
    price:
      max_price === undefined
        ? undefined
        : {
            // Dollars for a million tokens are nanodollars for a million tokens times 10^9; so is a request's.
            prompt: nanodollarsOf(max_price.prompt),
            completion: nanodollarsOf(max_price.completion),
            request: nanodollarsOf(max_price.request),
            image: nanodollarsOf(max_price.image),
          },
    inputTokens: needs.inputTokens,
    requiredOutputTokens: needs.requiredOutputTokens,
    modalities: needs.modalities,
    hardParameters: isStrict ? needs.parameters : [],
    softParameters: isStrict ? [] : needs.parameters.filter((name) => softNames.has(name)),
  }
}

function lastingReasonOf({ facts, standing }: PlannedEndpoint, limits: Limits): RejectionReason | undefined {
  return (
    providerReasonOf(facts, limits) ??
    policyReasonOf(facts, limits) ??
    (limits.price === undefined ? undefined : priceReasonOf(facts, limits.price)) ??
    sizeReasonOf(facts, limits) ??
    abilityReasonOf(facts, limits) ??
    keyReasonOf(standing)
  )
}

function providerReasonOf({ provider }: EndpointFacts, limits: Limits): RejectionReason | undefined {
  if (limits.only?.has(provider) === false) return 'not-in-only'
  if (limits.ignore?.has(provider)) return 'ignored'
  if (limits.order?.has(provider) === false) return 'not-in-order'
  return undefined
}

function policyReasonOf(facts: EndpointFacts, limits: Limits): RejectionReason | undefined {
  // What does not leave the machine is collected by nobody.
  if (limits.deniesCollection && facts.dataCollection !== 'deny' && !facts.isLocal) return 'data-collection'
  if (limits.needsZdr && facts.isZdr !== true && !facts.isLocal) return 'no-zdr'
  if (limits.quantizations?.has(facts.quantization ?? '') === false) return 'quantization'
  return undefined
}

function priceReasonOf(facts: EndpointFacts, limit: PriceLimits): RejectionReason | undefined {
  const { promptNanodollars, completionNanodollars, requestNanodollars = 0, imageNanodollars = 0 } = facts
  if (promptNanodollars === undefined || completionNanodollars === undefined) return 'price-unknown'
  const isDearer =
    isAbove(promptNanodollars, limit.prompt) ||
    isAbove(completionNanodollars, limit.completion) ||
    isAbove(requestNanodollars, limit.request) ||
    isAbove(imageNanodollars, limit.image)
  return isDearer ? 'price-too-high' : undefined
}

function sizeReasonOf({ outputTokens, contextTokens }: EndpointFacts, limits: Limits): RejectionReason | undefined {
  const { inputTokens, requiredOutputTokens } = limits
  if (outputTokens !== undefined && outputTokens < requiredOutputTokens) return 'output-limit-too-small'
  if (contextTokens !== undefined && contextTokens < inputTokens + requiredOutputTokens) return 'context-too-small'
  return undefined
}

function abilityReasonOf(facts: EndpointFacts, limits: Limits): RejectionReason | undefined {
  if (!hasAll(facts.modalities, limits.modalities)) return 'modality-unsupported'
  if (!hasAll(facts.parameters, limits.hardParameters)) return 'parameter-unsupported'
  return undefined
}

function keyReasonOf({ keys }: Standing): RejectionReason | undefined {
  if (keys.state === 'missing') return 'no-key'
  return keys.state === 'refused' ? 'keys-refused' : undefined
}

type Passing = { readonly reason: RejectionReason; readonly untilMs: number }

/** The later of two that hold at once. */
function passingReasonOf(standing: Standing, nowMs: number): Passing | undefined {
  const keysUntilMs = standing.keys.state === 'ready' ? standing.keys.readyAtMs : 0
  if (standing.openUntilMs > nowMs) {
    return { reason: 'breaker-open', untilMs: Math.max(standing.openUntilMs, keysUntilMs) }
  }
  if (keysUntilMs > nowMs) return { reason: 'keys-cooling', untilMs: keysUntilMs }
  return standing.isProbing ? { reason: 'probe-under-way', untilMs: nowMs + probeLookMs } : undefined
}

function hasAll(known: readonly string[] | undefined, asked: readonly string[]): boolean {
  return known === undefined || asked.length === 0 || asked.every((name) => known.includes(name))
}

function isAbove(value: number, limit: number | undefined): boolean {
  return limit !== undefined && value > limit
}

function setOf(list: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return list === undefined ? undefined : new Set(list)
}

/** Exact enough to compare: prices have at most nine decimal places of a dollar. */
function nanodollarsOf(dollars: number | string | undefined): number | undefined {
  return dollars === undefined ? undefined : Math.round(Number(dollars) * 1_000_000_000)
}
