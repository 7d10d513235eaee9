/**
 * Names the workspace of a document for the daemon, which resolves it. Without a document: that of the active editor, else the first
 * folder. Undefined when nothing is open that lies in a folder.
 */
import * as vscode from 'vscode'
import type { WorkspaceRef } from '../shared/protocol/workspace.ts'

export function workspaceRefOf(document?: vscode.Uri): WorkspaceRef | undefined {
  const uri = document ?? vscode.window.activeTextEditor?.document.uri
  const isFile = uri?.scheme === 'file'
  const folder =
    (isFile ? vscode.workspace.getWorkspaceFolder(uri) : undefined) ?? vscode.workspace.workspaceFolders?.[0]
  const folderPath = folder?.uri.scheme === 'file' ? folder.uri.fsPath : undefined
  if (!isFile && folderPath === undefined) return undefined
  return {
    ...(folderPath === undefined ? {} : { folder: folderPath }),
    ...(isFile ? { document: uri.fsPath } : {}),
    isTrusted: vscode.workspace.isTrusted,
  }
}
