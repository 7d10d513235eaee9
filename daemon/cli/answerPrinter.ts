/**
 * Draws the parts of an answer. On a terminal text appears as it comes, without control sequences, and a rewind is said
 * before the next attempt's text begins anew. In a pipe nothing can be taken back, so the text is held and written once,
 * byte for byte, at the end; what is on standard output is always one model's answer.
 */
import { budgetWaitWords } from '../../shared/domain/budgetText.ts'
import { type DrawnText, nothingDrawn, onStreamPart } from '../../shared/domain/drawnText.ts'
import { waitWords } from '../../shared/domain/providerTroubles.ts'
import type { StreamPart } from '../../shared/domain/streamPart.ts'
import { type ControlFilter, createControlFilter, withoutControls } from './controlFilter.ts'
import type { Ink } from './ink.ts'
import type { Terminal } from './terminal.ts'
import { wrapped } from './wrapped.ts'

export type AnswerPrinter = {
  readonly onParts: (parts: readonly StreamPart[]) => void
  /** Ends the drawing; `heldText` is what a pipe gets, and nothing without it. */
  readonly end: (heldText: string | undefined) => void
  readonly text: () => string
}

type PrinterTerminal = Pick<Terminal, 'out' | 'error' | 'isOutTty' | 'isErrorTty' | 'widthColumns'>

export function createAnswerPrinter(terminal: PrinterTerminal, ink: Ink): AnswerPrinter {
  let drawn: DrawnText = nothingDrawn
  let isAtLineStart = true
  let safe: ControlFilter = createControlFilter()

  function draw(text: string): void {
    if (!terminal.isOutTty || text === '') return
    terminal.out(text)
    isAtLineStart = text.endsWith('\n')
  }
  function say(text: string): void {
    if (!terminal.isErrorTty) return
    if (!isAtLineStart && terminal.isOutTty) draw('\n')
    terminal.error(ink.dim(wrapped(withoutControls(text), '  ', terminal.widthColumns)))
  }
  function onPart(part: StreamPart): void {
    drawn = onStreamPart(drawn, part)
    switch (part.type) {
      case 'text-append':
        draw(safe(part.text))
        return
      case 'attempt-start':
        safe = createControlFilter()
        say(`> attempt ${part.attempt}: ${part.endpoint}${part.isPractice ? ' (practice)' : ''}`)
        return
      case 'attempt-fail':
        say(`> attempt ${part.attempt} failed, next: ${part.next}. ${part.failure.kind}: ${part.failure.message}`)
        return
      case 'rewind':
        say('> the text above is taken back; the answer begins anew')
        return
      case 'wait-start':
        say(
          part.budget === undefined
            ? `> all endpoints are cooling; ${waitWords({ ...part, untilMs: part.delayMs }, 0)}`
            : `> ${budgetWaitWords(part.budget, part.delayMs)}`,
        )
        return
      case 'logprobs-append':
      case 'reasoning-append':
      case 'tool-call-append':
      case 'request-end':
        return
    }
  }

  return {
    onParts: (parts) => {
      for (const part of parts) onPart(part)
    },
    end: (heldText) => {
      if (terminal.isOutTty && !isAtLineStart) draw('\n')
      if (terminal.isOutTty || heldText === undefined || heldText === '') return
      terminal.out(heldText.endsWith('\n') ? heldText : `${heldText}\n`)
    },
    text: () => drawn.text,
  }
}
