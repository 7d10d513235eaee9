/**
 * Everything that the planner reads: one JSON value, so that a decision can be recorded and computed again. Facts of an
 * endpoint change with the catalogue and the configuration, its standing with what happens to it.
 */

import type { Modality } from '../../../shared/domain/endpoint.ts'
import type { EndpointId, ModelId, ProviderId } from '../../../shared/domain/ids.ts'
import type { ParameterName } from '../../../shared/domain/parameterName.ts'
import type { ProviderPreferences, SortMeasure, Strategy } from '../../../shared/domain/profile.ts'

export type PlanInput = {
  /** Wall clock, Unix milliseconds: standings name moments. */
  readonly nowMs: number
  /** An even draw from 0 to 2^32 - 1; all dice of the plan follow from it. */
  readonly seed: number
  /** In order of preference, each once. */
  readonly models: readonly PlannedModel[]
  readonly preferences: ProviderPreferences
  /** Missing: adaptive once there is data. */
  readonly strategy?: Strategy
  readonly needs: RequestNeeds
}

export type PlannedModel = {
  readonly model: ModelId
  /** Of its variant: `:nitro` is throughput, `:floor` is price. */
  readonly sort?: SortMeasure
  /** The endpoint that holds this conversation in its prompt cache. */
  readonly sticky?: EndpointId
  /** As declared, so that the order among equals is the user's own. */
  readonly endpoints: readonly PlannedEndpoint[]
}

export type RequestNeeds = {
  /** Estimate of the request's input, in tokens. */
  readonly inputTokens: number
  /** The longest answer that the caller insists on; 1 when it leaves the length to us. */
  readonly requiredOutputTokens: number
  /** How long the answer probably is, for comparing prices. Missing: a guess. */
  readonly expectedOutputTokens?: number
  /** What the request asks for, sorted. */
  readonly parameters: readonly ParameterName[]
  /** What its messages hold beside text, sorted. */
  readonly modalities: readonly Modality[]
}

export type PlannedEndpoint = { readonly facts: EndpointFacts; readonly standing: Standing }

/** Of an endpoint, what planning reads. Prices in nanodollars for a million tokens, or for one request or image. */
export type EndpointFacts = {
  readonly id: EndpointId
  readonly provider: ProviderId
  readonly promptNanodollars?: number
  readonly completionNanodollars?: number
  readonly cachedReadNanodollars?: number
  readonly requestNanodollars?: number
  readonly imageNanodollars?: number
  readonly contextTokens?: number
  readonly outputTokens?: number
  /** Sorted; missing: unknown, and taken to support whatever is asked. */
  readonly parameters?: readonly ParameterName[]
  /** Sorted; missing: unknown, and taken to read whatever is sent. */
  readonly modalities?: readonly Modality[]
  readonly quantization?: string
  readonly dataCollection?: 'allow' | 'deny'
  readonly isZdr?: boolean
  readonly isLocal: boolean
}

/** How an endpoint stands, as far as planning reads it. Moments are Unix milliseconds; 0 is long ago. */
export type Standing = {
  /** 0: the breaker is closed. In the future: open. In the past: half-open, one probe may go through. */
  readonly openUntilMs: number
  /** The probe of a half-open breaker is under way: nobody else may call. */
  readonly isProbing: boolean
  /** Until then less than 80 % of its calls of the last 30 s went well (of at least 3). */
  readonly unstableUntilMs: number
  readonly keys: KeysStanding
  /** Milliseconds to the first token, of the last 5 minutes. */
  readonly latency?: Percentiles
  /** Tokens a second after the first one, of the last 5 minutes. */
  readonly throughput?: Percentiles
  /** Missing: nothing measured yet. */
  readonly measured?: Measured
}

/** `readyAtMs`: the first of its keys can be used from then on; 0: now. */
export type KeysStanding =
  | { readonly state: 'not-needed' }
  | { readonly state: 'ready'; readonly readyAtMs: number }
  | { readonly state: 'missing' }
  /** The provider refused all of them. */
  | { readonly state: 'refused' }

export type Percentiles = {
  readonly count: number
  readonly p50: number
  readonly p75: number
  readonly p90: number
  readonly p99: number
}

/** Averages in which newer attempts count more. Ratios are from 0 to 1. */
export type Measured = {
  readonly attempts: number
  readonly firstTokenMs?: number
  readonly tokensPerSecond?: number
  readonly failedRatio: number
  readonly rateLimitedRatio: number
  /** Of the input tokens, those read from the provider's cache. */
  readonly cachedRatio: number
  readonly outputTokens?: number
}
