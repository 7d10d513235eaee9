/**
 * Answers of the `openai-chat` dialect as wire events: streams of chat.completion.chunk, and whole chat.completion
 * objects where a server does not stream.
 *
 * `done` comes once, at `[DONE]` or at the stream's end if the finish reason was seen, and after the usage, which
 * servers send behind the finish. An error inside a 200 is the failure that it means. A frame that cannot be read is
 * a protocol violation, because it may have carried text; only at the very end it is a stream cut short.
 * Sources (2026-10): OpenAI "Chat streaming", OpenRouter "Streaming" and "Errors", DeepSeek and Mistral API references.
 */
import type { Failure } from '../../../shared/domain/failure.ts'
import type { Usage } from '../../../shared/domain/usage.ts'
import type { FinishReason } from '../../../shared/domain/waybill.ts'
import { type Json, listOf, parsedOf, recordOf, textOf } from './json.ts'
import { failureOfErrorFrame } from './openaiError.ts'
import { createReasoningDetails, logprobsOf } from './openaiExtras.ts'
import { createToolCalls } from './openaiToolCalls.ts'
import { decodeOpenaiUsage } from './openaiUsage.ts'
import { reportedNanodollarsOf } from './reportedCost.ts'
import { createSseReader, type SseViolation } from './sse.ts'
import type { WireDecoder, WireEvent } from './wireEvent.ts'

export function createOpenaiChatDecoder(): WireDecoder {
  const answer = createAnswer()
  const reader = createSseReader({
    onEvent: answer.onData,
    onViolation: answer.onViolation,
  })
  return {
    decode: (text) => {
      reader.feed(text)
      return answer.take()
    },
    end: () => {
      answer.onStreamEnding()
      reader.end()
      answer.onStreamEnd()
      return answer.take()
    },
  }
}

/** A 200 with a JSON body: a whole answer, or an error. */
export function decodeOpenaiAnswer(bodyText: string): readonly WireEvent[] {
  const answer = createAnswer()
  if (bodyText.trim() !== '') answer.onData(bodyText, undefined)
  answer.onDoneMark()
  return answer.take()
}

function createAnswer() {
  let events: WireEvent[] = []
  let finishReason: FinishReason | undefined
  let isOver = false
  let isStreamEnding = false
  let hasOutput = false
  const toolCalls = createToolCalls()
  const details = createReasoningDetails()

  const fail = (failure: Failure) => {
    if (isOver) return
    isOver = true
    events.push({ type: 'failure', failure })
  }
  const say = (type: 'text' | 'reasoning', text: string) => {
    if (text === '') return
    hasOutput = true
    events.push({ type, text })
  }
  const sayLogprobs = (value: unknown) => {
    const tokens = logprobsOf(value)
    if (tokens.length > 0 && !isOver) events.push({ type: 'logprobs', tokens })
  }
  const finish = (reason: FinishReason) => {
    if (isOver) return
    const hasCalls = !toolCalls.isEmpty()
    // Some servers say `stop`, a word of their own or nothing after a tool call.
    const unified = hasCalls && (reason === 'stop' || reason === 'other') ? 'tool-calls' : reason
    events.push(...details.seals())
    if (unified === 'tool-calls') {
      events.push(...toolCalls.close())
      if (!toolCalls.areWhole()) return fail(protocolViolation('a tool call whose name or arguments are not whole'))
    }
    isOver = true
    events.push({ type: 'done', finishReason: unified })
  }
  const onDoneMark = () => {
    if (finishReason !== undefined || hasOutput) finish(finishReason ?? 'other')
    else fail(truncated('ended without an answer'))
  }
  const onDelta = (delta: Json) => {
    sayContent(delta.reasoning_content ?? delta.reasoning, 'reasoning', say)
    details.onDetails(listOf(delta.reasoning_details))
    const isKnown = sayContent(delta.content, 'text', say)
    if (!isKnown) return fail(protocolViolation('content that is neither text nor parts'))
    if (textOf(delta.refusal) !== '') return fail(refused)
    const deltas = listOf(delta.tool_calls)
    if (deltas.length === 0) return
    hasOutput = true
    events.push(...toolCalls.onDeltas(deltas))
  }
  const onChoice = (choice: Json) => {
    if (hasError(choice)) return fail(failureOfErrorFrame(choice))
    const delta = recordOf(choice.delta) ?? recordOf(choice.message)
    const reason = textOf(choice.finish_reason)
    if (delta === undefined && typeof choice.finish_reason !== 'string') {
      return fail(protocolViolation('a choice without a delta'))
    }
    if (delta !== undefined) onDelta(delta)
    sayLogprobs(choice.logprobs)
    const failure = failureOfFinish(reason)
    if (failure !== undefined) fail(failure)
    else if (reason !== '') finishReason = finishReasonOf(reason)
  }
  const usageEventOf = (frame: Json, usage: Usage): WireEvent => {
    const reportedNanodollars = reportedNanodollarsOf(frame.usage)
    return {
      type: 'usage',
      usage,
      // Some servers count in every frame.
      ...(finishReason === undefined && { isPartial: true }),
      ...(reportedNanodollars !== undefined && { reportedNanodollars }),
    }
  }
  const onFrame = (frame: Json) => {
    if (hasError(frame)) return fail(failureOfErrorFrame(frame))
    const usage = decodeOpenaiUsage(frame.usage)
    if (!Array.isArray(frame.choices) && usage === undefined) fail(protocolViolation('a frame without choices'))
    // One answer is asked for; a server that sends more is read as if it sent the first alone.
    for (const choice of listOf(frame.choices)) if (!isOver && isFirstChoice(choice)) onChoice(recordOf(choice) ?? {})
    if (!isOver && usage !== undefined) events.push(usageEventOf(frame, usage))
  }
  return {
    onViolation: (violation: SseViolation) => {
      if (!isStreamEnding) fail(protocolViolation(violationTexts[violation]))
    },
    onData: (data: string, name: string | undefined) => {
      if (isOver) return
      if (data.trim() === '[DONE]') return onDoneMark()
      const frame = recordOf(parsedOf(data))
      if (frame !== undefined) return onFrame(frame)
      // The last piece of a stream that was cut: `onStreamEnd` says what that means.
      if (isStreamEnding) return
      // Events of a type of their own, such as `ping`, carry no text.
      if (name === undefined || textEventNames.has(name)) fail(protocolViolation('a frame that is no JSON object'))
    },
    onDoneMark,
    onStreamEnding: () => {
      isStreamEnding = true
    },
    onStreamEnd: () => {
      if (finishReason === undefined) fail(truncated('closed the stream before the answer was complete'))
      else finish(finishReason)
    },
    take: (): readonly WireEvent[] => {
      const taken = events
      events = []
      return taken
    },
  }
}

