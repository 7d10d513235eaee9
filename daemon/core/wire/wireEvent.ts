/**
 * What a provider's answer says, whatever its dialect: the output of every decoder in this folder.
 *
 * An answer that ends well gives exactly one `done` as its last event. `failure` is last too, and excludes `done`.
 * An answer that gives neither was truncated.
 */
import type { ProviderSeal } from '../../../shared/domain/chatRequest.ts'
import type { Failure } from '../../../shared/domain/failure.ts'
import type { TokenLogprob } from '../../../shared/domain/streamPart.ts'
import type { Usage } from '../../../shared/domain/usage.ts'
import type { FinishReason } from '../../../shared/domain/waybill.ts'

export type WireEvent =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'reasoning'
      readonly text: string
      /** Which stretch of reasoning it belongs to: 0, 1, 2...; missing: 0. */
      readonly block?: number
      /** Of that block; a later one replaces an earlier one. */
      readonly seal?: ProviderSeal
    }
  | {
      readonly type: 'tool-call'
      readonly index: number
      readonly id?: string
      readonly name?: string
      readonly argumentsText: string
      readonly seal?: ProviderSeal
    }
  | { readonly type: 'logprobs'; readonly tokens: readonly TokenLogprob[] }
  | UsageEvent
  | { readonly type: 'done'; readonly finishReason: FinishReason }
  | { readonly type: 'failure'; readonly failure: Failure }

/** The newest replaces an earlier one. */
export type UsageEvent = {
  readonly type: 'usage'
  readonly usage: Usage
  /** It came before the end of the answer: more may be billed. */
  readonly isPartial?: true
  /** What the provider says that it bills. */
  readonly reportedNanodollars?: number
}

/** Turns the text of one streamed answer into events. Feed it every piece of text in order, then call `end` once. */
export type WireDecoder = {
  readonly decode: (text: string) => readonly WireEvent[]
  /** The upstream closed the stream properly: what was still held back, and `truncated` if no terminal event came. */
  readonly end: () => readonly WireEvent[]
}
