/**
 * Registers the commands about prompts. Loads what they do on first use, or when the reload of a window left a prompt to go on
 * with.
 */
import * as vscode from 'vscode'
import type { PromptName } from '../../shared/domain/prompt.ts'
import { watchLastTextEditor } from './lastTextEditor.ts'
import type { Prompting, PromptingDependencies } from './prompting.ts'
import { requestToStop } from './requestToStop.ts'
import { requestIdOf } from './virtualDocuments.ts'

const promptCommands: Readonly<Record<string, PromptName | undefined>> = {
  'waybill.runPrompt': undefined,
  'waybill.explain': 'explain',
  'waybill.fix': 'fix',
  'waybill.refactor': 'refactor',
  'waybill.document': 'document',
  'waybill.writeTests': 'write-tests',
  'waybill.ask': 'ask',
}

export function registerPrompting(
  context: vscode.ExtensionContext,
  given: Omit<PromptingDependencies, 'lastEditor'>,
): void {
  const dependencies: PromptingDependencies = { ...given, lastEditor: watchLastTextEditor() }
  const { running, pending, lastEditor } = dependencies
  context.subscriptions.push(lastEditor)
  // The editor keeps them when the extension host is restarted, and with them keys that would do nothing.
  setContext('waybill.hasReview', false)
  setContext('waybill.isStreaming', false)
  let loaded: Promise<Prompting> | undefined
  const load = () => {
    loaded ??= import('./prompting.ts').then(({ createPrompting }) => {
      const prompting = createPrompting(dependencies)
      context.subscriptions.push(prompting)
      return prompting
    })
    return loaded
  }
  const command = (id: string, act: (argument: unknown) => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(id, act))

  for (const [id, name] of Object.entries(promptCommands)) {
    command(id, async () => (await load()).prompts.run(name))
  }
  command('waybill.runAgain', async () => (await load()).prompts.runAgain())
  command('waybill.acceptEdit', async (id) => (await load()).reviews.accept(idOf(id)))
  command('waybill.undoEdit', async (id) => (await load()).reviews.undo(idOf(id)))
  command('waybill.showBefore', async (id) => (await load()).reviews.showBefore(idOf(id)))
  command('waybill.stop', (id) => {
    const activeDocumentUri = vscode.window.activeTextEditor?.document.uri.toString()
    requestToStop(running.list(), { requestId: idOf(id), activeDocumentUri })?.stop()
  })
  context.subscriptions.push(running.onChange(() => setContext('waybill.isStreaming', running.list().length > 0)))
  // After the start of the window, which must not wait for this.
  setImmediate(() => {
    void closeStaleTabs().then(async () => {
      if (pending.list().length > 0) await (await load()).prompts.resume()
    })
  })
}

function setContext(key: string, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value)
}

/** Lenses and tests pass a request's id, buttons of the title bar the URI of what they stand over, the palette and keys nothing. */
function idOf(argument: unknown): string | undefined {
  if (argument instanceof vscode.Uri && isOurs(argument)) return requestIdOf(argument)
  return typeof argument === 'string' ? argument : undefined
}

/** The editor restores the tabs of a window that was reloaded, but what they showed is gone; what goes on opens its own. */
async function closeStaleTabs(): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs)
  const stale = tabs.filter(({ input }) => {
    if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) return isOurs(input.uri)
    return input instanceof vscode.TabInputTextDiff && (isOurs(input.modified) || isOurs(input.original))
  })
  if (stale.length > 0) await vscode.window.tabGroups.close(stale, true)
}

function isOurs(uri: vscode.Uri): boolean {
  return uri.scheme === 'waybill-answer' || uri.scheme === 'waybill-edit'
}