const textEventNames: ReadonlySet<string> = new Set(['message', 'error', 'completion', 'chunk'])

function isFirstChoice(choice: unknown): boolean {
  return (recordOf(choice)?.index ?? 0) === 0
}

/** Content is a string, null, or a list of parts (Mistral: text, and thinking that holds parts again). */
function sayContent(
  content: unknown,
  type: 'text' | 'reasoning',
  say: (type: 'text' | 'reasoning', text: string) => void,
): boolean {
  if (typeof content === 'string') say(type, content)
  else if (Array.isArray(content)) for (const part of content) sayPart(recordOf(part) ?? {}, type, say)
  else return content === null || content === undefined
  return true
}

function sayPart(
  part: Json,
  type: 'text' | 'reasoning',
  say: (type: 'text' | 'reasoning', text: string) => void,
): void {
  if (typeof part.text === 'string') say(type, part.text)
  else if (part.type === 'thinking') sayContent(part.thinking, 'reasoning', say)
}

/** vLLM sends the error itself, without a frame around it. */
function hasError(frame: Json): boolean {
  const { error } = frame
  return (error !== undefined && error !== null && error !== false) || frame.object === 'error'
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
}

function finishReasonOf(reason: string): FinishReason {
  return Object.hasOwn(finishReasons, reason) ? (finishReasons[reason] ?? 'other') : 'other'
}

function failureOfFinish(reason: string): Failure | undefined {
  if (reason === 'error') {
    return { kind: 'provider-error', message: 'Expected a whole answer; the provider ended it with an error.' }
  }
  // DeepSeek: the request was interrupted because the inference system ran short.
  if (reason === 'insufficient_system_resource') {
    return { kind: 'overloaded', message: 'Expected a whole answer; the provider broke off for lack of capacity.' }
  }
  return undefined
}

const refused: Failure = {
  kind: 'refused',
  message: 'Expected an answer; the model refused. Put the request in other words, or choose another model.',
}

const violationTexts: Readonly<Record<SseViolation, string>> = {
  'event-too-large': 'an event of more than 4 MB',
  'unknown-line': 'a line that is no server-sent event',
}

function protocolViolation(came: string): Failure {
  return {
    kind: 'protocol-violation',
    message: `Expected chat completion chunks as server-sent events; the provider sent ${came}.`,
  }
}

function truncated(what: string): Failure {
  return { kind: 'truncated', message: `Expected a whole answer; the provider ${what}.` }
}
