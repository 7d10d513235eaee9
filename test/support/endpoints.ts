/** Endpoints for tests: short names, real types. */

import fc from 'fast-check'
import { factsOf, freshStanding } from '../../daemon/core/routing/endpointFacts.ts'
import type {
  Measured,
  PlanInput,
  PlannedEndpoint,
  PlannedModel,
  Standing,
} from '../../daemon/core/routing/planInput.ts'
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import { endpointIdOf, type ModelId, type ProviderId } from '../../shared/domain/ids.ts'
import type { RateRow } from '../../shared/domain/money.ts'
import type { ProviderKey } from '../../shared/domain/providerKey.ts'

export function provider(name: string): ProviderId {
  return name as ProviderId
}

/** As `"${env:NAME}"` in a configuration. */
export function environmentKey(name: string): ProviderKey {
  return { name, place: 'env', weight: 1, isDisabled: false }
}

export function model(name: string): ModelId {
  return name as ModelId
}

/** `endpoint('a/x@one')` is model a/x at provider one. */
export function endpoint(id: string, more: Partial<Endpoint> = {}): Endpoint {
  const at = id.lastIndexOf('@')
  const modelId = model(id.slice(0, at))
  const providerId = provider(id.slice(at + 1))
  return {
    id: endpointIdOf(modelId, providerId),
    provider: providerId,
    model: modelId,
    upstreamModel: id.slice(0, at),
    dialect: 'openai-chat',
    isLocal: false,
    isPractice: false,
    ...more,
  }
}

/** As planning sees it. */
export function planned(id: string, more: Partial<Endpoint> = {}, standing: Partial<Standing> = {}): PlannedEndpoint {
  return { facts: factsOf(endpoint(id, more)), standing: { ...freshStanding, ...standing } }
}

/** A price: US dollars for a million tokens of input, four times that for output. */
export function dollars(input: string) {
  const rates: RateRow = {
    inputNanodollarsPerMillionTokens: Math.round(Number(input) * 1e9),
    outputNanodollarsPerMillionTokens: Math.round(Number(input) * 4e9),
    source: 'declared',
  }
  return { rates }
}

/** Models in the order of their first endpoint. */
export function plannedModels(endpoints: readonly PlannedEndpoint[]): readonly PlannedModel[] {
  const modelOf = ({ facts }: PlannedEndpoint) => model(facts.id.slice(0, facts.id.lastIndexOf('@')))
  return [...new Set(endpoints.map(modelOf))].map((name) => ({
    model: name,
    endpoints: endpoints.filter((one) => modelOf(one) === name),
  }))
}

const someProviders = ['one', 'two', 'three', 'four'] as const
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })
const providerLists = maybe(fc.uniqueArray(fc.constantFrom(...someProviders).map(provider), { minLength: 1 }))
const moments = fc.constantFrom(0, 0, 0, 500, 2_000, 90_000)

