/** The recorded streams of Gemini, and frames to make others of. */
import { geminiWire } from '../../../../daemon/core/wire/geminiGenerate.ts'
import type { WireEvent } from '../../../../daemon/core/wire/wireEvent.ts'
import { decodedBytes, frame } from './wireFixtures.ts'

export const geminiFixtureNames = ['gemini-text', 'gemini-tool-calls', 'gemini-thoughts'] as const

export function geminiEventsOf(bytes: Uint8Array, cuts: readonly number[] = []): readonly WireEvent[] {
  return decodedBytes(geminiWire.createDecoder(), bytes, cuts)
}

/** A chunk with these parts. */
export function chunk(parts: readonly object[], finishReason?: string): string {
  return frame({ candidates: [{ content: { parts, role: 'model' }, index: 0, ...(finishReason && { finishReason }) }] })
}
