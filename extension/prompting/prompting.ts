/**
 * Everything that prompts need, put together; loaded with the first prompt of a window. Disposing it leaves requests under way to
 * the daemon, which holds them for a window that attaches again.
 */
import * as vscode from 'vscode'
import type { ExtensionDependencies } from '../dependencies.ts'
import { registerEditMarks } from './editMarks.ts'
import { type EditReviews, registerEditReviews } from './editReviews.ts'
import type { LastTextEditor } from './lastTextEditor.ts'
import type { PendingPrompts } from './pendingPrompts.ts'
import { createPromptCommands, type PromptCommands } from './promptCommands.ts'
import type { RunningRequestsWriter } from './runningRequests.ts'
import { registerVirtualDocuments } from './virtualDocuments.ts'

export type Prompting = vscode.Disposable & { readonly prompts: PromptCommands; readonly reviews: EditReviews }

export type PromptingDependencies = Omit<ExtensionDependencies, 'running'> & {
  readonly running: RunningRequestsWriter
  readonly pending: PendingPrompts
  /** Watches since the start of the window. */
  readonly lastEditor: LastTextEditor
}

export function createPrompting(dependencies: PromptingDependencies): Prompting {
  const answers = registerVirtualDocuments('waybill-answer')
  const previews = registerVirtualDocuments('waybill-edit')
  const marks = registerEditMarks()
  const reviews = registerEditReviews(marks, previews)
  const registrations = vscode.Disposable.from(answers, previews, marks, reviews)
  return {
    prompts: createPromptCommands({ ...dependencies, answers, previews, marks, reviews }),
    reviews,
    dispose: () => registrations.dispose(),
  }
}
