/**
 * Writes a finished edit into its document: one change, one undo step, at offsets that hold for the document as it is at that
 * moment. The editor refuses an edit that was made for an older version of the document; then the changes that came meanwhile
 * decide anew. `editObstacleOf` says beforehand, in words, why a document could not be written.
 */
import { stat } from 'node:fs/promises'
import * as vscode from 'vscode'
import type { EditDecision } from '../../shared/domain/editTransaction.ts'
import { isOpenInTab } from './openTabs.ts'
import { fileNameOf } from './promptJob.ts'

export type Write =
  | { readonly kind: 'written'; readonly startOffset: number; readonly text: string }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly message: string }

export type WriteOptions = {
  readonly document: vscode.TextDocument
  /** The editor that the prompt came from: it knows whether it is read-only. Others write through the document. */
  readonly editor: vscode.TextEditor | undefined
  /** What to do with the document as it is now. */
  readonly decide: (documentText: string) => EditDecision
}

export async function writeEdit({ document, editor, decide }: WriteOptions): Promise<Write> {
  for (;;) {
    if (!isOpenInTab(document)) return refused(`${fileNameOf(document.uri)} was closed before the answer was complete`)
    const decision = decide(document.getText())
    if (decision.kind === 'unchanged') return decision
    if (decision.kind === 'refused') return refused(refusalWords[decision.reason](fileNameOf(document.uri)))
    const version = document.version
    if (await write(document, editor, decision)) {
      return { kind: 'written', startOffset: decision.startOffset, text: decision.text }
    }
    if (document.version === version) return refused(`the editor of ${fileNameOf(document.uri)} is read-only`)
  }
}

export async function editObstacleOf(document: vscode.TextDocument): Promise<string | undefined> {
  const { scheme } = document.uri
  const name = fileNameOf(document.uri)
  if (document.isClosed) return `${name} is closed. Open it, then run the prompt again.`
  if (scheme === 'untitled') return undefined
  switch (vscode.workspace.fs.isWritableFileSystem(scheme)) {
    case undefined:
      return `${name} is a view and no file that could be changed. Run the prompt in the file itself, or use Explain or Ask.`
    case false:
      return `${name} is read-only. Use Explain or Ask, or save a copy and run the prompt there.`
    case true:
      return (await isWithoutWriteBit(document.uri))
        ? `${name} is read-only on disk. Make it writable, then run the prompt again.`
        : undefined
  }
}

async function write(
  document: vscode.TextDocument,
  editor: vscode.TextEditor | undefined,
  { startOffset, endOffset, text }: EditDecision & { readonly kind: 'apply' },
): Promise<boolean> {
  const range = new vscode.Range(document.positionAt(startOffset), document.positionAt(endOffset))
  const selecting = vscode.window.visibleTextEditors.filter(
    (one) => one.document === document && !one.selection.isEmpty && range.contains(one.selection),
  )
  const isWritten = await replace(document, editor, { range, text })
  // The selection has grown to the whole new text: the next key would replace it.
  if (isWritten) for (const one of selecting) one.selection = new vscode.Selection(range.start, range.start)
  return isWritten
}

function replace(
  document: vscode.TextDocument,
  editor: vscode.TextEditor | undefined,
  { range, text }: { readonly range: vscode.Range; readonly text: string },
): Thenable<boolean> {
  if (editor !== undefined && vscode.window.visibleTextEditors.includes(editor)) {
    return editor.edit((builder) => builder.replace(range, text), { undoStopBefore: true, undoStopAfter: true })
  }
  const edit = new vscode.WorkspaceEdit()
  edit.replace(document.uri, range, text)
  return vscode.workspace.applyEdit(edit)
}

/** By the mode, not by trying: root may write what its owner marked as not to be written. */
async function isWithoutWriteBit(uri: vscode.Uri): Promise<boolean> {
  if (uri.scheme !== 'file') {
    const found = await vscode.workspace.fs.stat(uri).then(
      (known) => known,
      () => undefined,
    )
    return ((found?.permissions ?? 0) & vscode.FilePermission.Readonly) !== 0
  }
  // A file that is gone can be saved anew.
  const found = await stat(uri.fsPath).catch(() => undefined)
  return found !== undefined && (found.mode & 0o222) === 0
}

const refusalWords = {
  'changed-inside': (name: string) => `the code in ${name} that it was to replace was changed meanwhile`,
  'text-differs': (name: string) => `${name} no longer holds the code that it was to replace`,
} as const

function refused(message: string): Write {
  return { kind: 'refused', message }
}
