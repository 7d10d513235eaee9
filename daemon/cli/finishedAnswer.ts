/**
 * What of an answer that succeeded may be written down, and what is wrong with it. `succeeded` only says that no attempt
 * failed: the provider may have stopped early, or said nothing. A text that is to take the place of code is written
 * whole and without the fence around it, or not at all; a text to read is written as far as it came. Pure.
 */
import { replacementOf } from '../../shared/domain/editAnswer.ts'
import type { PromptYield } from '../../shared/domain/prompt.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'

export type FinishedAnswer = {
  /** Missing: there is nothing to write. */
  readonly text?: string
  /** A sentence for the person; missing when the answer is whole. */
  readonly problem?: string
}

export type AnswerUse = {
  readonly yields: PromptYield
  /** The code that a replacement takes the place of. */
  readonly originalText: string
}

export function finishedAnswer(text: string, waybill: Waybill, use: AnswerUse): FinishedAnswer {
  const problem = problemOf(text, waybill)
  if (use.yields === 'answer') return problem === undefined ? { text } : text === '' ? { problem } : { text, problem }
  if (problem !== undefined) return { problem: `${problem} ${nothingWritten}` }
  const replacement = replacementOf(text, use.originalText, use.originalText.includes('\r\n') ? '\r\n' : '\n')
  switch (replacement.kind) {
    case 'replacement':
      return { text: replacement.text }
    case 'empty':
      return { problem: `expected code, found an answer without any. ${nothingWritten}` }
    case 'unclear':
      return { problem: `expected one block of code, found several, and none is the whole answer. ${nothingWritten}` }
  }
}

const nothingWritten = 'Nothing was written.'

function problemOf(text: string, { attempts }: Waybill): string | undefined {
  switch (attempts.at(-1)?.finishReason) {
    case 'length':
      return 'expected a whole answer; the model stopped at its limit of output tokens. Give it less code.'
    case 'content-filter':
      return "expected a whole answer; the provider's content filter cut it off."
    case 'stop':
    case 'tool-calls':
    case 'other':
    case undefined:
      return text.trim() === '' ? 'expected an answer, found an empty one.' : undefined
  }
}
