/**
 * Changes that were written and wait for the user's word. Accept leaves them; Undo takes back exactly the one step, also after
 * typing elsewhere; Before shows what stood there. A review ends by itself when its block is gone or is again what it was. What became
 * of the change is told as it happens: kept, or taken back in whichever way.
 */
import * as vscode from 'vscode'
import type { AnswerFeedback } from './answerFeedback.ts'
import type { EditMarks } from './editMarks.ts'
import { revealDocument } from './openTabs.ts'
import { fileNameOf } from './promptJob.ts'
import { onReviewChanges } from './reviewRange.ts'
import { documentChangesOf } from './targetWatch.ts'
import type { VirtualDocuments } from './virtualDocuments.ts'

export type WrittenChange = {
  readonly requestId: string
  readonly document: vscode.TextDocument
  readonly startOffset: number
  readonly originalText: string
  readonly writtenText: string
  /** The waybill in one line. */
  readonly summary: string
}

export type EditReviews = vscode.Disposable & {
  readonly start: (change: WrittenChange) => void
  /** Without an id: the one of the active editor's document that is nearest to the cursor. */
  readonly accept: (requestId: string | undefined) => void
  readonly undo: (requestId: string | undefined) => Promise<void>
  readonly showBefore: (requestId: string | undefined) => Promise<void>
  readonly show: (requestId: string) => Promise<void>
}

type Review = WrittenChange & { readonly endOffset: number; readonly versionWhenWritten: number }

export function registerEditReviews(
  marks: EditMarks,
  previews: VirtualDocuments,
  { tell }: Pick<AnswerFeedback, 'tell'>,
): EditReviews {
  const reviews = new Map<string, Review>()

  // The keys must not reach a change that is not in sight.
  const setContext = () => {
    const active = vscode.window.activeTextEditor?.document
    const hasReview = [...reviews.values()].some(({ document }) => document === active)
    return vscode.commands.executeCommand('setContext', 'waybill.hasReview', hasReview)
  }
  const put = (review: Review) => {
    reviews.set(review.requestId, review)
    marks.put(review.requestId, { ...review, look: 'written', lenses: lensesOf(review) })
    void setContext()
  }
  const end = (review: Review) => {
    reviews.delete(review.requestId)
    marks.remove(review.requestId)
    void setContext()
  }
  const changes = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    const documentChanges = documentChangesOf(contentChanges)
    for (const review of [...reviews.values()].filter((other) => other.document === document)) {
      const range = onReviewChanges(review, documentChanges)
      const moved = range === undefined ? undefined : { ...review, ...range }
      const isTakenBack = moved !== undefined && textOf(moved) === review.originalText
      if (isTakenBack) tell(review.requestId, 'rejected')
      if (moved === undefined || isTakenBack) end(review)
      else put(moved)
    }
  })
  const closes = vscode.workspace.onDidCloseTextDocument((document) => {
    for (const review of [...reviews.values()].filter((other) => other.document === document)) end(review)
  })
  const activations = vscode.window.onDidChangeActiveTextEditor(() => void setContext())
  const chosen = (requestId: string | undefined) =>
    requestId === undefined ? nearestToCursor([...reviews.values()]) : reviews.get(requestId)

  return {
    start: (change) => {
      const endOffset = change.startOffset + change.writtenText.length
      put({ ...change, endOffset, versionWhenWritten: change.document.version })
    },
    accept: (requestId) => {
      const review = chosen(requestId)
      if (review === undefined) return
      end(review)
      tell(review.requestId, 'accepted')
    },
    undo: async (requestId) => {
      const review = chosen(requestId)
      if (review !== undefined) await takeBack(review, () => reviews.get(review.requestId))
    },
    showBefore: async (requestId) => {
      const review = chosen(requestId)
      if (review !== undefined) await showBefore(review, previews)
    },
    show: async (requestId) => {
      const review = reviews.get(requestId)
      if (review !== undefined) await revealDocument(review.document, rangeOf(review))
    },
    dispose: () => vscode.Disposable.from(changes, closes, activations).dispose(),
  }
}

function lensesOf({ requestId, summary, originalText }: Review) {
  const lines = originalText.replace(/\r?\n$/, '').split('\n').length
  return [
    { title: summary },
    { title: `Accept (${modifiers}Y)`, command: 'waybill.acceptEdit', argument: requestId },
    { title: `Undo (${modifiers}N)`, command: 'waybill.undoEdit', argument: requestId },
    { title: `Before: ${lines} ${lines === 1 ? 'line' : 'lines'}`, command: 'waybill.showBefore', argument: requestId },
  ]
}

// On a Mac, Option with a letter types another letter.
const modifiers = process.platform === 'darwin' ? '⌥⌘' : 'Alt+'

/**
 * With nothing typed since, the editor's own undo also restores what the file was to the disk: unchanged. Else the block alone is
 * put back, if it is still as it was written.
 */
async function takeBack(review: Review, current: () => Review | undefined): Promise<void> {
  const { document } = review
  if (document.version === review.versionWhenWritten) {
    await revealDocument(document)
    await vscode.commands.executeCommand('undo')
    // The review has ended if the undo did what it was to do.
    if (current() === undefined) return
  }
  const now = current() ?? review
  if (textOf(now) !== review.writtenText) {
    const show = 'Show Before'
    const message = `The change in ${fileNameOf(document.uri)} was edited since it was written, so it cannot be taken back alone.`
    if ((await vscode.window.showWarningMessage(message, show)) === show) {
      await vscode.commands.executeCommand('waybill.showBefore', review.requestId)
    }
    return
  }
  const edit = new vscode.WorkspaceEdit()
  edit.replace(document.uri, rangeOf(now), review.originalText)
  if (!(await vscode.workspace.applyEdit(edit))) await takeBackAgain(document)
}

async function takeBackAgain(document: vscode.TextDocument): Promise<void> {
  const message = `${fileNameOf(document.uri)} could not be written: it was changed at the same moment. Undo again.`
  await vscode.window.showWarningMessage(message)
}

async function showBefore(review: Review, previews: VirtualDocuments): Promise<void> {
  const { document } = review
  const name = fileNameOf(document.uri)
  const uri = previews.uriOf(`${review.requestId}-before`, name)
  const text = document.getText()
  const before = text.slice(0, review.startOffset) + review.originalText + text.slice(review.endOffset)
  previews.show(uri, () => before)
  await vscode.commands.executeCommand('vscode.diff', uri, document.uri, `${name} (before and after)`)
}

function nearestToCursor(reviews: readonly Review[]): Review | undefined {
  const editor = vscode.window.activeTextEditor
  const own = reviews.filter((review) => review.document === editor?.document)
  if (editor === undefined || own.length === 0) return undefined
  const cursor = editor.document.offsetAt(editor.selection.active)
  const distanceOf = ({ startOffset, endOffset }: Review) => Math.max(0, startOffset - cursor, cursor - endOffset)
  return own.reduce((nearest, review) => (distanceOf(review) < distanceOf(nearest) ? review : nearest))
}

function textOf(review: Review): string {
  return review.document.getText(rangeOf(review))
}

function rangeOf({ document, startOffset, endOffset }: Review): vscode.Range {
  return new vscode.Range(document.positionAt(startOffset), document.positionAt(endOffset))
}
