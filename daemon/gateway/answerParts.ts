/** What one attempt says, as parts of the request's stream. The texts of one read become one part. */
import type { UnnumberedPart } from '../../shared/domain/streamPart.ts'
import { utf8Bytes } from '../core/quota/utf8Bytes.ts'
import type { AttemptReader } from './attempt.ts'
import type { PartStream } from './partStream.ts'
import type { UpstreamEvent } from './ports.ts'

export type AnswerParts = AttemptReader & {
  readonly hasDrawn: () => boolean
  /** UTF-8 bytes received so far, for estimates. */
  readonly receivedBytes: () => number
}

export function createAnswerParts(stream: PartStream, attempt: number): AnswerParts {
  let receivedBytes = 0
  let hasDrawn = false
  return {
    onEvents: (events) => {
      const parts = partsOf(events, attempt)
      if (parts.length === 0) return undefined
      hasDrawn = true
      for (const part of parts) receivedBytes += bytesOf(part)
      stream.append(parts)
      return stream.room()
    },
    hasDrawn: () => hasDrawn,
    receivedBytes: () => receivedBytes,
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

function bytesOf(part: UnnumberedPart): number {
  if (part.type === 'tool-call-append') return utf8Bytes(part.argumentsText)
  return part.type === 'text-append' || part.type === 'reasoning-append' ? utf8Bytes(part.text) : 0
}
