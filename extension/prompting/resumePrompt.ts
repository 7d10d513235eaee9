/**
 * Goes on with a prompt that a reload of the window cut off: attaches to it from its first part, so that nothing is lost or paid
 * twice. Starts no daemon: waits until one is connected. Takes nothing from another window that reads it. An edit whose target
 * cannot be found for certain, or that may have been written already, is shown as an answer and written nowhere.
 */
import * as vscode from 'vscode'
import type { DaemonConnection } from '../daemon/connection.ts'
import { runAnswer } from './answerSession.ts'
import { runEdit } from './editSession.ts'
import type { FollowedRequest, RequestEnd } from './followRequest.ts'
import type { PendingPrompt } from './pendingPrompts.ts'
import type { PromptingContext } from './promptingContext.ts'
import { locateTarget } from './rememberedTarget.ts'
import { digest } from './startPrompt.ts'
import { type TrackedTarget, trackTarget } from './trackedTarget.ts'

export type Resumed = {
  readonly end: RequestEnd
  /** Dispose it. Undefined: what the prompt ran on is not known any more. */
  readonly tracked: TrackedTarget | undefined
}

export async function resumePrompt(context: PromptingContext, pending: PendingPrompt): Promise<Resumed> {
  const { requestId } = pending
  await untilConnected(context.connection)
  context.log.info(`Going on with ${requestId} after a reload of the window.`)
  const resumed = await attach(context, pending)
  if (!mayGoOn(resumed.end)) await context.pending.remove(requestId)
  return resumed
}

/** A daemon that cannot be reached now may still have the answer. */
async function untilConnected(connection: DaemonConnection): Promise<void> {
  await connection.connectIfRunning()
  if (connection.state().kind === 'connected') return
  await new Promise<void>((settle) => {
    const listening = connection.onStateChange(({ kind }) => {
      if (kind !== 'connected') return
      listening.dispose()
      settle()
    })
  })
}

/** Here after another reload, or in another window. */
function mayGoOn(end: RequestEnd): boolean {
  if (end.kind === 'failed') return end.failure.kind === 'unreachable' && end.waybill === undefined
  return end.kind === 'in-use' || end.kind === 'detached'
}

async function attach(context: PromptingContext, pending: PendingPrompt): Promise<Resumed> {
  const { requestId, documentUri, title, heading, target } = pending
  const request: FollowedRequest = { kind: 'attach', requestId, takeOver: false }
  const job = { requestId, documentUri, title, request }
  if (target === undefined) return { end: await runAnswer(context, { ...job, heading }), tracked: undefined }
  const document = await openDocument(pending)
  const transaction = document === undefined ? undefined : locateTarget(target, document.getText(), digest)
  if (document === undefined || transaction === undefined || pending.isWriting === true) {
    const reason = pending.isWriting === true ? 'while it was being written' : 'and the file changed meanwhile'
    const words = `not written, the window was closed ${reason}`
    return { end: await runAnswer(context, { ...job, heading: `${heading}: ${words}` }), tracked: undefined }
  }
  const { startOffset, endOffset } = transaction.target
  const range = new vscode.Range(document.positionAt(startOffset), document.positionAt(endOffset))
  // Which of the visible editors is the user's own, and not one half of a diff, cannot be told.
  const editor = undefined
  const tracked = trackTarget({ document, editor, range })
  const end = await runEdit(context, {
    ...job,
    heading,
    document,
    editor,
    transaction,
    onWatched: async () => {},
    // A second reload finds the place as it was before the first, if it can be found at all.
    onMoved: () => {},
    onWriting: () => context.pending.put({ ...pending, isWriting: true }),
  })
  return { end, tracked }
}

async function openDocument({ documentUri }: PendingPrompt): Promise<vscode.TextDocument | undefined> {
  return vscode.workspace.openTextDocument(vscode.Uri.parse(documentUri, true)).then(
    (document) => document,
    () => undefined,
  )
}
