/**
 * What a client shows of a streamed answer: the fold of its parts. The one place that says what a rewind un-draws, so
 * that every client draws the same text. Pure.
 */
import type { StreamPart } from './streamPart.ts'

export type DrawnText = {
  /** The whole text of the attempt that is drawn now. */
  readonly text: string
  /** The attempt whose text is drawn, 0 before the first. */
  readonly attempt: number
  /** Number of the last part applied: what to attach after. */
  readonly lastPartNumber: number
}

export const nothingDrawn: DrawnText = { text: '', attempt: 0, lastPartNumber: 0 }

/** A part at or below `lastPartNumber` was applied before and changes nothing, so that an attach may repeat parts. */
export function onStreamPart(drawn: DrawnText, part: StreamPart): DrawnText {
  if (part.number <= drawn.lastPartNumber) return drawn
  const lastPartNumber = part.number
  switch (part.type) {
    case 'attempt-start':
      return { ...drawn, attempt: part.attempt, lastPartNumber }
    case 'text-append':
      return { text: drawn.text + part.text, attempt: part.attempt, lastPartNumber }
    case 'rewind':
      return { text: '', attempt: part.attempt, lastPartNumber }
    case 'reasoning-append':
    case 'tool-call-append':
    case 'logprobs-append':
    case 'wait-start':
    case 'attempt-fail':
    case 'request-end':
      return { ...drawn, lastPartNumber }
  }
}
