/**
 * Answers of the `gemini-generate` dialect as wire events: streams of GenerateContentResponse, and the same as one JSON
 * object or list.
 *
 * There is no terminal event: an answer is whole when a finish reason was seen by the end of the stream. It may stand on
 * every chunk, and says STOP also where functions are called. Calls come whole, one a part and mostly without an id: they
 * are numbered here. A prompt that was blocked has no candidate at all.
 * Sources (2026-10): Gemini API reference "GenerateContentResponse", guides "Function calling" and "Thought signatures".
 */
import type { ProviderSeal } from '../../../shared/domain/chatRequest.ts'
import type { Failure } from '../../../shared/domain/failure.ts'
import type { TokenLogprob } from '../../../shared/domain/streamPart.ts'
import type { FinishReason } from '../../../shared/domain/waybill.ts'
import { type AnswerBuilder, createAnswerBuilder, createStreamDecoder } from './answerBuilder.ts'
import { decodeGeminiUsage } from './geminiUsage.ts'
import { type Json, listOf, parsedOf, recordOf, textOf } from './json.ts'
import { failureOfErrorFrame } from './wireError.ts'
import type { WireDecoder, WireEvent } from './wireEvent.ts'

const dialectWords = 'generated content as server-sent events'

export function createGeminiDecoder(): WireDecoder {
  return createStreamDecoder(dialectWords, (builder) => createChunkReader(builder))
}

/** A 200 with a JSON body: a whole answer, a list of its chunks, or an error. */
export function decodeGeminiAnswer(bodyText: string): readonly WireEvent[] {
  const builder = createAnswerBuilder(dialectWords)
  const onChunk = createChunkReader(builder)
  const parsed = parsedOf(bodyText)
  const chunks = Array.isArray(parsed) ? parsed.map((one) => JSON.stringify(one)) : [bodyText]
  for (const text of chunks) {
    const chunk = builder.frameOf(text)
    if (chunk !== undefined) onChunk(chunk)
  }
  builder.end()
  return builder.take()
}

function createChunkReader(builder: AnswerBuilder): (chunk: Json) => void {
  let calls = 0
  let thoughts = 0

  const onFunctionCall = (call: Json, seal: ProviderSeal | undefined) => {
    const id = textOf(call.id) || `call_${calls}`
    const argumentsText = JSON.stringify(recordOf(call.args) ?? {})
    builder.onToolCall({
      index: calls,
      id,
      name: textOf(call.name),
      argumentsText,
      ...(seal !== undefined && { seal }),
    })
    calls += 1
  }
  const onPart = (part: Json) => {
    const signature = textOf(part.thoughtSignature)
    const seal = signature === '' ? undefined : ({ dialect: 'gemini-generate', signature } as const)
    const call = recordOf(part.functionCall)
    if (call !== undefined) return onFunctionCall(call, seal)
    if (part.thought === true) {
      builder.onReasoning(textOf(part.text), thoughts, seal)
    } else {
      builder.onText(textOf(part.text))
      // It belongs to the answer's text: kept as a stretch of reasoning without words.
      if (seal !== undefined) builder.onReasoning('', thoughts, seal)
    }
    if (seal !== undefined) thoughts += 1
  }
  return (chunk) => {
    if (chunk.error !== undefined) return builder.fail(failureOfErrorFrame(chunk))
    const usage = decodeGeminiUsage(chunk.usageMetadata)
    const candidate = recordOf(listOf(chunk.candidates)[0])
    if (candidate === undefined && usage === undefined && chunk.promptFeedback === undefined) {
      return builder.violate('a frame without candidates')
    }
    if (textOf(recordOf(chunk.promptFeedback)?.blockReason) !== '') return builder.fail(blocked)
    for (const part of listOf(recordOf(candidate?.content)?.parts)) onPart(recordOf(part) ?? {})
    builder.onLogprobs(logprobsOf(candidate?.logprobsResult))
    if (usage !== undefined) builder.onUsage(usage)
    onFinishReason(builder, textOf(candidate?.finishReason))
  }
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
}
const brokenCalls: ReadonlySet<string> = new Set(['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL'])

function onFinishReason(builder: AnswerBuilder, reason: string): void {
  if (reason === '' || reason === 'FINISH_REASON_UNSPECIFIED') return
  if (brokenCalls.has(reason)) builder.violate('a tool call that it calls malformed itself')
  else builder.finish(Object.hasOwn(finishReasons, reason) ? (finishReasons[reason] ?? 'other') : 'other')
}

const blocked: Failure = {
  kind: 'content-filtered',
  message:
    "Expected an answer; the provider's filter blocked the prompt. Put it in other words, or choose another model.",
}

function logprobsOf(value: unknown): readonly TokenLogprob[] {
  const result = recordOf(value)
  const tops = listOf(result?.topCandidates)
  return listOf(result?.chosenCandidates).flatMap((one, index) => {
    const chosen = chosenOf(one)
    const top = listOf(recordOf(tops[index])?.candidates).flatMap(chosenOf)
    return chosen.map((token) => ({ ...token, top }))
  })
}

function chosenOf(value: unknown): readonly { readonly token: string; readonly logprob: number }[] {
  const chosen = recordOf(value)
  const logprob = chosen?.logProbability
  return typeof logprob === 'number' && Number.isFinite(logprob) ? [{ token: textOf(chosen?.token), logprob }] : []
}
