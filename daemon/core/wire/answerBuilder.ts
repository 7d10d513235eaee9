/**
 * What the decoders of typed frames share: one answer put together event by event, that ends in exactly one way, and its
 * stream of server-sent events.
 *
 * - after a failure or the end nothing more comes;
 * - a tool call without parameters has `{}`; one whose arguments are no JSON object at the end is a protocol violation;
 * - calls without a finish reason of their own end the answer as `tool-calls`;
 * - a stream that ends without a finish reason is truncated.
 */
import type { ProviderSeal } from '../../../shared/domain/chatRequest.ts'
import type { Failure } from '../../../shared/domain/failure.ts'
import type { TokenLogprob } from '../../../shared/domain/streamPart.ts'
import type { Usage } from '../../../shared/domain/usage.ts'
import type { FinishReason } from '../../../shared/domain/waybill.ts'
import { type Json, parsedOf, recordOf } from './json.ts'
import { createSseReader, type SseViolation } from './sse.ts'
import type { WireDecoder, WireEvent } from './wireEvent.ts'

type ToolCall = Omit<Extract<WireEvent, { type: 'tool-call' }>, 'type'>

/** Whether a count is of the whole answer. */
export type UsageExtent = 'so-far' | 'whole'

export type AnswerBuilder = {
  readonly onText: (text: string) => void
  /** Empty text counts where there is a seal. */
  readonly onReasoning: (text: string, block: number, seal?: ProviderSeal) => void
  /** The first of an index brings id and name. */
  readonly onToolCall: (call: ToolCall) => void
  readonly onUsage: (usage: Usage, extent: UsageExtent) => void
  readonly onLogprobs: (tokens: readonly TokenLogprob[]) => void
  /** Why the answer ends; it ends with `end`. */
  readonly finish: (reason: FinishReason) => void
  readonly fail: (failure: Failure) => void
  readonly violate: (came: string) => void
  /** The terminal event, or the end of the stream. */
  readonly end: () => void
  /** A frame, or undefined after it was dealt with because it is none. */
  readonly frameOf: (data: string) => Json | undefined
  readonly hasFinish: () => boolean
  readonly take: () => readonly WireEvent[]
}

/** `dialectWords` says what was expected, such as `message events as server-sent events`. */
export function createAnswerBuilder(dialectWords: string): AnswerBuilder {
  let events: WireEvent[] = []
  let finishReason: FinishReason | undefined
  let isOver = false
  const argumentTexts = new Map<number, string>()

  const push = (event: WireEvent) => {
    if (!isOver) events.push(event)
  }
  const fail = (failure: Failure) => {
    push({ type: 'failure', failure })
    isOver = true
  }
  const violate = (came: string) =>
    fail({ kind: 'protocol-violation', message: `Expected ${dialectWords}; the provider sent ${came}.` })
  const closeCalls = () => {
    for (const [index, text] of argumentTexts) {
      if (text === '') push({ type: 'tool-call', index, argumentsText: '{}' })
      else if (recordOf(parsedOf(text)) === undefined) violate('a tool call whose arguments are not whole')
    }
  }
  return {
    onText: (text) => {
      if (text !== '') push({ type: 'text', text })
    },
    onReasoning: (text, block, seal) => {
      if (text === '' && seal === undefined) return
      const placed = block === 0 ? {} : { block }
      push({ type: 'reasoning', text, ...placed, ...(seal !== undefined && { seal }) })
    },
    onToolCall: (call) => {
      const isNew = !argumentTexts.has(call.index)
      argumentTexts.set(call.index, (argumentTexts.get(call.index) ?? '') + call.argumentsText)
      if (isNew && (call.name ?? '') === '') return violate('a tool call without a name')
      if (isNew || call.argumentsText !== '' || call.seal !== undefined) push({ type: 'tool-call', ...call })
    },
    onUsage: (usage, extent) => push({ type: 'usage', usage, ...(extent === 'so-far' && { isPartial: true }) }),
    onLogprobs: (tokens) => {
      if (tokens.length > 0) push({ type: 'logprobs', tokens })
    },
    finish: (reason) => {
      finishReason = reason
    },
    fail,
    violate,
    end: () => {
      if (isOver) return
      if (finishReason === undefined) {
        return fail({
          kind: 'truncated',
          message: 'Expected a whole answer; the provider closed the stream before the answer was complete.',
        })
      }
      const hasCalls = argumentTexts.size > 0
      const unified = hasCalls && finishReason === 'stop' ? 'tool-calls' : finishReason
      // An answer that was cut at its limit may well end within a call.
      if (unified === 'tool-calls') closeCalls()
      push({ type: 'done', finishReason: unified })
      isOver = true
    },
    frameOf: (data) => {
      if (data.trim() === '') return undefined
      const frame = recordOf(parsedOf(data))
      if (frame === undefined) violate('a frame that is no JSON object')
      return frame
    },
    hasFinish: () => finishReason !== undefined,
    take: () => {
      const taken = events
      events = []
      return taken
    },
  }
}

/** A decoder of server-sent events whose frames are read one by one. Events named `ping` carry no text and are skipped. */
export function createStreamDecoder(
  dialectWords: string,
  createReader: (builder: AnswerBuilder) => (frame: Json) => void,
): WireDecoder {
  const builder = createAnswerBuilder(dialectWords)
  const onFrame = createReader(builder)
  let isEnding = false
  const reader = createSseReader({
    onEvent: (data, name) => {
      if (name === 'ping') return
      // The last piece of a stream that was cut: a truncation, not garbage.
      if (isEnding && parsedOf(data) === undefined) return
      const frame = builder.frameOf(data)
      if (frame !== undefined) onFrame(frame)
    },
    onViolation: (violation) => {
      if (!isEnding) builder.violate(violationTexts[violation])
    },
  })
  return {
    decode: (text) => {
      reader.feed(text)
      return builder.take()
    },
    end: () => {
      isEnding = true
      reader.end()
      builder.end()
      return builder.take()
    },
  }
}

const violationTexts: Readonly<Record<SseViolation, string>> = {
  'event-too-large': 'an event of more than 4 MB',
  'unknown-line': 'a line that is no server-sent event',
}
