/** What a dialect is to the rest of the daemon: requests to bytes, bytes to events, errors to failures. */
import type { ChatRequest } from '../../../shared/domain/chatRequest.ts'
import type { Failure } from '../../../shared/domain/failure.ts'
import type { ParameterName } from '../../../shared/domain/parameterName.ts'
import type { OpenaiQuirks } from './openaiQuirks.ts'
import type { HttpErrorAnswer } from './wireError.ts'
import type { WireDecoder, WireEvent } from './wireEvent.ts'

export type WireOptions = {
  /** The model's name in the provider's own API. */
  readonly model: string
  /** How a provider of `openai-chat` departs from OpenAI. */
  readonly quirks: OpenaiQuirks
}

export type Wire = {
  /** The JSON body of the call. Always streams. */
  readonly encode: (request: ChatRequest, options: WireOptions) => string
  /** What of a request this model would refuse; `encode` leaves it out. Missing: nothing. */
  readonly refusedOf?: (request: ChatRequest, model: string) => ReadonlySet<ParameterName>
  readonly createDecoder: () => WireDecoder
  /** A 200 with a JSON body: a whole answer, or an error. */
  readonly decodeAnswer: (bodyText: string) => readonly WireEvent[]
  /** For any status outside 200 to 299. */
  readonly failureOf: (answer: HttpErrorAnswer) => Failure
}
