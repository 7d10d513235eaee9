/**
 * What an `auto` profile chooses from, gathered when a request comes: the request's features, and what the journal's lines
 * have taught so far.
 */
import type * as z from 'zod'
import type { AutoDecision, AutoKind } from '../../shared/domain/autoDecision.ts'
import type { ChatMessage } from '../../shared/domain/chatRequest.ts'
import type { ProfileName } from '../../shared/domain/ids.ts'
import type { AutoTiers } from '../../shared/domain/profile.ts'
import type { chat } from '../../shared/protocol/chat.ts'
import type { AutoState } from '../core/journal/autoState.ts'
import type { RenderedPrompt } from '../core/prompts/library.ts'
import { tokensOfBytes } from '../core/quota/attemptCost.ts'
import { requestBytes } from '../core/quota/requestBytes.ts'
import { freshShare } from '../core/routing/autoShare.ts'
import type { AutoInput } from '../core/routing/autoTier.ts'
import { weightsInForce } from '../core/routing/autoWeights.ts'

/** Both can be recorded: the decision follows from the input alone. */
export type AutoChoice = { readonly input: AutoInput; readonly decision: AutoDecision }

export type AutoAsked = {
  readonly params: z.infer<(typeof chat)['params']>
  readonly messages: readonly ChatMessage[]
  readonly rendered: RenderedPrompt | undefined
  readonly profile: ProfileName
  readonly tiers: AutoTiers
}

export function autoInputOf({ params, messages, rendered, profile, tiers }: AutoAsked, state: AutoState): AutoInput {
  const { prompt, tools, followsRejected } = params
  const kind: AutoKind = prompt?.name ?? 'chat'
  const language = prompt?.code?.language
  return {
    kind,
    ...(rendered !== undefined && { yields: rendered.yields }),
    inputTokens: tokensOfBytes(requestBytes({ messages, ...(tools !== undefined && { tools }) })),
    files: filesIn(messages),
    diagnostics: prompt?.code?.diagnostics?.length ?? 0,
    ...(language !== undefined && { language }),
    followsRejected: followsRejected !== undefined,
    ...weightsInForce(kind, state.learnt.get(kind)),
    strongShareRatio: tiers.strongShareRatio,
    share: state.shares.get(profile) ?? freshShare,
  }
}

/** As the prompts of the library name a file; other clients may write the same line. */
const filePattern = /^File: (.+?)(?:, from line \d+)?$/gm

function filesIn(messages: readonly ChatMessage[]): number {
  const texts = messages.flatMap(({ content }) =>
    typeof content === 'string' ? [content] : content.flatMap((part) => (part.type === 'text' ? [part.text] : [])),
  )
  return new Set(texts.flatMap((text) => [...text.matchAll(filePattern)].map(([, path]) => path))).size
}
