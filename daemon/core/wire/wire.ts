/** One wire format of a provider: what leaves, and how what comes is read. Types only. */
import type { ChatRequest } from '../../../shared/domain/chatRequest.ts'
import type { Failure } from '../../../shared/domain/failure.ts'
import type { MaxTokensParameter } from './openaiChatRequest.ts'
import type { HttpErrorAnswer } from './wireError.ts'
import type { WireDecoder, WireEvent } from './wireEvent.ts'

export type Wire = {
  /** The body of the call. `model` is the provider's own name of it. */
  readonly encode: (request: ChatRequest, options: WireOptions) => string
  readonly createDecoder: () => WireDecoder
  /** A 200 with a JSON body: a whole answer, or an error. */
  readonly decodeAnswer: (bodyText: string) => readonly WireEvent[]
  readonly failureOf: (answer: HttpErrorAnswer) => Failure
}

export type WireOptions = {
  readonly model: string
  readonly maxTokensParameter?: MaxTokensParameter
  /** The endpoint's limit. */
  readonly outputTokens?: number
}
