/**
 * Sends a prompt for the first time: remembers it in the workspace before, forgets it after its end. A window that closes forgets
 * nothing: the next one goes on with it.
 */
import { createHash } from 'node:crypto'
import { type EditTransaction, openEdit } from '../../shared/domain/editTransaction.ts'
import { runAnswer } from './answerSession.ts'
import { runEdit } from './editSession.ts'
import type { RequestEnd } from './followRequest.ts'
import type { PendingPrompt } from './pendingPrompts.ts'
import type { PromptingContext } from './promptingContext.ts'
import type { PromptJob } from './promptJob.ts'
import { rememberTarget } from './rememberedTarget.ts'

export async function startAnswer(context: PromptingContext, job: PromptJob): Promise<RequestEnd> {
  const { requestId, title, heading, params } = job
  const documentUri = job.target.document.uri.toString()
  return untilEnd(context, requestId, async () => {
    await context.pending.put(pendingOf(job))
    await context.connection.ensureConnected()
    return runAnswer(context, { requestId, documentUri, title, heading, request: { kind: 'send', params } })
  })
}

export async function startEdit(context: PromptingContext, job: PromptJob): Promise<RequestEnd> {
  const { requestId, title, heading, params } = job
  const { document, editor, range } = job.target
  const transaction = openEdit(document.getText(), document.offsetAt(range.start), document.offsetAt(range.end))
  const memory = rememberMoves(context, job)
  memory.onMoved(transaction)
  return untilEnd(context, requestId, async () => {
    const end = await runEdit(context, {
      requestId,
      title,
      heading,
      document,
      editor,
      transaction,
      request: { kind: 'send', params },
      onWatched: async () => {
        await memory.settled()
        await context.connection.ensureConnected()
      },
      onMoved: memory.onMoved,
      onWriting: memory.onWriting,
    })
    await memory.settled()
    return end
  })
}

/** What throws was never sent. */
async function untilEnd(
  { pending }: PromptingContext,
  requestId: string,
  run: () => Promise<RequestEnd>,
): Promise<RequestEnd> {
  let end: RequestEnd | undefined
  try {
    end = await run()
    return end
  } finally {
    if (end?.kind !== 'detached') await pending.remove(requestId)
  }
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

function pendingOf({ requestId, title, heading, target, params }: PromptJob): PendingPrompt {
  const prompt = params.prompt?.name ?? 'ask'
  return { requestId, prompt, title, heading, documentUri: target.document.uri.toString() }
}

/** Keeps the remembered place true; one write at a time, then the newest place. */
function rememberMoves({ pending }: PromptingContext, job: PromptJob) {
  let newest: EditTransaction | undefined
  let writing: Promise<void> | undefined
  let remembered = pendingOf(job)
  const write = async () => {
    while (newest !== undefined) {
      const target = rememberTarget(newest.target, job.target.document.getText(), digest)
      newest = undefined
      remembered = { ...remembered, target }
      await pending.put(remembered)
    }
    writing = undefined
  }
  return {
    onMoved: (transaction: EditTransaction) => {
      newest = transaction
      writing ??= write()
    },
    onWriting: async () => {
      await writing
      remembered = { ...remembered, isWriting: true }
      await pending.put(remembered)
    },
    settled: async () => {
      await writing
    },
  }
}
