/**
 * One answer of generateContent, put together from its chunks; the rules are those of `geminiGenerate.ts`.
 *
 * Thought signatures come as seals: of the call or the thought they stood on, else of an empty stretch of reasoning.
 */
import type { ProviderSeal } from '../../../shared/domain/chatRequest.ts'
import type { Failure } from '../../../shared/domain/failure.ts'
import type { FinishReason } from '../../../shared/domain/waybill.ts'
import { failureOfGeminiErrorFrame } from './geminiError.ts'
import { logprobsOf } from './geminiLogprobs.ts'
import { decodeGeminiUsage } from './geminiUsage.ts'
import { type Json, listOf, recordOf, textOf } from './json.ts'
import type { WireEvent } from './wireEvent.ts'

/** After `fail` or `onEnd` nothing more comes. */
export function createGeminiAnswer() {
  let events: WireEvent[] = []
  let isOver = false
  let reason = ''
  let hasOutput = false
  let callCount = 0
  let blockCount = 0
  /** The stretch of thoughts that is still open. */
  let openBlock: number | undefined

  const fail = (failure: Failure) => {
    if (isOver) return
    isOver = true
    events.push({ type: 'failure', failure })
  }
  const pushReasoning = (text: string, block: number, seal: ProviderSeal | undefined) => {
    events.push({ type: 'reasoning', text, ...(block > 0 && { block }), ...(seal !== undefined && { seal }) })
  }
  const nextBlock = () => {
    blockCount += 1
    return blockCount - 1
  }
  const onThought = (text: string, seal: ProviderSeal | undefined) => {
    if (text === '' && seal === undefined) return
    hasOutput = true
    openBlock ??= nextBlock()
    pushReasoning(text, openBlock, seal)
    // A signature closes what it signs.
    if (seal !== undefined) openBlock = undefined
  }
  const onText = (text: string, seal: ProviderSeal | undefined) => {
    if (text !== '') {
      hasOutput = true
      openBlock = undefined
      events.push({ type: 'text', text })
    }
    if (seal !== undefined) pushReasoning('', nextBlock(), seal)
  }
  const onCall = (call: Json, seal: ProviderSeal | undefined) => {
    const name = textOf(call.name)
    const args = call.args ?? {}
    if (name === '' || recordOf(args) === undefined) return fail(protocolViolation('a tool call that is not whole'))
    hasOutput = true
    openBlock = undefined
    const index = callCount
    callCount += 1
    events.push({
      type: 'tool-call',
      index,
      id: textOf(call.id) || `call_${index}`,
      name,
      argumentsText: JSON.stringify(args),
      ...(seal !== undefined && { seal }),
    })
  }
  const onPart = (part: Json) => {
    const seal = sealOf(part.thoughtSignature)
    const call = recordOf(part.functionCall)
    const text = part.text ?? ''
    if (typeof text !== 'string') fail(protocolViolation('text of another type'))
    else if (call !== undefined) onCall(call, seal)
    else if (part.thought === true) onThought(text, seal)
    else onText(text, seal)
  }
  const onCandidate = (candidate: Json) => {
    for (const part of listOf(recordOf(candidate.content)?.parts)) if (!isOver) onPart(recordOf(part) ?? {})
    const tokens = logprobsOf(candidate.logprobsResult)
    if (!isOver && tokens.length > 0) events.push({ type: 'logprobs', tokens })
    // The newest counts; a chunk without one takes nothing back.
    reason = textOf(candidate.finishReason) || reason
  }
  const onCandidates = (candidates: readonly unknown[]) => {
    // One answer is asked for; of more the first alone is read.
    for (const candidate of candidates.map((value) => recordOf(value) ?? {}))
      if (!isOver && (candidate.index ?? 0) === 0) onCandidate(candidate)
  }
  const onFrame = (frame: Json) => {
    if (frame.error !== undefined && frame.error !== null) return fail(failureOfGeminiErrorFrame(frame))
    const usage = decodeGeminiUsage(frame.usageMetadata)
    const feedback = recordOf(frame.promptFeedback)
    const candidates = listOf(frame.candidates)
    const isBlocked = textOf(feedback?.blockReason) !== '' && candidates.length === 0
    // Every chunk counts what there is so far; the one that finishes counts all.
    const isWhole = isBlocked || reason !== '' || candidates.some((one) => textOf(recordOf(one)?.finishReason) !== '')
    if (usage !== undefined) events.push({ type: 'usage', usage, ...(!isWhole && { isPartial: true }) })
    if (isBlocked) return fail(filtered)
    const isKnown = Array.isArray(frame.candidates) || usage !== undefined || feedback !== undefined
    if (isKnown) onCandidates(candidates)
    else fail(protocolViolation('a frame without candidates'))
  }
  return {
    fail,
    /** A chunk, or a list of them. */
    onFrames: (frames: object) => {
      for (const frame of Array.isArray(frames) ? frames : [frames]) if (!isOver) onFrame(recordOf(frame) ?? {})
    },
    onEnd: () => {
      const end = endOf(reason, { hasOutput, hasCalls: callCount > 0 })
      if (typeof end !== 'string') return fail(end)
      if (!isOver) events.push({ type: 'done', finishReason: end })
      isOver = true
    },
    take: (): readonly WireEvent[] => {
      const taken = events
      events = []
      return taken
    },
  }
}

function sealOf(signature: unknown): ProviderSeal | undefined {
  return textOf(signature) === '' ? undefined : { dialect: 'gemini-generate', signature: textOf(signature) }
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
}

/** The model's call could not be read, or was of a tool that it does not have: there is nothing to run. */
const brokenCalls: ReadonlySet<string> = new Set([
  'MALFORMED_FUNCTION_CALL',
  'UNEXPECTED_TOOL_CALL',
  'TOO_MANY_TOOL_CALLS',
  'MALFORMED_RESPONSE',
])

function endOf(
  reason: string,
  said: { readonly hasOutput: boolean; readonly hasCalls: boolean },
): FinishReason | Failure {
  if (reason === '' || reason === 'FINISH_REASON_UNSPECIFIED') return truncated
  if (brokenCalls.has(reason)) return protocolViolation('a tool call that it could not finish itself')
  if (reason === 'MISSING_THOUGHT_SIGNATURE') return unsigned
  const unified = Object.hasOwn(finishReasons, reason) ? (finishReasons[reason] ?? 'other') : 'other'
  if (unified === 'content-filter' && !said.hasOutput) return filtered
  return unified === 'stop' && said.hasCalls ? 'tool-calls' : unified
}

const truncated: Failure = {
  kind: 'truncated',
  message: 'Expected a whole answer; the provider closed the stream before the answer was complete.',
}

const filtered: Failure = {
  kind: 'content-filtered',
  message:
    "Expected an answer; the provider's content filter refused the prompt or the answer. Put the request in other words, or choose another model.",
}

const unsigned: Failure = {
  kind: 'invalid-request',
  message:
    'Expected an answer; the provider misses a thought signature in the conversation. Start it anew, or choose another model.',
}

export function protocolViolation(came: string): Failure {
  return { kind: 'protocol-violation', message: `Expected chunks of generateContent; the provider sent ${came}.` }
}
