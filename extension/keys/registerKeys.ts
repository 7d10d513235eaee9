/** The command `waybill.setKey`: its questions as the editor asks them. What it does is `setKey.ts`, loaded on first use. */
import * as vscode from 'vscode'
import { failureOf } from '../daemon/requestFailure.ts'
import type { ExtensionDependencies } from '../dependencies.ts'

export function registerKeys(
  context: vscode.ExtensionContext,
  { connection }: Pick<ExtensionDependencies, 'connection'>,
): void {
  const run = async () => {
    const { setKey } = await import('./setKey.ts')
    await setKey({
      connection,
      pickProvider: async (items) => {
        const options = { title: 'Set Key', placeHolder: 'Provider' }
        return (await vscode.window.showQuickPick([...items], options))?.label
      },
      askText: async ({ title, prompt, value, isHidden, problemOf }) =>
        vscode.window.showInputBox({
          title,
          prompt,
          value,
          password: isHidden,
          // A key is fetched from another window.
          ignoreFocusOut: true,
          validateInput: (text) => problemOf(text),
        }),
      say: (message) => void vscode.window.showInformationMessage(message),
    })
  }
  context.subscriptions.push(
    vscode.commands.registerCommand('waybill.setKey', () =>
      run().catch((error: unknown) => void vscode.window.showErrorMessage(failureOf(error).message)),
    ),
  )
}
