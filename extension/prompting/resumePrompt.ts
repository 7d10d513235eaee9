/**
 * Goes on with a prompt that a reload of the window cut off: attaches to it from its first part, so that nothing is lost or paid
 * twice. Starts no daemon: one that ended took the answer with it. An edit whose target cannot be found for certain is shown as an
 * answer and written nowhere.
 */
import * as vscode from 'vscode'
import { runAnswer } from './answerSession.ts'
import { runEdit } from './editSession.ts'
import type { FollowedRequest, RequestEnd } from './followRequest.ts'
import type { PendingPrompt } from './pendingPrompts.ts'
import type { PromptingContext } from './promptingContext.ts'
import { locateTarget } from './rememberedTarget.ts'
import { showUnhappyEnd } from './showFailure.ts'
import { digest } from './startPrompt.ts'

export async function resumePrompt(
  context: PromptingContext,
  pending: PendingPrompt,
  runAgain: () => Promise<void>,
): Promise<void> {
  const { connection, log } = context
  try {
    await connection.connectIfRunning()
    log.info(`Going on with ${pending.requestId} after a reload of the window.`)
    const end = connection.state().kind === 'connected' ? await attach(context, pending) : endedWithDaemon(pending)
    showUnhappyEnd(end, { connection, workspace: undefined, runAgain })
  } finally {
    await context.pending.remove(pending.requestId)
  }
}

async function attach(context: PromptingContext, pending: PendingPrompt): Promise<RequestEnd> {
  const { requestId, title, heading, target } = pending
  const request: FollowedRequest = { kind: 'attach', requestId }
  if (target === undefined) return runAnswer(context, { requestId, title, heading, request })
  const document = await openDocument(pending)
  const transaction = document === undefined ? undefined : locateTarget(target, document.getText(), digest)
  if (document === undefined || transaction === undefined) {
    const words = 'not written, the file changed while the window was closed'
    return runAnswer(context, { requestId, title, heading: `${heading}: ${words}`, request })
  }

  return runEdit(context, {
    requestId,
    title,
    heading,
    document,
    // Which of the visible editors is the user's own, and not one half of a diff, cannot be told.
    editor: undefined,
    transaction,
    request,
    onWatched: async () => {},
    // A second reload finds the place as it was before the first, if it can be found at all.
    onMoved: () => {},
  })
}

async function openDocument({ documentUri }: PendingPrompt): Promise<vscode.TextDocument | undefined> {
  return vscode.workspace.openTextDocument(vscode.Uri.parse(documentUri, true)).then(
    (document) => document,
    () => undefined,
  )
}

function endedWithDaemon({ heading }: PendingPrompt): RequestEnd {
  const message = `${heading}: the window was reloaded while the answer came, and the Waybill daemon has ended since. Nothing was written.`
  return { kind: 'lost', message, waybill: undefined }
}
