/**
 * The commands that run prompts, and the going on with prompts that a reload of the window cut off. Loaded with the first of them.
 * What a prompt works on is settled at the command, before anything is picked or typed, and followed from there.
 */
import * as vscode from 'vscode'
import type { PromptName } from '../../shared/domain/prompt.ts'
import { failureOf } from '../daemon/requestFailure.ts'
import type { PromptPlace } from './answerFeedback.ts'
import { type ChosenPrompt, choosePrompt } from './choosePrompt.ts'
import type { RequestEnd } from './followRequest.ts'
import { createLogEnd } from './logEnd.ts'
import type { PendingPrompt } from './pendingPrompts.ts'
import type { PromptingContext } from './promptingContext.ts'
import { fileNameOf, promptJobOf } from './promptJob.ts'
import { chooseTarget, type PromptTarget } from './promptTarget.ts'
import { resumePrompt } from './resumePrompt.ts'
import { showError, showUnhappyEnd } from './showFailure.ts'
import { startAnswer, startEdit } from './startPrompt.ts'
import { type TrackedTarget, trackTarget } from './trackedTarget.ts'
import { editObstacleOf } from './writeEdit.ts'

export type PromptCommands = {
  /** Without a name the user picks one. Resolves when the prompt has ended; says itself what went wrong. */
  readonly run: (name: PromptName | undefined) => Promise<void>
  /** The last prompt, with the last words, on what is selected now. */
  readonly runAgain: () => Promise<void>
  /** Goes on with what the reloaded window was waiting for. Resolves when all of it has ended. */
  readonly resume: () => Promise<void>
}

export function createPromptCommands(context: PromptingContext): PromptCommands {
  const { connection, feedback, log, pending, workspaceRefOf } = context
  const logEnd = createLogEnd(log, connection)
  let last: ChosenPrompt | undefined

  const saidOnError = async (act: () => Promise<void>) => {
    try {
      await act()
    } catch (error) {
      log.error(failureOf(error).message)
      showError(error)
    }
  }
  /** Not awaited to the user's answer. `again` runs on the same code, wherever it stands then. */
  const conclude = ({ requestId, end, document, tracked, chosen, again }: Ended) => {
    logEnd(requestId, end)
    const answered = end.kind === 'succeeded' ? tracked?.current() : undefined
    if (answered !== undefined) feedback.onAnswer(requestId, placeOf(chosen, answered))
    const workspace = workspaceRefOf(document)
    let isInUse = false
    const runAgain = async () => {
      isInUse = true
      await saidOnError(again)
    }
    void showUnhappyEnd(end, {
      connection,
      workspace,
      runAgain: tracked === undefined ? undefined : runAgain,
    }).then(() => {
      if (!isInUse) tracked?.dispose()
    })
  }
  const send = async (chosen: ChosenPrompt, tracked: TrackedTarget, run: 'anew' | 'again'): Promise<void> => {
    last = chosen
    const isEdit = chosen.prompt.yields === 'replace'
    const obstacle = isEdit ? await editObstacleOf(tracked.document) : undefined
    const target = tracked.current()
    if (obstacle !== undefined || target === undefined) {
      tracked.dispose()
      void vscode.window.showWarningMessage(obstacle ?? goneWords(tracked.document))
      return
    }
    // Nothing is awaited from here until the document is watched, or a change could go unseen.
    const { document } = target
    const asked = { prompt: chosen.prompt.name, text: chosen.text }
    const place = placeOf(asked, target)
    if (run === 'again') feedback.onRunAgain(place)
    const followsRejected = feedback.unwantedAt(place)
    const job = promptJobOf(chosen, target, { workspace: workspaceRefOf(document.uri), followsRejected })
    const end = await (isEdit ? startEdit(context, job) : startAnswer(context, job))
    const again = () => send(chosen, tracked, 'anew')
    conclude({ requestId: job.requestId, end, document: document.uri, tracked, chosen: asked, again })
  }
  const choose = async (name: PromptName | undefined, tracked: TrackedTarget) => {
    const chosen = await disposedOnError(tracked, () => choosePrompt(connection, name))
    if (chosen === undefined) tracked.dispose()
    else await disposedOnError(tracked, () => send(chosen, tracked, 'anew'))
  }
  const resume = async (entry: PendingPrompt) => {
    const { end, tracked } = await resumePrompt(context, entry)
    const again = async () => {
      if (tracked !== undefined) await choose(entry.prompt, tracked)
    }
    const chosen = { prompt: entry.prompt, text: undefined }
    conclude({ requestId: entry.requestId, end, document: vscode.Uri.parse(entry.documentUri), tracked, chosen, again })
  }
  const onTarget = (act: (tracked: TrackedTarget) => Promise<void>) =>
    saidOnError(async () => {
      const target = await targetOrAdvice(context)
      if (target !== undefined) await act(trackTarget(target))
    })
  return {
    run: (name) => onTarget((tracked) => choose(name, tracked)),
    runAgain: () => {
      const again = last
      return onTarget((tracked) =>
        again === undefined
          ? choose(undefined, tracked)
          : disposedOnError(tracked, () => send(again, tracked, 'again')),
      )
    },
    resume: async () => {
      await Promise.all(pending.list().map((entry) => saidOnError(() => resume(entry))))
    },
  }
}

type Asked = Pick<PromptPlace, 'prompt' | 'text'>

function placeOf(asked: Asked, { document, range }: PromptTarget): PromptPlace {
  const startOffset = document.offsetAt(range.start)
  const endOffset = document.offsetAt(range.end)
  return { ...asked, documentUri: document.uri.toString(), range: { startOffset, endOffset } }
}

type Ended = {
  readonly requestId: string
  readonly end: RequestEnd
  readonly document: vscode.Uri
  readonly tracked: TrackedTarget | undefined
  readonly chosen: Asked
  readonly again: () => Promise<void>
}

async function targetOrAdvice({ lastEditor }: PromptingContext): Promise<PromptTarget | undefined> {
  const choice = await chooseTarget(lastEditor)
  if (choice.kind === 'chosen') return choice.target
  void vscode.window.showInformationMessage(choice.message)
  return undefined
}

async function disposedOnError<Result>(tracked: TrackedTarget, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    tracked.dispose()
    throw error
  }
}

function goneWords({ uri }: vscode.TextDocument): string {
  return `The code in ${fileNameOf(uri)} that the prompt was for is gone or was closed. Select some code, then run the prompt.`
}
