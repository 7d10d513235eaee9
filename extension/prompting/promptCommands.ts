/**
 * The commands that run prompts, and the going on with prompts that a reload of the window cut off. Loaded with the first of them.
 */
import * as vscode from 'vscode'
import type { PromptName, PromptSummary } from '../../shared/domain/prompt.ts'
import { failureOf } from '../daemon/requestFailure.ts'
import type { PromptingContext } from './promptingContext.ts'
import { promptJobOf } from './promptJob.ts'
import { chooseTarget } from './promptTarget.ts'
import { resumePrompt } from './resumePrompt.ts'
import { showError, showUnhappyEnd } from './showFailure.ts'
import { startAnswer, startEdit } from './startPrompt.ts'
import { editObstacleOf } from './writeEdit.ts'

export type PromptCommands = {
  /** Without a name the user picks one. Resolves when the prompt has ended; says itself what went wrong. */
  readonly run: (name: PromptName | undefined) => Promise<void>
  readonly runAgain: () => Promise<void>
  /** Goes on with what the reloaded window was waiting for, if its daemon still runs. */
  readonly resume: () => Promise<void>
}

type Chosen = { readonly prompt: PromptSummary; readonly text: string | undefined }

export function createPromptCommands(context: PromptingContext): PromptCommands {
  let last: Chosen | undefined
  const saidOnError = async (act: () => Promise<void>) => {
    try {
      await act()
    } catch (error) {
      context.log.error(failureOf(error).message)
      showError(error)
    }
  }
  const send = async (chosen: Chosen) => {
    last = chosen
    await sendPrompt(context, chosen, () => saidOnError(() => send(chosen)))
  }
  const run = (name: PromptName | undefined) =>
    saidOnError(async () => {
      const chosen = await choosePrompt(context, name)
      if (chosen !== undefined) await send(chosen)
    })
  return {
    run,
    runAgain: () => {
      const again = last
      return again === undefined ? run(undefined) : saidOnError(() => send(again))
    },
    resume: () =>
      saidOnError(async () => {
        await Promise.all(
          context.pending.list().map((pending) => resumePrompt(context, pending, () => run(pending.prompt))),
        )
      }),
  }
}

/** Undefined: the user left. */
async function choosePrompt(
  { connection }: PromptingContext,
  name: PromptName | undefined,
): Promise<Chosen | undefined> {
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

async function sendPrompt(context: PromptingContext, chosen: Chosen, runAgain: () => Promise<void>): Promise<void> {
  const isEdit = chosen.prompt.yields === 'replace'
  const active = vscode.window.activeTextEditor?.document
  const obstacle = isEdit && active !== undefined ? await editObstacleOf(active) : undefined
  if (obstacle !== undefined) {
    void vscode.window.showWarningMessage(obstacle)
    return
  }
  const choice = await chooseTarget()
  if (choice.kind === 'missing') {
    void vscode.window.showInformationMessage(choice.message)
    return
  }
  // Nothing is awaited from the choice of the target until its document is watched, or a change could go unseen.
  const workspace = context.workspaceRefOf(choice.target.document.uri)
  const job = promptJobOf(chosen.prompt, chosen.text, choice.target, workspace)
  const end = await (isEdit ? startEdit(context, job) : startAnswer(context, job))
  showUnhappyEnd(end, { connection: context.connection, workspace, runAgain })
}
