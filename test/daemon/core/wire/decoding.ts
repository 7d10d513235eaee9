/** Ways to run a fixture's bytes through a decoder of any dialect, whole or cut anywhere, and what its events say. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { WireDecoder, WireEvent } from '../../../../daemon/core/wire/wireEvent.ts'

export type CreateDecoder = () => WireDecoder

export function fixtureOf(name: string): Uint8Array {
  return readFileSync(new URL(`../../../fixtures/wire/${name}.sse`, import.meta.url))
}

/** Bytes cut at these offsets, then closed, through the text decoder that upstreamHttp uses. */
export function decoded(create: CreateDecoder, bytes: Uint8Array, cuts: readonly number[] = []): readonly WireEvent[] {
  const decoder = create()
  const text = new TextDecoder('utf-8', { fatal: true })
  const offsets = [0, ...cuts, bytes.length]
  const pieces = offsets.slice(1).map((end, at) => bytes.subarray(offsets[at], end))
  return [...pieces.flatMap((piece) => decoder.decode(text.decode(piece, { stream: true }))), ...decoder.end()]
}

export function decodedText(create: CreateDecoder, text: string): readonly WireEvent[] {
  return decoded(create, new TextEncoder().encode(text))
}

/** The same events wherever the bytes are cut in two, and byte by byte. */
export function assertSameWhereverCut(create: CreateDecoder, bytes: Uint8Array): void {
  const whole = decoded(create, bytes)
  for (let cut = 1; cut < bytes.length; cut++) assert.deepEqual(decoded(create, bytes, [cut]), whole, `cut at ${cut}`)
  const everywhere = Array.from({ length: bytes.length - 1 }, (_, index) => index + 1)
  assert.deepEqual(decoded(create, bytes, everywhere), whole)
}

/** CRLF and CR for each line end. */
export function withLineEnds(bytes: Uint8Array, lineEnd: '\r\n' | '\r'): Uint8Array {
  return new TextEncoder().encode(new TextDecoder().decode(bytes).replaceAll('\n', lineEnd))
}

export type Said = {
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly { readonly id: string; readonly name: string; readonly argumentsText: string }[]
  readonly end: string
}

export function saidBy(events: readonly WireEvent[]): Said {
  const calls = new Map<number, { id: string; name: string; argumentsText: string }>()
  for (const event of events) {
    if (event.type !== 'tool-call') continue
    const call = calls.get(event.index) ?? { id: '', name: '', argumentsText: '' }
    calls.set(event.index, {
      id: event.id ?? call.id,
      name: event.name ?? call.name,
      argumentsText: call.argumentsText + event.argumentsText,
    })
  }
  const joined = (type: 'text' | 'reasoning') => events.map((event) => (event.type === type ? event.text : '')).join('')
  const last = events.at(-1)
  const failure = last?.type === 'failure' ? `failure ${last.failure.kind}` : 'nothing'
  const end = last?.type === 'done' ? `done ${last.finishReason}` : failure
  return { text: joined('text'), reasoning: joined('reasoning'), calls: [...calls.values()], end }
}

export function lastUsage(events: readonly WireEvent[]) {
  return events.flatMap((event) => (event.type === 'usage' ? [event.usage] : [])).at(-1)
}

export function sealsOf(events: readonly WireEvent[]) {
  return events.flatMap((event) => {
    const isSealed = (event.type === 'reasoning' || event.type === 'tool-call') && event.seal !== undefined
    return isSealed ? [event.seal] : []
  })
}
