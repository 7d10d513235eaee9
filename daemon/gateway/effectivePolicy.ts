/**
 * What a request is sent under: the request's own fields over its prompt's, its profile's and the defaults. Pure. Where a
 * profile keeps endpoints out a request cannot let them in again: `only` is intersected, `ignore` is united (OpenRouter,
 * provider routing, 2026-08); every other field is taken from the strongest that names it.
 */
import type { ChatParameters } from '../../shared/domain/chatRequest.ts'
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { ModelReference } from '../../shared/domain/ids.ts'
import type { AutoTier, Hold, Profile, ProviderPreferences, Strategy, Timeouts } from '../../shared/domain/profile.ts'
import { parseModelReference, type RequestedModel, requestedModelOf } from '../core/routing/modelReference.ts'
import type { ProviderInfo } from './settings.ts'

export type EffectivePolicy = {
  /** In order of preference, each once. */
  readonly models: readonly RequestedModel[]
  readonly preferences: ProviderPreferences
  readonly strategy?: Strategy
  /** Always with an output limit: it is always sent. */
  readonly parameters: ChatParameters & { readonly maxOutputTokens: number }
  /** Endpoints that cannot give this much are left out; a default limit is cut to fit the endpoint instead. */
  readonly requiredOutputTokens: number
  /** Where a budget leaves less than this, it is not sent. */
  readonly minOutputTokens?: number
  readonly timeouts: Timeouts
  readonly hold?: Hold
  /** How long to wait when every endpoint is cooling. */
  readonly patienceMs: number
}

export type PolicyRequest = {
  readonly model?: ModelReference
  readonly models?: readonly string[]
  readonly provider?: ProviderPreferences
  readonly parameters?: ChatParameters
  readonly hold?: Hold
  readonly patienceMs?: number
}

export type PolicySources = {
  readonly request: PolicyRequest
  readonly profile: Profile
  readonly promptMaxOutputTokens?: number
  /** Of an `auto` profile: whose models come first. */
  readonly tier?: AutoTier
}

const defaultMaxOutputTokens = 8_192
const defaultPatienceMs = 20_000

export function effectivePolicy({ request, profile, promptMaxOutputTokens, tier }: PolicySources): EffectivePolicy {
  const asked = request.parameters?.maxOutputTokens
  const maxOutputTokens =
    asked ?? promptMaxOutputTokens ?? profile.parameters?.maxOutputTokens ?? defaultMaxOutputTokens
  const hold = request.hold ?? profile.hold
  const { minOutputTokens, ...parameters } = profile.parameters ?? {}
  return {
    models: modelsOf(request, profile, tier),
    preferences: mergedPreferences(profile.provider, request.provider),
    ...(profile.strategy !== undefined && { strategy: profile.strategy }),
    parameters: { ...parameters, ...request.parameters, maxOutputTokens },
    ...(minOutputTokens !== undefined && { minOutputTokens }),
    requiredOutputTokens: asked ?? 1,
    timeouts: profile.timeouts ?? {},
    ...(hold !== undefined && { hold }),
    patienceMs: request.patienceMs ?? defaultPatienceMs,
  }
}

/** Whether the profile's models are asked: a request that names its own is not given a tier. */
export function usesProfileModels({ model, models }: PolicyRequest): boolean {
  if (model === undefined) return models === undefined
  return parseModelReference(model).kind === 'profile'
}

/** `model`, then `models`. In `model` the name of a profile stands for that profile's models. */
function modelsOf(request: PolicyRequest, profile: Profile, tier: AutoTier | undefined): readonly RequestedModel[] {
  const named = request.model === undefined ? undefined : parseModelReference(request.model)
  const own = usesProfileModels(request) ? profileModels(profile, tier).map(requestedModelOf) : []
  const first = named?.kind === 'model' ? [{ model: named.model, ...(named.sort && { sort: named.sort }) }] : []
  const byModel = new Map<string, RequestedModel>()
  for (const one of [...first, ...own, ...(request.models ?? []).map(requestedModelOf)]) {
    if (!byModel.has(one.model)) byModel.set(one.model, one)
  }
  return [...byModel.values()]
}

/** All that a profile names; the other tier's models are fallbacks behind the chosen one's. */
export function profileModels({ models, auto }: Profile, tier: AutoTier = 'cheap'): Profile['models'] {
  if (auto === undefined) return models
  return tier === 'strong' ? [...auto.strong, ...auto.cheap] : [...auto.cheap, ...auto.strong]
}

function mergedPreferences(profile: ProviderPreferences = {}, request: ProviderPreferences = {}): ProviderPreferences {
  const { only, ignore } = profile
  return {
    ...profile,
    ...request,
    // An empty list stays one: it lets nobody in.
    ...(only !== undefined &&
      request.only !== undefined && { only: only.filter((provider) => request.only?.includes(provider)) }),
    ...(ignore !== undefined &&
      request.ignore !== undefined && { ignore: [...new Set([...ignore, ...request.ignore])] }),
  }
}

const remoteTimeouts = { connectMs: 10_000, firstTokenMs: 60_000, idleMs: 30_000, totalMs: 600_000 }
/** A local server may load a model of many gigabytes before its first token. */
const localTimeouts = { connectMs: 5_000, firstTokenMs: 300_000, idleMs: 120_000, totalMs: 1_800_000 }

export type TimeoutSources = {
  readonly policy: Pick<EffectivePolicy, 'timeouts'>
  readonly provider?: ProviderInfo | undefined
  readonly endpoint?: Pick<Endpoint, 'timeouts'>
}

/** What the user set: the profile's own word, then the model's, then the provider's. */
export function setTimeoutsFor({ policy, provider, endpoint }: TimeoutSources): Timeouts {
  return { ...provider?.timeouts, ...endpoint?.timeouts, ...policy.timeouts }
}

/** That, over what suits where the model runs. */
export function timeoutsFor(sources: TimeoutSources): Required<Timeouts> {
  const { provider } = sources
  const defaults = provider?.isLocal === true && !provider.isPractice ? localTimeouts : remoteTimeouts
  return { ...defaults, ...setTimeoutsFor(sources) }
}
