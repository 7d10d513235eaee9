/**
 * Everything that prompts need, put together; loaded with the first prompt of a window. Disposing it leaves requests under way to
 * the daemon, which holds them for a window that attaches again.
 */
import * as vscode from 'vscode'
import type { ExtensionDependencies } from '../dependencies.ts'
import { createAnswerFeedback } from './answerFeedback.ts'
import { registerEditMarks } from './editMarks.ts'
import { type EditReviews, registerEditReviews } from './editReviews.ts'
import type { LastTextEditor } from './lastTextEditor.ts'
import type { PendingPrompts } from './pendingPrompts.ts'
import { createPromptCommands, type PromptCommands } from './promptCommands.ts'
import type { RunningRequestsWriter } from './runningRequests.ts'
import { documentChangesOf } from './targetWatch.ts'
import { registerVirtualDocuments } from './virtualDocuments.ts'

export type Prompting = vscode.Disposable & { readonly prompts: PromptCommands; readonly reviews: EditReviews }

export type PromptingDependencies = Omit<ExtensionDependencies, 'running'> & {
  readonly running: RunningRequestsWriter
  readonly pending: PendingPrompts
  /** Watches since the start of the window. */
  readonly lastEditor: LastTextEditor
}

export function createPrompting(dependencies: PromptingDependencies): Prompting {
  const answers = registerVirtualDocuments('waybill-answer', { arePreviewed: true })
  const previews = registerVirtualDocuments('waybill-edit', { arePreviewed: false })
  const marks = registerEditMarks()
  const { connection, log } = dependencies
  const feedback = createAnswerFeedback({ connection, log: (message) => log.info(message) })
  const reviews = registerEditReviews(marks, previews, feedback)
  const registrations = vscode.Disposable.from(
    answers,
    previews,
    marks,
    reviews,
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      feedback.onDocumentChanges(document.uri.toString(), documentChangesOf(contentChanges))
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => feedback.onDocumentClosed(uri.toString())),
  )
  return {
    prompts: createPromptCommands({ ...dependencies, answers, previews, marks, reviews, feedback }),
    reviews,
    dispose: () => registrations.dispose(),
  }
}
