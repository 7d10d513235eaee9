/**
 * A practice answer in the shapes of OpenAI's chat completions API (API reference, "Chat streaming" and "Chat
 * completion object", 2026-10): events of a stream, a whole object, and errors. The model's name is the one asked for;
 * `system_fingerprint` says that it is practice.
 */
import type { PracticeRequest } from './practiceRequest.ts'
import { countPracticeTokens, cutToPracticeTokens } from './practiceTokens.ts'

export type Completion = {
  /** The events that carry text, whole with `data:` and blank line; the rest of a stream stands around them. */
  readonly textEvents: readonly string[]
  readonly firstEvent: string
  /** Finish reason, usage if it was asked for, `[DONE]`. */
  readonly lastEvents: readonly string[]
  /** The same answer for a request that does not stream. */
  readonly wholeBody: object
}

export type CompletionId = { readonly id: string; readonly createdSeconds: number }

export function completionOf(request: PracticeRequest, answerText: string, completionId: CompletionId): Completion {
  const text = request.maxTokens === undefined ? answerText : cutToPracticeTokens(answerText, request.maxTokens)
  const finishReason = text.length < answerText.length ? 'length' : 'stop'
  const common = {
    id: completionId.id,
    created: completionId.createdSeconds,
    model: request.model,
    system_fingerprint: 'waybill_practice',
  }
  const chunk = (delta: object, finish: string | null) =>
    eventOf({
      ...common,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    })
  const usage = usageOf(request, text)
  const usageEvent = eventOf({ ...common, object: 'chat.completion.chunk', choices: [], usage })
  return {
    firstEvent: chunk({ role: 'assistant', content: '' }, null),
    textEvents: piecesOf(text).map((piece) => chunk({ content: piece }, null)),
    lastEvents: [chunk({}, finishReason), ...(request.wantsUsage ? [usageEvent] : []), 'data: [DONE]\n\n'],
    wholeBody: {
      ...common,
      object: 'chat.completion',
      choices: [
        { index: 0, message: { role: 'assistant', content: text }, logprobs: null, finish_reason: finishReason },
      ],
      usage,
    },
  }
}

export type PracticeError = { readonly message: string; readonly type: string; readonly code: string | null }

export function errorBodyOf(error: PracticeError): object {
  return { error: { ...error, param: null } }
}

export function eventOf(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`
}

function usageOf(request: PracticeRequest, answerText: string): object {
  const inputTokens = request.messages.reduce((sum, message) => sum + countPracticeTokens(message.text), 0)
  const outputTokens = countPracticeTokens(answerText)
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  }
}

/** Small enough that streaming can be seen, large enough that a long answer takes seconds and not minutes. */
const minPieceLength = 16
const maxPieces = 300

function piecesOf(text: string): readonly string[] {
  const length = Math.max(minPieceLength, Math.ceil(text.length / maxPieces))
  const pieces: string[] = []
  for (let start = 0; start < text.length; ) {
    const end = start + length
    // A pair of surrogates is one character: it stays whole.
    const isInPair = /[\uD800-\uDBFF]/.test(text.charAt(end - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(end))
    const cut = isInPair ? end + 1 : end
    pieces.push(text.slice(start, cut))
    start = cut
  }
  return pieces
}
