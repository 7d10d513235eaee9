/** From what a client sent to a request that can run: its workspace, profile, prompt and policy. Refusals are values. */
import type * as z from 'zod'
import type { Failure } from '../../shared/domain/failure.ts'
import type { Profile } from '../../shared/domain/profile.ts'
import type { Caller } from '../../shared/domain/waybill.ts'
import type { chat } from '../../shared/protocol/chat.ts'
import { missingInput, type RenderedPrompt, renderPrompt } from '../core/prompts/library.ts'
import type { AdmittedRequest } from './admittedRequest.ts'
import { effectivePolicy } from './effectivePolicy.ts'
import { type Profiles, unknownProfile, type Workspaces } from './profiles.ts'
import type { SettingsSource } from './settings.ts'

type ChatParams = z.infer<(typeof chat)['params']>

export type AdmissionPorts = {
  readonly settings: SettingsSource
  readonly profiles: Profiles
  readonly workspaces: Workspaces
}

const defaultPatienceMs = 20_000
const emptyProfile: Profile = { models: [] }

export function admitChat(
  ports: AdmissionPorts,
  params: ChatParams,
  asker: Omit<Caller, 'workspace'>,
): AdmittedRequest {
  const settings = ports.settings.current()
  const workspace = params.workspace && ports.workspaces.resolve(params.workspace)
  const chosen = ports.profiles.choose(params.profile, workspace)
  const named = ports.profiles.find(chosen.name)
  const rendered = params.prompt && renderPrompt(params.prompt)
  const missing = params.prompt && missingInput(params.prompt)
  const hold = params.hold ?? named?.profile.hold
  const refusal = refusalOf(named === undefined ? unknownProfile(chosen.name, settings) : undefined, missing)
  return {
    requestId: params.requestId,
    caller: { ...asker, ...(workspace !== undefined && { workspace: workspace.path }) },
    profile: chosen.name,
    profileSource: chosen.source,
    ...(params.prompt !== undefined && { prompt: params.prompt.name }),
    messages: messagesOf(params, rendered),
    ...(params.tools !== undefined && { tools: params.tools }),
    policy: effectivePolicy(params, named?.profile ?? emptyProfile, rendered?.maxOutputTokens),
    settings,
    canRewind: params.canRewind ?? false,
    patienceMs: params.patienceMs ?? defaultPatienceMs,
    ...(hold !== undefined && { hold }),
    ...(refusal !== undefined && { refusal }),
  }
}

function messagesOf(params: ChatParams, rendered: RenderedPrompt | undefined): AdmittedRequest['messages'] {
  return rendered?.messages ?? params.messages ?? []
}

function refusalOf(profile: Failure | undefined, missing: string | undefined): Failure | undefined {
  if (profile !== undefined) return profile
  return missing === undefined ? undefined : { kind: 'invalid-request', message: missing }
}
