/** What one attempt says, as parts of the request's stream. The texts of one read become one part. */
import type { Hold } from '../../shared/domain/profile.ts'
import type { UnnumberedPart } from '../../shared/domain/streamPart.ts'
import { utf8Bytes } from '../core/quota/utf8Bytes.ts'
import type { AttemptReader } from './attempt.ts'
import type { PartStream } from './partStream.ts'
import type { Clock, UpstreamEvent } from './ports.ts'

export type AnswerParts = AttemptReader & {
  /** The reader has been given something of it. */
  readonly hasDrawn: () => boolean
  /** UTF-8 bytes received so far, for estimates. */
  readonly receivedBytes: () => number
  /** The answer is whole: what is held goes out. */
  readonly commit: () => void
  /** It failed: what is held is forgotten. */
  readonly drop: () => void
}

export type AnswerPartsOptions = {
  readonly stream: PartStream
  readonly attempt: number
  readonly clock: Clock
  /** Hold the answer's beginning: it goes out after that many characters or that long, whichever comes first. */
  readonly hold?: Hold
}

export function createAnswerParts({ stream, attempt, clock, hold = {} }: AnswerPartsOptions): AnswerParts {
  const { holdCharacters = hold.holdMs === undefined ? 0 : Number.POSITIVE_INFINITY, holdMs } = hold
  let receivedBytes = 0
  let heldCharacters = 0
  let held: UnnumberedPart[] = []
  let isHolding = holdCharacters > 0 && holdMs !== 0
  let hasDrawn = false
  let stopTimer: (() => void) | undefined

  function commit(): void {
    isHolding = false
    stopTimer?.()
    if (held.length === 0) return
    const parts = held
    held = []
    hasDrawn = true
    stream.append(parts)
  }

  function keep(parts: readonly UnnumberedPart[]): void {
    held.push(...parts)
    for (const part of parts) heldCharacters += textOf(part).length
    if (holdMs !== undefined) stopTimer ??= clock.startTimer(holdMs, commit)
    if (heldCharacters >= holdCharacters) commit()
  }

  return {
    onEvents: (events) => {
      const parts = partsOf(events, attempt)
      if (parts.length === 0) return undefined
      for (const part of parts) receivedBytes += utf8Bytes(textOf(part))
      if (isHolding) {
        keep(parts)
      } else {
        hasDrawn = true
        stream.append(parts)
      }
      return stream.room()
    },
    hasDrawn: () => hasDrawn,
    receivedBytes: () => receivedBytes,
    commit,
    drop: () => {
      held = []
      commit()
    },
  }
}

function partsOf(events: readonly UpstreamEvent[], attempt: number): readonly UnnumberedPart[] {
  const parts: UnnumberedPart[] = []
  let text = ''
  const flushText = () => {
    if (text !== '') parts.push({ type: 'text-append', attempt, text })
    text = ''
  }
  for (const event of events) {
    if (event.type === 'text') {
      text += event.text
      continue
    }
    const part = otherPartOf(event, attempt)
    if (part === undefined) continue
    flushText()
    parts.push(part)
  }
  flushText()
  return parts
}

function otherPartOf(event: UpstreamEvent, attempt: number): UnnumberedPart | undefined {
  switch (event.type) {
    case 'reasoning':
      return reasoningPartOf(event, attempt)
    case 'logprobs':
      return { type: 'logprobs-append', attempt, tokens: event.tokens }
    case 'tool-call': {
      const { index, id, name, argumentsText, seal } = event
      const known = {
        ...(id !== undefined && { id }),
        ...(name !== undefined && { name }),
        ...(seal !== undefined && { seal }),
      }
      return { type: 'tool-call-append', attempt, index, argumentsText, ...known }
    }
    default:
      return undefined
  }
}

function reasoningPartOf(event: Extract<UpstreamEvent, { type: 'reasoning' }>, attempt: number): UnnumberedPart {
  const { text, block, seal } = event
  return {
    type: 'reasoning-append',
    attempt,
    text,
    ...(block !== undefined && { block }),
    ...(seal !== undefined && { seal }),
  }
}

function textOf(part: UnnumberedPart): string {
  if (part.type === 'tool-call-append') return part.argumentsText
  return part.type === 'text-append' || part.type === 'reasoning-append' ? part.text : ''
}
