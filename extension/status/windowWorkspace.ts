/** `onWorkspaceChanged` tells a feature that this window's workspace became another one: by an editor of another folder, or by trust. */
import * as vscode from 'vscode'
import type { ExtensionDependencies } from '../dependencies.ts'
import { startSystemTimer } from '../panel/coalesce.ts'
import { workspaceChangesOf } from './workspaceChanges.ts'

export function onWorkspaceChanged(
  { workspaceRefOf }: Pick<ExtensionDependencies, 'workspaceRefOf'>,
  listener: () => void,
): vscode.Disposable {
  const onMayHaveChanged = (mayHave: () => void) =>
    vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(mayHave),
      vscode.workspace.onDidChangeWorkspaceFolders(mayHave),
      vscode.workspace.onDidGrantWorkspaceTrust(mayHave),
    )
  return workspaceChangesOf({ workspaceRefOf, onMayHaveChanged, startTimer: startSystemTimer }, listener)
}
