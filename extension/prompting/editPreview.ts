/**
 * The diff editor in which an answer grows: the document on the left, on the right a virtual document with the answer in the
 * target's place. Opens beside the code and leaves the focus there.
 */
import * as vscode from 'vscode'
import { fileNameOf } from './promptJob.ts'
import type { VirtualDocuments } from './virtualDocuments.ts'

export type EditPreview = {
  readonly uri: vscode.Uri
  readonly show: (read: () => string) => void
  /** `state`: a word for its tab, such as `streaming`. Opens it, or opens it again under the new name. */
  readonly open: (state: string) => Promise<void>
  readonly close: () => Promise<void>
}

export type EditPreviewOptions = {
  readonly previews: VirtualDocuments
  readonly requestId: string
  /** The prompt's title. */
  readonly title: string
  readonly document: vscode.TextDocument
  readonly startOffset: number
}

export function createEditPreview(options: EditPreviewOptions): EditPreview {
  const { previews, requestId, title, document } = options
  const name = fileNameOf(document.uri)
  const uri = previews.uriOf(requestId, name)
  const start = document.positionAt(options.startOffset)
  const close = async () => {
    await vscode.window.tabGroups.close(tabsOf(uri), true)
  }
  return {
    uri,
    show: (read) => previews.show(uri, read),
    open: async (state) => {
      await close()
      const look = {
        viewColumn: vscode.ViewColumn.Beside,
        preserveFocus: true,
        preview: false,
        selection: new vscode.Range(start, start),
      }
      await vscode.commands.executeCommand('vscode.diff', document.uri, uri, `${name} (${title}, ${state})`, look)
    },
    close,
  }
}

function tabsOf(uri: vscode.Uri): readonly vscode.Tab[] {
  const key = uri.toString()
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === key)
}
