/**
 * Watches the document of an edit under way: feeds every change to the transaction, keeps the mark and the lens line above the
 * target where the target is. `onChange` is called when the preview must be drawn anew.
 */
import * as vscode from 'vscode'
import {
  type DocumentChange,
  type EditTransaction,
  onDocumentChanges,
  previewOf,
} from '../../shared/domain/editTransaction.ts'
import type { EditMarks } from './editMarks.ts'
import { nothingSeen, phaseWords, type RequestView } from './requestView.ts'

export type TargetWatch = vscode.Disposable & {
  readonly transaction: () => EditTransaction
  /** The document with `replacement` in the target's place; once refused, the document as it was before that. */
  readonly previewOf: (replacement: string) => string
  readonly setView: (view: RequestView) => void
  /** Takes the mark away and goes on watching: the end is being decided. */
  readonly unmark: () => void
}

export type WatchedEdit = {
  readonly requestId: string
  readonly document: vscode.TextDocument
  readonly transaction: EditTransaction
  /** Called when the target's place may have moved, so that a reloaded window finds it. */
  readonly onMoved: (transaction: EditTransaction) => void
}

export function watchTarget(marks: EditMarks, edit: WatchedEdit, onChange: () => void): TargetWatch {
  const { document, requestId } = edit
  let { transaction } = edit
  let textWhileOpen = document.getText()
  let words = phaseWords(nothingSeen)
  let isMarked = true
  const mark = () => {
    if (!isMarked) return
    const { startOffset, endOffset } = transaction.target
    const refused =
      transaction.kind === 'refused' ? '. The code was changed meanwhile: the answer stays in the preview' : ''
    const lenses = [{ title: 'Stop (Esc)', command: 'waybill.stop', argument: requestId }, { title: words + refused }]
    marks.put(requestId, { document, startOffset, endOffset, look: 'target', lenses })
  }
  const unmark = () => {
    if (isMarked) marks.remove(requestId)
    isMarked = false
  }
  const listening = vscode.workspace.onDidChangeTextDocument((event) => {
    if (event.document !== document || event.contentChanges.length === 0) return
    const next = onDocumentChanges(transaction, documentChangesOf(event.contentChanges))
    const isMoved = next !== transaction
    transaction = next
    if (isMoved) mark()
    if (transaction.kind === 'refused') return
    textWhileOpen = document.getText()
    edit.onMoved(transaction)
    onChange()
  })
  mark()
  return {
    transaction: () => transaction,
    previewOf: (replacement) => previewOf(transaction.target, textWhileOpen, replacement),
    setView: (view) => {
      const next = phaseWords(view)
      if (next === words) return
      words = next
      mark()
    },
    unmark,
    dispose: () => {
      listening.dispose()
      unmark()
    },
  }
}

export function documentChangesOf(
  changes: readonly vscode.TextDocumentContentChangeEvent[],
): readonly DocumentChange[] {
  return changes.map(({ rangeOffset, rangeLength, text }) => ({
    offset: rangeOffset,
    replacedLength: rangeLength,
    text,
  }))
}
