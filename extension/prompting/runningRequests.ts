/**
 * The prompts of this window that are under way, for the status item and the Stop command. Oldest first. `phase` is `waiting`
 * until the first text, `cooling` while every endpoint is, `streaming` after it, `starting-again` after a rewind until the next text.
 */
import type { Disposable } from 'vscode'
import type { RequestView } from './requestView.ts'

export type RunningRequest = {
  readonly requestId: string
  /** Of the document that it works on. */
  readonly documentUri?: string
  /** The prompt's title, such as `Refactor`. */
  readonly title: string
  readonly phase: RequestView['phase']
  /** Of the attempt under way; undefined before the first. */
  readonly model: string | undefined
  readonly provider: string | undefined
  readonly isPractice: boolean
  /** Only while `cooling`: until when (Unix milliseconds) and for which endpoint. */
  readonly wait?: { readonly untilMs: number; readonly endpoint: string | undefined; readonly budget?: string }
  /** Ends it upstream. */
  readonly stop: () => void
}

export type RunningRequests = {
  readonly list: () => readonly RunningRequest[]
  readonly onChange: (listener: () => void) => Disposable
}

export type RunningRequestsWriter = RunningRequests & {
  /** Adds it, or replaces the one with the same id. */
  readonly put: (request: RunningRequest) => void
  readonly remove: (requestId: string) => void
}

export function createRunningRequests(): RunningRequestsWriter {
  const requests = new Map<string, RunningRequest>()
  const listeners = new Set<() => void>()
  const announce = () => {
    for (const listener of [...listeners]) listener()
  }
  return {
    list: () => [...requests.values()],
    onChange: (listener) => {
      listeners.add(listener)
      return { dispose: () => listeners.delete(listener) }
    },
    put: (request) => {
      requests.set(request.requestId, request)
      announce()
    },
    remove: (requestId) => {
      if (requests.delete(requestId)) announce()
    },
  }
}
