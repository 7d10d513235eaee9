/**
 * In which tabs a document can be edited. VS Code keeps a document for minutes after its last editor was closed, and counts both
 * halves of a diff as visible; a change in the left half, or in no tab at all, would be one that nobody sees.
 */
import * as vscode from 'vscode'

export function isOpenInTab(document: vscode.TextDocument): boolean {
  return !document.isClosed && vscode.window.tabGroups.all.some(({ tabs }) => tabs.some((tab) => holds(tab, document)))
}

/** In front of the other tabs of its group. */
export function isShownInTab(document: vscode.TextDocument): boolean {
  return vscode.window.tabGroups.all.some(({ activeTab }) => activeTab !== undefined && holds(activeTab, document))
}

/** Brings the document to the front where it is open already, else in the active column. */
export async function revealDocument(document: vscode.TextDocument, range?: vscode.Range): Promise<void> {
  const visible = vscode.window.tabGroups.all.find(
    ({ activeTab }) => activeTab !== undefined && holds(activeTab, document),
  )
  const open = visible ?? vscode.window.tabGroups.all.find(({ tabs }) => tabs.some((tab) => holds(tab, document)))
  await vscode.window.showTextDocument(document, {
    preview: false,
    ...(open === undefined ? {} : { viewColumn: open.viewColumn }),
    ...(range === undefined ? {} : { selection: range }),
  })
}

function holds({ input }: vscode.Tab, document: vscode.TextDocument): boolean {
  const key = document.uri.toString()
  if (input instanceof vscode.TabInputTextDiff) return input.modified.toString() === key
  return (
    (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) && input.uri.toString() === key
  )
}
