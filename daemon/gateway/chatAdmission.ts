/** From what a client sent to a request that can run: its workspace, profile, prompt and policy. Refusals are values. */
import type * as z from 'zod'
import type { Failure } from '../../shared/domain/failure.ts'
import type { ProfileName } from '../../shared/domain/ids.ts'
import type { AutoTiers, Profile } from '../../shared/domain/profile.ts'
import type { Caller } from '../../shared/domain/waybill.ts'
import type { chat } from '../../shared/protocol/chat.ts'
import { missingInput, type RenderedPrompt, renderPrompt } from '../core/prompts/library.ts'
import { chooseTier } from '../core/routing/autoTier.ts'
import { parseModelReference } from '../core/routing/modelReference.ts'
import { stickyKeyOf } from '../core/routing/stickyKey.ts'
import type { AdmittedRequest } from './admittedRequest.ts'
import { type AutoAsked, type AutoChoice, autoInputOf } from './autoChoice.ts'
import { effectivePolicy, usesProfileModels } from './effectivePolicy.ts'
import type { Ledger } from './ledger.ts'
import type { Clock } from './ports.ts'
import { type Profiles, unknownProfile, type Workspaces } from './profiles.ts'
import type { SettingsSource } from './settings.ts'

type ChatParams = z.infer<(typeof chat)['params']>

export type AdmissionPorts = {
  readonly settings: SettingsSource
  readonly profiles: Profiles
  readonly workspaces: Workspaces
  readonly ledger: Ledger
  readonly clock: Clock
}

const emptyProfile: Profile = { models: [] }

export function admitChat(
  ports: AdmissionPorts,
  params: ChatParams,
  asker: Omit<Caller, 'workspace'>,
): AdmittedRequest {
  const settings = ports.settings.current()
  const workspace = params.workspace && ports.workspaces.resolve(params.workspace)
  const chosen = ports.profiles.choose(requestedProfile(params), workspace)
  const profile = ports.profiles.find(chosen.name)?.profile
  const rendered = params.prompt && renderPrompt(params.prompt)
  const messages = messagesOf(params, rendered)
  const missing = params.prompt && missingInput(params.prompt)
  const refusal = refusalOf(profile === undefined ? unknownProfile(chosen.name, settings) : undefined, missing)
  const tiers = refusal === undefined ? profile?.auto : undefined
  const auto = chooseAuto(ports, { params, messages, rendered, profile: chosen.name }, tiers)
  return {
    requestId: params.requestId,
    caller: { ...asker, ...(workspace !== undefined && { workspace: workspace.path }) },
    profile: chosen.name,
    profileSource: chosen.source,
    ...(params.prompt !== undefined && { prompt: params.prompt.name }),
    messages,
    ...(params.tools !== undefined && { tools: params.tools }),
    policy: effectivePolicy({
      request: params,
      profile: profile ?? emptyProfile,
      ...(rendered !== undefined && { promptMaxOutputTokens: rendered.maxOutputTokens }),
      ...(auto !== undefined && { tier: auto.decision.tier }),
    }),
    ...(auto !== undefined && { auto }),
    settings,
    canRewind: params.canRewind ?? false,
    stickyKey: stickyKeyOf({ ...params, messages }),
    withProfile: (name) => admitChat(ports, withoutModels({ ...params, profile: name }), asker),
    ...(refusal !== undefined && { refusal }),
  }
}

/** A profile that takes the place of another brings its own models. */
function withoutModels({ model: _model, models: _models, ...params }: ChatParams): ChatParams {
  return params
}

/** A profile that stands in `model` is the more particular word. */
function requestedProfile({ model, profile }: ChatParams): ProfileName | undefined {
  const named = model === undefined ? undefined : parseModelReference(model)
  return named?.kind === 'profile' ? named.profile : profile
}

/** In one turn with the line that counts it, so that requests that come together share one count. */
function chooseAuto(
  { ledger, clock }: AdmissionPorts,
  asked: Omit<AutoAsked, 'tiers'>,
  tiers: AutoTiers | undefined,
): AutoChoice | undefined {
  if (tiers === undefined || !usesProfileModels(asked.params)) return undefined
  const input = autoInputOf({ ...asked, tiers }, ledger.state().auto)
  const decision = chooseTier(input)
  // Where it cannot be written no attempt can be reserved either, and the request is refused for that.
  ledger.note({
    type: 'auto',
    atMs: clock.wallMs(),
    requestId: asked.params.requestId,
    profile: asked.profile,
    decision,
  })
  return { input, decision }
}

function messagesOf(params: ChatParams, rendered: RenderedPrompt | undefined): AdmittedRequest['messages'] {
  return rendered?.messages ?? params.messages ?? []
}

function refusalOf(profile: Failure | undefined, missing: string | undefined): Failure | undefined {
  if (profile !== undefined) return profile
  return missing === undefined ? undefined : { kind: 'invalid-request', message: missing }
}
