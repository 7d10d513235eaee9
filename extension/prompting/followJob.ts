/**
 * Follows one request in the sight of the user: in the status item, in a progress with Cancel, and for Escape and the Stop
 * command. Answers with how it ended.
 */
import * as vscode from 'vscode'
import type { DaemonConnection } from '../daemon/connection.ts'
import { type FollowedRequest, followRequest, type RequestEnd } from './followRequest.ts'
import { nothingSeen, phaseWords, type RequestView, type Wait } from './requestView.ts'
import type { RunningRequest, RunningRequestsWriter } from './runningRequests.ts'

export type FollowOptions = {
  readonly connection: DaemonConnection
  readonly running: RunningRequestsWriter
  readonly requestId: string
  readonly documentUri: string
  /** The prompt's title. */
  readonly title: string
  /** What the progress names, such as `Explain totals.ts 41–50`. */
  readonly heading: string
  readonly request: FollowedRequest
  readonly onView: (view: RequestView) => void
}

export async function followJob(options: FollowOptions): Promise<RequestEnd> {
  const { running, requestId } = options
  const abort = new AbortController()
  let words = ''
  let wait: RunningRequest['wait']
  let waitSeen: RequestView['wait']
  const progressOptions = {
    location: vscode.ProgressLocation.Notification,
    title: options.heading,
    cancellable: true,
  }
  return vscode.window.withProgress(progressOptions, async (progress, token) => {
    token.onCancellationRequested(() => abort.abort())
    const show = (view: RequestView) => {
      const newWords = phaseWords(view)
      // Text comes by the hundred parts a second; who answers and how far it is changes a few times.
      if (newWords === words && view.wait === waitSeen) return
      if (view.wait !== waitSeen) wait = view.wait && untilOf(view.wait)
      waitSeen = view.wait
      words = newWords
      progress.report({ message: words })
      running.put({ ...runningOf(options, view, () => abort.abort()), ...(wait !== undefined && { wait }) })
    }
    show(nothingSeen)
    try {
      const onView = (view: RequestView) => {
        show(view)
        options.onView(view)
      }
      return await followRequest(options.connection, options.request, onView, abort.signal)
    } finally {
      running.remove(requestId)
    }
  })
}

function untilOf({ delayMs, endpoint, budget }: Wait): RunningRequest['wait'] {
  return { untilMs: Date.now() + delayMs, endpoint, ...(budget !== undefined && { budget }) }
}

function runningOf({ requestId, documentUri, title }: FollowOptions, view: RequestView, stop: () => void) {
  const { phase, endpoint } = view
  return {
    requestId,
    documentUri,
    title,
    phase,
    model: endpoint?.model,
    provider: endpoint?.provider,
    isPractice: endpoint?.isPractice ?? false,
    stop,
  }
}
