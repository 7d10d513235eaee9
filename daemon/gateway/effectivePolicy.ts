/** What a request is sent under: the request's own fields over its prompt's, its profile's and the defaults. Pure. */
import type { ChatParameters } from '../../shared/domain/chatRequest.ts'
import type { ModelId } from '../../shared/domain/ids.ts'
import type { Profile, ProviderPreferences, Timeouts } from '../../shared/domain/profile.ts'
import type { ProviderInfo } from './settings.ts'

export type EffectivePolicy = {
  readonly models: readonly ModelId[]
  readonly preferences: ProviderPreferences
  /** Always with an output limit: it is always sent. */
  readonly parameters: ChatParameters & { readonly maxOutputTokens: number }
  /** Endpoints that cannot give this much are left out; a default limit is cut to fit the endpoint instead. */
  readonly requiredOutputTokens: number
  readonly timeouts: Timeouts
}

export type PolicyRequest = {
  readonly models?: readonly ModelId[]
  readonly provider?: ProviderPreferences
  readonly parameters?: ChatParameters
}

const defaultMaxOutputTokens = 8_192

export function effectivePolicy(
  request: PolicyRequest,
  profile: Profile,
  promptMaxOutputTokens: number | undefined,
): EffectivePolicy {
  const asked = request.parameters?.maxOutputTokens
  const maxOutputTokens =
    asked ?? promptMaxOutputTokens ?? profile.parameters?.maxOutputTokens ?? defaultMaxOutputTokens
  return {
    models: request.models ?? profile.models,
    preferences: { ...profile.provider, ...request.provider },
    parameters: { ...profile.parameters, ...request.parameters, maxOutputTokens },
    requiredOutputTokens: asked ?? 1,
    timeouts: profile.timeouts ?? {},
  }
}

const remoteTimeouts = { connectMs: 10_000, firstTokenMs: 60_000, idleMs: 30_000, totalMs: 600_000 }
/** A local server may load a model of many gigabytes before its first token. */
const localTimeouts = { connectMs: 5_000, firstTokenMs: 300_000, idleMs: 120_000, totalMs: 1_800_000 }

/** The profile's own word, then the provider's, then what suits where the model runs. */
export function timeoutsFor(policy: EffectivePolicy, provider: ProviderInfo | undefined): Required<Timeouts> {
  const defaults = provider?.isLocal === true ? localTimeouts : remoteTimeouts
  return { ...defaults, ...provider?.timeouts, ...policy.timeouts }
}
