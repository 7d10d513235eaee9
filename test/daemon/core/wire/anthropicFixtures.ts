/** The recorded streams of the Anthropic API, and frames to make others of. */
import { createAnthropicDecoder } from '../../../../daemon/core/wire/anthropicMessages.ts'
import type { WireEvent } from '../../../../daemon/core/wire/wireEvent.ts'
import { decodedBytes, frame } from './wireFixtures.ts'

export const anthropicFixtureNames = [
  'anthropic-text',
  'anthropic-thinking-tools',
  'anthropic-interleaved',
  'anthropic-cached-usage',
  'anthropic-overloaded',
  'anthropic-refusal',
] as const

export function anthropicEventsOf(bytes: Uint8Array, cuts: readonly number[] = []): readonly WireEvent[] {
  return decodedBytes(createAnthropicDecoder(), bytes, cuts)
}

export function anthropicEventsOfText(text: string): readonly WireEvent[] {
  return anthropicEventsOf(new TextEncoder().encode(text))
}

export function start(usage: object = {}): string {
  return frame({ type: 'message_start', message: { role: 'assistant', content: [], usage } })
}

export function blockStart(index: number, block: object): string {
  return frame({ type: 'content_block_start', index, content_block: block })
}

export function blockDelta(index: number, delta: object): string {
  return frame({ type: 'content_block_delta', index, delta })
}

export function blockStop(index: number): string {
  return frame({ type: 'content_block_stop', index })
}

export function textBlock(index: number, text: string): string {
  return (
    blockStart(index, { type: 'text', text: '' }) + blockDelta(index, { type: 'text_delta', text }) + blockStop(index)
  )
}

export function callStart(index: number, id: string, input: unknown = {}): string {
  return blockStart(index, { type: 'tool_use', id, name: `tool_${id}`, input })
}

export function inputDelta(index: number, json: string): string {
  return blockDelta(index, { type: 'input_json_delta', partial_json: json })
}

export function messageDelta(reason: string | null, usage: object = {}): string {
  return frame({ type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage })
}

export const messageStop = frame({ type: 'message_stop' })

export function ended(reason: string, usage: object = {}): string {
  return messageDelta(reason, usage) + messageStop
}
