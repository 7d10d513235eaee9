/** Lets the user choose a prompt of the library, and asks for the words that it needs. Undefined: the user left. */
import * as vscode from 'vscode'
import type { PromptName, PromptSummary } from '../../shared/domain/prompt.ts'
import type { DaemonConnection } from '../daemon/connection.ts'

export type ChosenPrompt = { readonly prompt: PromptSummary; readonly text: string | undefined }

/** With a name nothing is left to pick. Starts the daemon; rejects when it cannot be had. */
export async function choosePrompt(
  connection: DaemonConnection,
  name: PromptName | undefined,
): Promise<ChosenPrompt | undefined> {
  const listed = connection.ensureConnected().then(() => connection.request('prompts', {}))
  const prompt = name === undefined ? await pickPrompt(listed) : (await listed).prompts.find((one) => one.name === name)
  if (prompt === undefined) return undefined
  if (!prompt.needsText) return { prompt, text: undefined }
  const text = await vscode.window.showInputBox({
    title: 'Ask about the selection',
    prompt: 'Your words go with the selected code.',
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? 'Say what you want to know.' : undefined),
  })
  return text === undefined ? undefined : { prompt, text }
}

async function pickPrompt(
  listed: Promise<{ readonly prompts: readonly PromptSummary[] }>,
): Promise<PromptSummary | undefined> {
  const items = listed.then(({ prompts }) =>
    prompts.map((prompt) => ({ label: prompt.title, description: prompt.description, prompt })),
  )
  const options = { title: 'Run Prompt on Selection', placeHolder: 'Prompt', matchOnDescription: true }
  // A daemon that cannot be started must be heard of, and not only end the pick.
  const [picked] = await Promise.all([vscode.window.showQuickPick(items, options), items])
  return picked?.prompt
}
