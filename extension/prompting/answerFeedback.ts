/**
 * Tells the daemon what became of answers: the first word on each request, once, never awaited. What cannot be told, because the daemon
 * is gone, is logged and given up: the user's own action went well. Remembers where the last answers of this window stand, so that a
 * prompt on the same code can say that it follows one that was not wanted.
 */
import type { AnswerOutcome } from '../../shared/domain/autoDecision.ts'
import type { DocumentChange } from '../../shared/domain/editTransaction.ts'
import type { DaemonConnection } from '../daemon/connection.ts'
import { failureOf } from '../daemon/requestFailure.ts'
import { onReviewChanges, type ReviewRange } from './reviewRange.ts'

/** A prompt with the user's words, on some code. */
export type PromptPlace = {
  readonly prompt: string
  readonly text: string | undefined
  readonly documentUri: string
  readonly range: ReviewRange
}

export type AnswerFeedback = {
  readonly tell: (requestId: string, outcome: AnswerOutcome) => void
  /** A whole answer came; its place is where the code, or what was written over it, stands now. */
  readonly onAnswer: (requestId: string, place: PromptPlace) => void
  /** The user runs the prompt that was run last once more. If the last answer there has no word yet, it is told as `retried`. */
  readonly onRunAgain: (place: PromptPlace) => void
  /** The last answer to this prompt on this code, if it was rejected or asked for again. */
  readonly unwantedAt: (place: PromptPlace) => string | undefined
  readonly onDocumentChanges: (documentUri: string, changes: readonly DocumentChange[]) => void
  readonly onDocumentClosed: (documentUri: string) => void
}

export type FeedbackPorts = {
  readonly connection: Pick<DaemonConnection, 'request'>
  readonly log: (message: string) => void
}

type Answered = PromptPlace & { readonly requestId: string }

/** More than anybody goes back to. */
const rememberedAnswers = 50
const rememberedOutcomes = 500

export function createAnswerFeedback({ connection, log }: FeedbackPorts): AnswerFeedback {
  /** Oldest first. */
  let answers: readonly Answered[] = []
  const outcomes = new Map<string, AnswerOutcome>()

  const tell = (requestId: string, outcome: AnswerOutcome) => {
    if (outcomes.has(requestId)) return
    outcomes.set(requestId, outcome)
    for (const oldest of outcomes.keys()) {
      if (outcomes.size <= rememberedOutcomes) break
      outcomes.delete(oldest)
    }
    connection.request('feedback', { requestId, outcome }).catch((error: unknown) => {
      log(`That the answer of ${requestId} was ${outcome} could not be told: ${failureOf(error).message}`)
    })
  }
  const lastAt = (place: PromptPlace) => answers.findLast((answer) => isSame(answer, place))?.requestId

  return {
    tell,
    onAnswer: (requestId, place) => {
      answers = [...answers, { ...place, requestId }].slice(-rememberedAnswers)
    },
    onRunAgain: (place) => {
      const requestId = lastAt(place)
      if (requestId !== undefined) tell(requestId, 'retried')
    },
    unwantedAt: (place) => {
      const requestId = lastAt(place)
      const outcome = requestId === undefined ? undefined : outcomes.get(requestId)
      return outcome === 'rejected' || outcome === 'retried' ? requestId : undefined
    },
    onDocumentChanges: (documentUri, changes) => {
      answers = answers.flatMap((answer) => {
        if (answer.documentUri !== documentUri) return [answer]
        const range = onReviewChanges(answer.range, changes)
        return range === undefined ? [] : [{ ...answer, range }]
      })
    },
    onDocumentClosed: (documentUri) => {
      answers = answers.filter((answer) => answer.documentUri !== documentUri)
    },
  }
}

/** What is selected the second time need not be the same to the character: an edit leaves the cursor, and that takes the function around it. */
function isSame(answer: PromptPlace, place: PromptPlace): boolean {
  const { prompt, text, documentUri, range } = answer
  if (prompt !== place.prompt || text !== place.text || documentUri !== place.documentUri) return false
  return range.startOffset < place.range.endOffset && place.range.startOffset < range.endOffset
}
