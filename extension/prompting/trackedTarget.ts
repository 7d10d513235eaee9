/**
 * A prompt's target that is followed through changes of its document, from the user's command until nobody can run the prompt on it
 * again. `current` is undefined once the code is gone: deleted, changed over one of its ends, or its document closed.
 */
import * as vscode from 'vscode'
import type { PromptTarget } from './promptTarget.ts'
import { onReviewChanges, type ReviewRange } from './reviewRange.ts'
import { documentChangesOf } from './targetWatch.ts'

export type TrackedTarget = vscode.Disposable & {
  readonly document: vscode.TextDocument
  readonly current: () => PromptTarget | undefined
}

export function trackTarget(target: PromptTarget): TrackedTarget {
  const { document } = target
  let range: ReviewRange | undefined = {
    startOffset: document.offsetAt(target.range.start),
    endOffset: document.offsetAt(target.range.end),
  }
  const listening = vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document === document && range !== undefined) {
        range = onReviewChanges(range, documentChangesOf(event.contentChanges))
      }
    }),
    vscode.workspace.onDidCloseTextDocument((closed) => {
      if (closed === document) range = undefined
    }),
  )
  return {
    document,
    current: () => {
      if (range === undefined) return undefined
      const now = new vscode.Range(document.positionAt(range.startOffset), document.positionAt(range.endOffset))
      return document.getText(now).trim() === '' ? undefined : { ...target, range: now }
    },
    dispose: () => listening.dispose(),
  }
}
