/** The recorded streams of the dialects, as bytes; and ways to run bytes through a decoder. */
import { readFileSync } from 'node:fs'
import { createOpenaiChatDecoder } from '../../../../daemon/core/wire/openaiChat.ts'
import type { WireDecoder, WireEvent } from '../../../../daemon/core/wire/wireEvent.ts'

export const fixtureNames = [
  'openai-text',
  'openai-tool-calls',
  'deepseek-reasoning',
  'openrouter-text',
  'mistral-parts',
] as const

export function fixtureBytes(name: string): Uint8Array {
  return readFileSync(new URL(`../../../fixtures/wire/${name}.sse`, import.meta.url))
}

/** Bytes cut at these offsets, then closed, through the text decoder that upstreamHttp uses. */
export function decodedBytes(
  decoder: WireDecoder,
  bytes: Uint8Array,
  cuts: readonly number[] = [],
): readonly WireEvent[] {
  const text = new TextDecoder('utf-8', { fatal: true })
  const offsets = [0, ...cuts, bytes.length]
  const pieces = offsets.slice(1).map((end, at) => bytes.subarray(offsets[at], end))
  return [...pieces.flatMap((piece) => decoder.decode(text.decode(piece, { stream: true }))), ...decoder.end()]
}

export function decodedText(decoder: WireDecoder, text: string): readonly WireEvent[] {
  return [...decoder.decode(text), ...decoder.end()]
}

export function eventsOfBytes(bytes: Uint8Array, cuts: readonly number[] = []): readonly WireEvent[] {
  return decodedBytes(createOpenaiChatDecoder(), bytes, cuts)
}

export function eventsOfText(text: string): readonly WireEvent[] {
  return decodedText(createOpenaiChatDecoder(), text)
}

export function frame(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`
}

export function delta(content: object, finishReason: string | null = null): string {
  return frame({ id: 'x', choices: [{ index: 0, delta: content, finish_reason: finishReason }] })
}

export const doneMark = 'data: [DONE]\n\n'

export function textOf(events: readonly WireEvent[]): string {
  return events.map((event) => (event.type === 'text' ? event.text : '')).join('')
}

export function reasoningOf(events: readonly WireEvent[]): string {
  return events.map((event) => (event.type === 'reasoning' ? event.text : '')).join('')
}

/** `done stop`, `failure truncated`, or `nothing`. */
export function endOf(events: readonly WireEvent[]): string {
  const last = events.at(-1)
  if (last?.type === 'done') return `done ${last.finishReason}`
  return last?.type === 'failure' ? `failure ${last.failure.kind}` : 'nothing'
}
