/** What one attempt says, as parts of the request's stream. The texts of one read become one part. */
import type { UnnumberedPart } from '../../shared/domain/streamPart.ts'
import type { AttemptReader } from './attempt.ts'
import type { PartStream } from './partStream.ts'
import type { UpstreamEvent } from './ports.ts'

export type AnswerParts = AttemptReader & {
  readonly hasDrawn: () => boolean
  /** Characters received so far, for estimates. */
  readonly receivedLength: () => number
}

export function createAnswerParts(stream: PartStream, attempt: number): AnswerParts {
  let receivedLength = 0
  let hasDrawn = false
  return {
    onEvents: (events) => {
      const parts = partsOf(events, attempt)
      if (parts.length === 0) return undefined
      hasDrawn = true
      for (const part of parts) receivedLength += lengthOf(part)
      stream.append(parts)
      return stream.room()
    },
    hasDrawn: () => hasDrawn,
    receivedLength: () => receivedLength,
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
      return { type: 'reasoning-append', attempt, text: event.text }
    case 'tool-call': {
      const { index, id, name, argumentsText } = event
      const known = { ...(id !== undefined && { id }), ...(name !== undefined && { name }) }
      return { type: 'tool-call-append', attempt, index, argumentsText, ...known }
    }
    default:
      return undefined
  }
}

function lengthOf(part: UnnumberedPart): number {
  if (part.type === 'tool-call-append') return part.argumentsText.length
  return part.type === 'text-append' || part.type === 'reasoning-append' ? part.text.length : 0
}
