/**
 * Where a prompt works: the active text editor, or, while something else is active (the panel's tab, a view), the text editor that
 * was active last. Undefined: there is none, or what was selected there is no longer known.
 */
import * as vscode from 'vscode'
import { isOpenInTab } from './openTabs.ts'

export type EditorPlace = {
  readonly document: vscode.TextDocument
  /** Undefined: the document's tab is behind another. */
  readonly editor: vscode.TextEditor | undefined
  readonly selection: vscode.Selection
}

export type LastTextEditor = vscode.Disposable & { readonly place: () => EditorPlace | undefined }

export function watchLastTextEditor(): LastTextEditor {
  let last = vscode.window.activeTextEditor
  let versionWhenLeft = last?.document.version
  const listening = vscode.window.onDidChangeActiveTextEditor((editor) => {
    last = editor ?? last
    versionWhenLeft = last?.document.version
  })
  return {
    place: () => {
      const active = vscode.window.activeTextEditor
      if (active !== undefined) return placeOf(active)
      if (last === undefined || !isOpenInTab(last.document)) return undefined
      if (vscode.window.visibleTextEditors.includes(last)) return placeOf(last)
      // Changed while nobody looked: the selection may mean other code.
      if (last.document.version !== versionWhenLeft) return undefined
      return { ...placeOf(last), editor: undefined }
    },
    dispose: () => listening.dispose(),
  }
}

function placeOf(editor: vscode.TextEditor): EditorPlace {
  return { document: editor.document, editor, selection: editor.selection }
}
