/**
 * An edit as a transaction: the half that does what editTransaction.ts decides. While the answer comes, it grows in a preview and
 * the document is only watched. At the end it is written in one undo step and put up for review, or refused and kept in the
 * preview. A stop or a failure leaves the document's bytes as they were.
 */
import * as vscode from 'vscode'
import { type EditAnswer, replacementOf, replacementSoFarOf } from '../../shared/domain/editAnswer.ts'
import { type EditTransaction, finishEdit } from '../../shared/domain/editTransaction.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import { createEditPreview, type EditPreview } from './editPreview.ts'
import type { EditReviews } from './editReviews.ts'
import { followJob } from './followJob.ts'
import type { FollowedRequest, RequestEnd } from './followRequest.ts'
import { isShownInTab } from './openTabs.ts'
import type { PromptingContext } from './promptingContext.ts'
import { fileNameOf } from './promptJob.ts'
import { requestSummaryOf } from './requestSummary.ts'
import { nothingSeen, type RequestView } from './requestView.ts'
import { type TargetWatch, watchTarget } from './targetWatch.ts'
import { type Write, writeEdit } from './writeEdit.ts'

export type EditJob = {
  readonly requestId: string
  readonly title: string
  readonly heading: string
  readonly document: vscode.TextDocument
  readonly editor: vscode.TextEditor | undefined
  readonly transaction: EditTransaction
  readonly request: FollowedRequest
  /** Awaited once the target is watched and before anything is sent. */
  readonly onWatched: () => Promise<void>
  /** Called when the target may have moved, so that a reloaded window finds it. */
  readonly onMoved: (transaction: EditTransaction) => void
  /** Awaited before the document is written: from here on the change may stand there. */
  readonly onWriting: () => Promise<void>
}

export async function runEdit(context: PromptingContext, job: EditJob): Promise<RequestEnd> {
  const { connection, running, previews } = context
  const { requestId, title, heading, document, request } = job
  const { startOffset, originalText } = job.transaction.target
  const preview = createEditPreview({ previews, requestId, title, document, startOffset })
  let view = nothingSeen
  const watch = watchTarget(context.marks, job, () => draw())
  const draw = () => preview.show(() => watch.previewOf(replacementSoFarOf(view.drawn.text, originalText)))
  try {
    await job.onWatched()
    draw()
    let opened: Promise<void> | undefined
    const open = () => {
      opened ??= preview.open('streaming')
    }
    // Whether there is anything to attach to, its first part tells.
    if (request.kind === 'send') open()
    const onView = (next: RequestView) => {
      view = next
      open()
      watch.setView(next)
      draw()
    }
    const documentUri = document.uri.toString()
    const end = await followJob({ connection, running, requestId, documentUri, title, heading, request, onView })
    // The next life of the window goes on from here.
    if (end.kind === 'detached') return end
    await opened
    watch.unmark()
    if (end.kind === 'succeeded') await finish(context, { job, preview, watch, text: end.text, waybill: end.waybill })
    else if (end.kind === 'incomplete') {
      await keep({ job, preview, text: view.drawn.text, reason: 'the answer is not complete' })
    } else await preview.close()
    return end
  } finally {
    watch.dispose()
  }
}

type Finish = {
  readonly job: EditJob
  readonly preview: EditPreview
  readonly watch: TargetWatch
  readonly text: string
  readonly waybill: Waybill
}

async function finish({ reviews, log }: PromptingContext, { job, preview, watch, text, waybill }: Finish) {
  const { document, editor, requestId } = job
  const { originalText } = job.transaction.target
  const answer = replacementOf(text, originalText, document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n')
  const usable = answer.kind === 'replacement' ? answer.text : text
  preview.show(() => watch.previewOf(usable))
  if (answer.kind === 'replacement') await job.onWriting()
  const write: Write =
    answer.kind === 'replacement'
      ? await writeEdit({ document, editor, decide: (now) => finishEdit(watch.transaction(), now, answer.text) })
      : { kind: 'refused', message: unusableWords[answer.kind] }
  switch (write.kind) {
    case 'written': {
      const { startOffset, text: writtenText } = write
      reviews.start({ requestId, document, startOffset, originalText, writtenText, summary: requestSummaryOf(waybill) })
      await preview.close()
      if (!isShownInTab(document)) sayWritten(reviews, job)
      return
    }
    case 'unchanged':
      await preview.close()
      void vscode.window.showInformationMessage(
        `${job.title}: the answer is the code as it stands. Nothing was changed.`,
      )
      return
    case 'refused':
      log.info(`An edit was not written: ${write.message}.`)
      await keep({ job, preview, text: usable, reason: write.message })
  }
}

/** Nobody sees the lenses and the mark of a document behind other tabs. */
function sayWritten(reviews: EditReviews, { requestId, title, document }: EditJob): void {
  const message = `${title} ${fileNameOf(document.uri)}: written.`
  void vscode.window.showInformationMessage(message, 'Show', 'Undo').then(async (chosen) => {
    if (chosen === 'Show') await reviews.show(requestId)
    if (chosen === 'Undo') await reviews.undo(requestId)
  })
}

const unusableWords: Readonly<Record<Exclude<EditAnswer['kind'], 'replacement'>, string>> = {
  empty: 'the answer holds no code',
  unclear: 'the answer holds several blocks of code, and which one is meant cannot be told',
}

type Kept = { readonly job: EditJob; readonly preview: EditPreview; readonly text: string; readonly reason: string }

/** Not awaited to the user's choice: the session has ended, the preview stays. */
async function keep({ job, preview, text, reason }: Kept): Promise<void> {
  await preview.open('not written')
  const message = `${job.title}: nothing was written, because ${reason}. The answer is kept in the preview.`
  void vscode.window.showWarningMessage(message, 'Copy Answer', 'Show Diff').then(async (chosen) => {
    if (chosen === 'Copy Answer') await vscode.env.clipboard.writeText(text)
    if (chosen === 'Show Diff') await preview.open('not written')
  })
}
