/**
 * Answers of the `anthropic-messages` dialect as wire events: streams of typed events, and whole messages where a server
 * does not stream.
 *
 * `done` comes at `message_stop`, or at the stream's end if the stop reason was seen. An `error` event inside a 200 is the
 * failure that it means. Event types that are not known carry no text and are passed over; a frame that cannot be read is
 * a protocol violation, because it may have carried text.
 * Source: Anthropic API reference "Streaming messages", guides "Extended thinking" and "Handling stop reasons" (2026-10).
 */
import type { Failure } from '../../../shared/domain/failure.ts'
import type { FinishReason } from '../../../shared/domain/waybill.ts'
import { type AnswerBuilder, createAnswerBuilder, createStreamDecoder } from './answerBuilder.ts'
import { type AnthropicCounts, usageOf, withCounts } from './anthropicUsage.ts'
import { type Json, listOf, recordOf, textOf } from './json.ts'
import { failureOfErrorFrame } from './openaiError.ts'
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
  if (answer.type === 'error' || answer.error !== undefined) builder.fail(failureOfErrorFrame(answer))
  else if (Array.isArray(answer.content)) readMessage(builder, answer)
  else builder.violate('a message without content')
}

/** What one message said, played as the events that a stream would have sent. */
function readMessage(builder: AnswerBuilder, message: Json): void {
  const reader = createFrameReader(builder)
  reader({ type: 'message_start', message })
  for (const [index, block] of listOf(message.content).entries()) {
    const content = recordOf(block) ?? {}
    // A block that came whole has its input as an object; in a stream it follows as text.
    const input = content.type === 'tool_use' ? JSON.stringify(content.input ?? {}) : ''
    reader({ type: 'content_block_start', index, content_block: content })
    if (input !== '')
      reader({ type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: input } })
  }
  reader({ type: 'message_delta', delta: message, usage: message.usage })
  reader({ type: 'message_stop' })
}

type Block = { readonly type: string; readonly place: number; signature: string }

function createFrameReader(builder: AnswerBuilder): (frame: Json) => void {
  const blocks = new Map<unknown, Block>()
  let counts: AnthropicCounts = {}
  let thoughts = 0
  let calls = 0

  const onUsage = (usage: unknown) => {
    const before = counts
    counts = withCounts(counts, usage)
    if (counts !== before) builder.onUsage(usageOf(counts))
  }
  const onBlockStart = (index: unknown, start: Json) => {
    const type = textOf(start.type)
    if (type === 'tool_use') {
      blocks.set(index, { type, place: calls, signature: '' })
      builder.onToolCall({ index: calls, id: textOf(start.id), name: textOf(start.name), argumentsText: '' })
      calls += 1
      return
    }
    if (type === 'thinking' || type === 'redacted_thinking') {
      blocks.set(index, { type, place: thoughts, signature: '' })
      thoughts += 1
    } else blocks.set(index, { type, place: 0, signature: '' })
    if (type === 'redacted_thinking') {
      const seal = { dialect: 'anthropic-messages', redacted: textOf(start.data) } as const
      builder.onReasoning('', thoughts - 1, seal)
    }
    if (type === 'text') builder.onText(textOf(start.text))
    if (type === 'thinking') onThinking(blocks.get(index), start)
  }
  const onThinking = (block: Block | undefined, delta: Json) => {
    if (block === undefined) return
    builder.onReasoning(textOf(delta.thinking), block.place)
    const signature = textOf(delta.signature)
    if (signature === '') return
    block.signature += signature
    builder.onReasoning('', block.place, { dialect: 'anthropic-messages', signature: block.signature })
  }
  const onBlockDelta = (index: unknown, delta: Json) => {
    const block = blocks.get(index)
    switch (delta.type) {
      case 'text_delta':
        return builder.onText(textOf(delta.text))
      case 'thinking_delta':
      case 'signature_delta':
        return onThinking(block, delta)
      case 'input_json_delta':
        // The input of a tool that the server runs itself is no call of ours.
        if (block?.type !== 'tool_use') return
        return builder.onToolCall({ index: block.place, argumentsText: textOf(delta.partial_json) })
      default:
    }
  }
  return (frame) => {
    switch (frame.type) {
      case 'message_start':
        return onUsage(recordOf(frame.message)?.usage)
      case 'content_block_start':
        return onBlockStart(frame.index, recordOf(frame.content_block) ?? {})
      case 'content_block_delta':
        return onBlockDelta(frame.index, recordOf(frame.delta) ?? {})
      case 'message_delta':
        onUsage(frame.usage)
        return onStopReason(builder, textOf(recordOf(frame.delta)?.stop_reason))
      case 'message_stop':
        return builder.end()
      case 'error':
        return builder.fail(failureOfErrorFrame(frame))
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
