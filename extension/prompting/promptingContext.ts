/** What the sessions of prompts work with; made once in promptCommands.ts. Types alone. */
import type { ExtensionDependencies } from '../dependencies.ts'
import type { AnswerFeedback } from './answerFeedback.ts'
import type { EditMarks } from './editMarks.ts'
import type { EditReviews } from './editReviews.ts'
import type { LastTextEditor } from './lastTextEditor.ts'
import type { PendingPrompts } from './pendingPrompts.ts'
import type { RunningRequestsWriter } from './runningRequests.ts'
import type { VirtualDocuments } from './virtualDocuments.ts'

export type PromptingContext = Omit<ExtensionDependencies, 'running'> & {
  readonly running: RunningRequestsWriter
  readonly pending: PendingPrompts
  readonly lastEditor: LastTextEditor
  /** Answers to read. */
  readonly answers: VirtualDocuments
  /** The right side of an edit's diff. */
  readonly previews: VirtualDocuments
  readonly marks: EditMarks
  readonly reviews: EditReviews
  readonly feedback: AnswerFeedback
}
