/** What a workspace's prompts and answers are captured as, when its owner wants that: never in the journal. */
import type { RequestId } from '../../shared/domain/ids.ts'
import type { StreamPart } from '../../shared/domain/streamPart.ts'
import type { Captured } from '../../shared/protocol/journal.ts'
import type { AdmittedRequest } from './admittedRequest.ts'

export type CapturedKey = { readonly requestId: RequestId; readonly workspace: string; readonly atMs: number }
export type CapturedRequest = Captured & CapturedKey

export type CapturedContent = {
  /** Off unless the configuration names the workspace. */
  readonly isWanted: (workspace: string) => boolean
  /** Never makes a request wait or fail. Secrets are replaced before anything is kept. */
  readonly keep: (request: CapturedRequest) => void
  readonly find: (requestId: RequestId) => Captured | undefined
  /** Answers in words what could not be taken out. */
  readonly forget: (isForgotten: (one: CapturedKey) => boolean) => readonly string[]
}

/** After the request ended: what it said, and what was answered to it. */
export function captureRequest(
  captured: CapturedContent,
  request: AdmittedRequest,
  parts: readonly StreamPart[],
  atMs: number,
): void {
  const { requestId, caller, messages } = request
  const { workspace } = caller
  if (workspace === undefined || !captured.isWanted(workspace)) return
  const texts = messages.map(({ role, content }) => ({ role, text: textOf(content) }))
  captured.keep({ requestId, workspace, atMs, messages: texts, answer: answerIn(parts) })
}

function textOf(content: AdmittedRequest['messages'][number]['content']): string {
  if (typeof content === 'string') return content
  return content.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`)).join('\n')
}

/** The text that stayed. */
function answerIn(parts: readonly StreamPart[]): string {
  const rewound = new Set(parts.flatMap((part) => (part.type === 'rewind' ? [part.attempt] : [])))
  return parts.map((part) => (part.type === 'text-append' && !rewound.has(part.attempt) ? part.text : '')).join('')
}
