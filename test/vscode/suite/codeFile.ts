// Files of the open workspace for one test each, open in an editor, with the target between two marks selected.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as vscode from 'vscode'
import { until } from './secondClient.ts'

export interface CodeFile {
  readonly path: string
  readonly document: vscode.TextDocument
  readonly editor: vscode.TextEditor
  /** The bytes on disk, as latin1, so that each is one character. */
  bytes(): string
  /** Types without moving the focus: an edit of its own, as an extension or a formatter makes it. */
  change(start: number, end: number, text: string): Promise<void>
}

/** `marked` holds the target between « and »; without them nothing is selected and the cursor is at ‸ or at the start. */
export async function openCodeFile(marked: string, prefix = ''): Promise<CodeFile> {
  const folder = join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', 'cases')
  mkdirSync(folder, { recursive: true })
  // VS Code keeps a closed document for a while, and gives it for the same path again.
  const path = join(folder, `case${randomUUID().slice(0, 8)}.ts`)
  const start = marked.search(/[«‸]/)
  const text = marked.replace(/[«»‸]/g, '')
  const end = marked.includes('»') ? marked.replace(/[«‸]/g, '').indexOf('»') : start
  writeFileSync(path, prefix + text)
  const document = await vscode.workspace.openTextDocument(path)
  const editor = await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One, preview: false })
  assert.equal(document.getText(), text)
  const at = (offset: number) => document.positionAt(Math.max(0, offset))
  editor.selection = new vscode.Selection(at(start), at(end))
  return {
    path,
    document,
    editor,
    bytes: () => readFileSync(path, 'latin1'),
    change: async (from, to, inserted) => {
      const edit = new vscode.WorkspaceEdit()
      edit.replace(document.uri, new vscode.Range(document.positionAt(from), document.positionAt(to)), inserted)
      assert.equal(await vscode.workspace.applyEdit(edit), true)
    },
  }
}

/** Closes everything without asking, and removes the files. */
export async function closeCodeFiles(): Promise<void> {
  for (const document of vscode.workspace.textDocuments.filter((one) => one.isDirty && !one.isClosed)) {
    await vscode.window.showTextDocument(document)
    await vscode.commands.executeCommand('workbench.action.files.revert')
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors')
  rmSync(join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', 'cases'), { recursive: true, force: true })
}

/** The text of the newest virtual document of a scheme; undefined while there is none. */
export function virtualText(scheme: string): string | undefined {
  return vscode.workspace.textDocuments
    .filter((one) => one.uri.scheme === scheme && !one.isClosed)
    .at(-1)
    ?.getText()
}

export async function untilShown(scheme: string, words: string): Promise<void> {
  await until(`${scheme} shows ${JSON.stringify(words)}`, () => virtualText(scheme)?.includes(words) ?? false)
}

export function tabLabels(): readonly string[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).map(({ label }) => label)
}

/** The titles of the lenses that stand in a document. */
export async function lensTitles(document: vscode.TextDocument): Promise<readonly string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    100,
  )
  return lenses.map(({ command }) => command?.title ?? '')
}
