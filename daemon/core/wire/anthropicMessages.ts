/**
 * Answers of the `anthropic-messages` dialect as wire events: streams of typed events, and whole messages where a server
 * does not stream.
 *
 * `done` comes at `message_stop`, or at the stream's end if the stop reason was seen. An `error` event inside a 200 is the
 * failure that it means. Event types that are not known carry no text and are passed over; a frame that cannot be read is
 * a protocol violation, because it may have carried text.
 * A refusal is always a failure, whatever was said before it, so that another model may be asked.
 * Sources (2026-11): Anthropic API reference "Streaming messages"; Claude platform documentation "Thinking" and "Handling
 * stop reasons" (platform.claude.com/docs).
 */
import type { Failure } from '../../../shared/domain/failure.ts'
import type { FinishReason } from '../../../shared/domain/waybill.ts'
import { type AnswerBuilder, createAnswerBuilder, createStreamDecoder, type UsageExtent } from './answerBuilder.ts'
import { failureOfAnthropicErrorFrame } from './anthropicError.ts'
import { type AnthropicCounts, usageOf, withCounts } from './anthropicUsage.ts'
import { type Json, listOf, recordOf, textOf } from './json.ts'
import type { WireDecoder, WireEvent } from './wireEvent.ts'

export function createAnthropicDecoder(): WireDecoder {
  return createStreamDecoder(dialectWords, (builder) => createFrameReader(builder))
}

/** A 200 with a JSON body: a whole message, or an error. */
export function decodeAnthropicAnswer(bodyText: string): readonly WireEvent[] {
  const builder = createAnswerBuilder(dialectWords)
  const message = builder.frameOf(bodyText)
  if (message !== undefined) readAnswer(builder, message)
  builder.end()
  return builder.take()
}

const dialectWords = 'message events as server-sent events'

function readAnswer(builder: AnswerBuilder, answer: Json): void {
  if (answer.type === 'error' || answer.error !== undefined) builder.fail(failureOfAnthropicErrorFrame(answer))
  else if (Array.isArray(answer.content)) readMessage(builder, answer)
  else builder.violate('a message without content')
}

/** What one message said, played as the events that a stream would have sent. */
function readMessage(builder: AnswerBuilder, message: Json): void {
  const reader = createFrameReader(builder)
  reader({ type: 'message_start', message })
  for (const [index, block] of listOf(message.content).entries())
    reader({ type: 'content_block_start', index, content_block: block })
  reader({ type: 'message_delta', delta: message, usage: message.usage })
  reader({ type: 'message_stop' })
}

type Block = {
  readonly type: string
  /** Among the calls or the thoughts. */
  readonly place: number
  /** Of a call: what came whole at its start, until parts of it come. */
  wholeInput: string
}

function createFrameReader(builder: AnswerBuilder): (frame: Json) => void {
  const blocks = new Map<unknown, Block>()
  let counts: AnthropicCounts = {}
  let thoughts = 0
  let calls = 0

  const onUsage = (usage: unknown, extent: UsageExtent) => {
    const before = counts
    counts = withCounts(counts, usage)
    if (counts !== before) builder.onUsage(usageOf(counts), extent)
  }
  /** What is there and no text may have been some. */
  const said = (value: unknown): string => {
    if (value !== undefined && value !== null && typeof value !== 'string') builder.violate('text of another type')
    return textOf(value)
  }
  const onCallStart = (index: unknown, start: Json) => {
    const { input } = start
    if (input !== undefined && input !== null && recordOf(input) === undefined) said(input)
    const wholeInput = Object.keys(recordOf(input) ?? {}).length > 0 ? JSON.stringify(input) : textOf(input)
    blocks.set(index, { type: 'tool_use', place: calls, wholeInput })
    const id = textOf(start.id) || `call_${calls}`
    builder.onToolCall({ index: calls, id, name: textOf(start.name), argumentsText: '' })
    calls += 1
  }
  const onThoughtStart = (type: string, index: unknown, start: Json) => {
    const block = { type, place: thoughts, wholeInput: '' }
    thoughts += 1
    blocks.set(index, block)
    if (type === 'thinking') return onThinking(block, start)
    const redacted = textOf(start.data)
    if (redacted !== '') builder.onReasoning('', block.place, { dialect: 'anthropic-messages', redacted })
  }
  const onThinking = ({ place }: Block, delta: Json) => {
    builder.onReasoning(said(delta.thinking), place)
    const signature = said(delta.signature)
    if (signature !== '') builder.onReasoning('', place, { dialect: 'anthropic-messages', signature })
  }
  const onBlockStart = (index: unknown, start: Json) => {
    const type = textOf(start.type)
    switch (type) {
      case 'tool_use':
        return onCallStart(index, start)
      case 'thinking':
      case 'redacted_thinking':
        return onThoughtStart(type, index, start)
      default:
        // Others carry no text of the answer, such as the calls and results of tools that the server runs itself.
        blocks.set(index, { type, place: 0, wholeInput: '' })
        if (type === 'text') builder.onText(said(start.text))
    }
  }
  const onInput = (block: Block, json: string) => {
    // The input of a tool that the server runs itself is no call of ours.
    if (block.type !== 'tool_use' || json === '') return
    block.wholeInput = ''
    builder.onToolCall({ index: block.place, argumentsText: json })
  }
  const onBlockDelta = (index: unknown, delta: Json) => {
    if (delta.type === 'text_delta') return builder.onText(said(delta.text))
    const block = blocks.get(index)
    if (block === undefined) return builder.violate('a part of something that it did not begin')
    if (delta.type === 'input_json_delta') return onInput(block, said(delta.partial_json))
    if (delta.type === 'thinking_delta' || delta.type === 'signature_delta') onThinking(block, delta)
  }
  const onBlockStop = (block: Block | undefined) => {
    if (block !== undefined) onInput(block, block.wholeInput)
  }
  return (frame) => {
    switch (frame.type) {
      case 'message_start':
        // Its output counts what is there at the start.
        return onUsage(recordOf(frame.message)?.usage, 'so-far')
      case 'content_block_start':
        return onBlockStart(frame.index, recordOf(frame.content_block) ?? {})
      case 'content_block_delta':
        return onBlockDelta(frame.index, recordOf(frame.delta) ?? {})
      case 'content_block_stop':
        return onBlockStop(blocks.get(frame.index))
      case 'message_delta': {
        const reason = textOf(recordOf(frame.delta)?.stop_reason)
        onUsage(frame.usage, reason === '' ? 'so-far' : 'whole')
        for (const block of blocks.values()) onBlockStop(block)
        return onStopReason(builder, reason)
      }
      case 'message_stop':
        return builder.end()
      case 'error':
        return builder.fail(failureOfAnthropicErrorFrame(frame))
      default:
        if (typeof frame.type !== 'string') builder.violate('a frame without a type')
    }
  }
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
}

function onStopReason(builder: AnswerBuilder, reason: string): void {
  if (reason === '') return
  if (reason === 'refusal') builder.fail(filtered)
  else builder.finish(Object.hasOwn(finishReasons, reason) ? (finishReasons[reason] ?? 'other') : 'other')
}

/** Its classifiers stepped in; what was said before is to be dropped, so that another model may answer. */
const filtered: Failure = {
  kind: 'content-filtered',
  message:
    "Expected an answer; the provider's filter ended it. Put the request in other words, or choose another model.",
}
