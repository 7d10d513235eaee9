/** One request as the gateway takes it on: who asks, what, and under which policy. */
import type { ChatMessage, ChatTool } from '../../shared/domain/chatRequest.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import type { ProfileName, RequestId } from '../../shared/domain/ids.ts'
import type { ProfileSource } from '../../shared/domain/profile.ts'
import type { PromptName } from '../../shared/domain/prompt.ts'
import type { Caller } from '../../shared/domain/waybill.ts'
import type { FruitlessRequest } from '../core/routing/noEndpoint.ts'
import type { AutoChoice } from './autoChoice.ts'
import type { EffectivePolicy } from './effectivePolicy.ts'
import type { Settings } from './settings.ts'

export type AdmittedRequest = {
  readonly requestId: RequestId
  readonly caller: Caller
  readonly profile: ProfileName
  readonly profileSource: ProfileSource
  readonly prompt?: PromptName
  readonly messages: readonly ChatMessage[]
  readonly tools?: readonly ChatTool[]
  readonly policy: EffectivePolicy
  /** Under an `auto` profile: its tier, and why. */
  readonly auto?: AutoChoice
  /** As they stood when the request came: its plan, prices and limits. Base URLs and keys are read for each attempt. */
  readonly settings: Settings
  readonly canRewind: boolean
  /** What keeps its conversation together, so that it stays with the endpoint that has it in its prompt cache. */
  readonly stickyKey: string
  /** The same request under another profile: its models, unless that profile is unknown. */
  readonly withProfile?: (profile: ProfileName) => AdmittedRequest
  /** Why it is refused before any plan. */
  readonly refusal?: Failure
}

/** What the failure speaks of when there is nobody to ask. */
export function fruitless({ policy, profile, settings }: AdmittedRequest): FruitlessRequest {
  return { models: policy.models, profile, only: policy.preferences.only, providers: settings.providers }
}
