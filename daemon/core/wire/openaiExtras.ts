/**
 * What some servers of `openai-chat` say beside the answer: OpenRouter's `reasoning_details`, which want to go back unchanged,
 * and the probabilities of the chosen tokens.
 * Sources (2026-10): OpenRouter "Reasoning tokens" (preserving reasoning blocks), OpenAI API reference (logprobs).
 */
import type { TokenLogprob } from '../../../shared/domain/streamPart.ts'
import { type Json, listOf, recordOf, textOf } from './json.ts'
import type { WireEvent } from './wireEvent.ts'

type ReasoningEvent = Extract<WireEvent, { type: 'reasoning' }>

export type ReasoningDetails = {
  readonly onDetails: (details: readonly unknown[]) => void
  /** One for each detail, whole; at the end of the answer, because each grows with the stream. */
  readonly seals: () => readonly ReasoningEvent[]
}

/** These come in pieces that belong together; all else is said once. */
const growing: ReadonlySet<string> = new Set(['text', 'summary', 'data', 'signature'])

export function createReasoningDetails(): ReasoningDetails {
  const details = new Map<unknown, Record<string, unknown>>()
  return {
    onDetails: (list) => {
      for (const value of list) {
        const piece = recordOf(value)
        if (piece === undefined) continue
        const key = piece.index ?? details.size
        const detail = details.get(key) ?? {}
        details.set(key, grown(detail, piece))
      }
    },
    seals: () =>
      [...details.values()].map((detail, block) => ({
        type: 'reasoning',
        text: '',
        ...(block > 0 && { block }),
        seal: { dialect: 'openai-chat', detail },
      })),
  }
}

function grown(detail: Record<string, unknown>, piece: Json): Record<string, unknown> {
  const next = { ...detail }
  for (const [name, value] of Object.entries(piece)) {
    const isMore = growing.has(name) && typeof value === 'string' && typeof next[name] === 'string'
    if (isMore) next[name] = `${textOf(next[name])}${textOf(value)}`
    else if (value !== null || next[name] === undefined) next[name] = value
  }
  return next
}

export function logprobsOf(value: unknown): readonly TokenLogprob[] {
  return listOf(recordOf(value)?.content).flatMap((one) => {
    const top = listOf(recordOf(one)?.top_logprobs).flatMap(chosenOf)
    return chosenOf(one).map((token) => ({ ...token, top }))
  })
}

function chosenOf(value: unknown): readonly { readonly token: string; readonly logprob: number }[] {
  const chosen = recordOf(value)
  const logprob = chosen?.logprob
  return typeof logprob === 'number' && Number.isFinite(logprob) ? [{ token: textOf(chosen?.token), logprob }] : []
}