const standings = fc.record(
  {
    openUntilMs: moments,
    isProbing: fc.constantFrom(false, false, true),
    unstableUntilMs: moments,
    keys: fc.oneof(
      fc.constant({ state: 'not-needed' } as const),
      moments.map((readyAtMs) => ({ state: 'ready', readyAtMs }) as const),
      fc.constantFrom({ state: 'missing' } as const, { state: 'refused' } as const),
    ),
    latency: fc.integer({ min: 1, max: 9_000 }).map((p50) => ({ count: 7, p50, p75: p50, p90: p50, p99: p50 })),
    throughput: fc.integer({ min: 1, max: 300 }).map((p50) => ({ count: 7, p50, p75: p50, p90: p50, p99: p50 })),
    measured: fc.record({
      attempts: fc.integer({ min: 0, max: 50 }),
      firstTokenMs: fc.integer({ min: 1, max: 9_000 }),
      tokensPerSecond: fc.integer({ min: 1, max: 300 }),
      failedRatio: fc.double({ min: 0, max: 1, noNaN: true }),
      rateLimitedRatio: fc.double({ min: 0, max: 1, noNaN: true }),
      cachedRatio: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { requiredKeys: ['openUntilMs', 'isProbing', 'unstableUntilMs', 'keys'] },
)

const endpointFacts = fc.record(
  {
    price: fc.constantFrom(0, 0.07, 0.5, 2, 15),
    contextTokens: fc.constantFrom(100, 8_000, 200_000),
    outputTokens: fc.constantFrom(50, 4_000),
    supportedParameters: fc.constantFrom(new Set(['seed'] as const), new Set(['seed', 'tools'] as const)),
    inputModalities: fc.constantFrom(['text'] as const, ['text', 'image'] as const),
    quantization: fc.constantFrom('fp8', 'int4'),
    dataCollection: fc.constantFrom('allow' as const, 'deny' as const),
    isZdr: fc.boolean(),
    isLocal: fc.constantFrom(false, false, true),
  },
  { requiredKeys: [] },
)

/** Requests to plan, with endpoints of two models in every state and with every preference. */
export const planInputs: fc.Arbitrary<PlanInput> = fc
  .record({
    seed: fc.nat(2 ** 32 - 1),
    ids: fc.uniqueArray(fc.tuple(fc.constantFrom('a/x', 'b/y'), fc.constantFrom(...someProviders)), {
      selector: (id) => id.join('@'),
      maxLength: 8,
    }),
    made: fc.array(fc.tuple(endpointFacts, standings), { minLength: 8, maxLength: 8 }),
    preferences: fc.record({
      order: providerLists,
      only: providerLists,
      ignore: providerLists,
      allow_fallbacks: maybe(fc.boolean()),
      require_parameters: maybe(fc.boolean()),
      data_collection: maybe(fc.constantFrom('allow' as const, 'deny' as const)),
      zdr: maybe(fc.boolean()),
      quantizations: maybe(fc.constant(['fp8'])),
      sort: maybe(
        fc.constantFrom('price' as const, 'latency' as const, { by: 'throughput', partition: 'none' } as const),
      ),
      max_price: maybe(fc.record({ prompt: fc.constantFrom(1, '0.5') })),
      preferred_max_latency: maybe(fc.constantFrom(1, { p90: 3 })),
    }),
    strategy: maybe(fc.constantFrom('adaptive' as const, 'price-weighted' as const)),
    parameters: fc.constantFrom([] as const, ['seed', 'tools'] as const),
    modalities: fc.constantFrom([] as const, ['image'] as const),
    sticky: maybe(fc.constantFrom(...someProviders)),
  })
  .map(({ seed, ids, made, preferences, strategy, parameters, modalities, sticky }) => {
    const endpoints = ids.map(([name, at], index) => {
      const [{ price, ...facts } = {}, standing] = made[index] ?? []
      return planned(`${name}@${at}`, { ...facts, ...(price !== undefined && dollars(String(price))) }, standing)
    })
    const models = plannedModels(endpoints)
    return {
      nowMs: 1_000,
      seed,
      models: models.map((one) => ({
        ...one,
        ...(sticky !== undefined && { sticky: endpointIdOf(one.model, provider(sticky)) }),
      })),
      preferences: withoutUndefined(preferences),
      ...(strategy !== undefined && { strategy }),
      needs: { inputTokens: 60, requiredOutputTokens: 1, parameters, modalities },
    }
  })

function withoutUndefined<Value extends object>(
  value: Value,
): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined)
  return Object.fromEntries(entries) as { [Key in keyof Value]: Exclude<Value[Key], undefined> }
}

/** Of an endpoint that was tried often enough to be compared, and answered well each time. */
export const measured: Measured = {
  attempts: 9,
  firstTokenMs: 500,
  tokensPerSecond: 100,
  failedRatio: 0,
  rateLimitedRatio: 0,
  cachedRatio: 0,
}
