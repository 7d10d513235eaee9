/** What the editor shows of a request under way: the fold of its parts, as `drawnText.ts` draws them, and who answers. Pure. */

import { budgetWaitWords } from '../../shared/domain/budgetText.ts'
import { type DrawnText, nothingDrawn, onStreamPart } from '../../shared/domain/drawnText.ts'
import { endpointName, waitWords } from '../../shared/domain/providerTroubles.ts'
import type { Outcome, StreamPart } from '../../shared/domain/streamPart.ts'

export type RequestView = {
  readonly drawn: DrawnText
  /** `starting-again`: a rewind took the text back, and no new text has come. */
  readonly phase: 'waiting' | 'cooling' | 'streaming' | 'starting-again'
  /** While it is `cooling`, or `waiting` for room in a budget: how long from its beginning, and for whom. */
  readonly wait: Wait | undefined
  /** The endpoint of the attempt under way; undefined before the first. */
  readonly endpoint: AnsweringEndpoint | undefined
  /** The provider whose text was taken back last. */
  readonly takenBackFrom: string | undefined
  /** Set by the last part. */
  readonly outcome: Outcome | undefined
}

export type Wait = {
  readonly delayMs: number
  readonly endpoint: string | undefined
  /** Others must leave room in it first. */
  readonly budget?: string
}

export type AnsweringEndpoint = { readonly model: string; readonly provider: string; readonly isPractice: boolean }

export const nothingSeen: RequestView = {
  drawn: nothingDrawn,
  phase: 'waiting',
  wait: undefined,
  endpoint: undefined,
  takenBackFrom: undefined,
  outcome: undefined,
}

export function onParts(view: RequestView, parts: readonly StreamPart[]): RequestView {
  return parts.reduce(onPart, view)
}

function onPart(view: RequestView, part: StreamPart): RequestView {
  const drawn = onStreamPart(view.drawn, part)
  // An attach repeats parts; what they said was taken in before.
  if (drawn === view.drawn) return view
  switch (part.type) {
    case 'attempt-start': {
      const { model, provider, isPractice } = part
      // The wait before it is over; a text that was taken back is said until there is a new one.
      const phase = view.phase === 'cooling' ? 'waiting' : view.phase
      return { ...view, drawn, phase, wait: undefined, endpoint: { model, provider, isPractice } }
    }
    case 'text-append':
      return { ...view, drawn, phase: 'streaming', wait: undefined }
    case 'wait-start':
      return onWait({ ...view, drawn }, part)
    case 'rewind':
      return { ...view, drawn, phase: 'starting-again', takenBackFrom: view.endpoint?.provider }
    case 'request-end':
      return { ...view, drawn, outcome: part.outcome }
    case 'reasoning-append':
    case 'tool-call-append':
    case 'logprobs-append':
    case 'attempt-fail':
      return { ...view, drawn }
  }
}

function onWait(view: RequestView, part: StreamPart & { readonly type: 'wait-start' }): RequestView {
  const { delayMs, endpoint, budget } = part
  return {
    ...view,
    phase: budget === undefined ? 'cooling' : 'waiting',
    wait: { delayMs, endpoint, ...(budget !== undefined && { budget }) },
  }
}

/** `gpt-5-mini at openai`; a practice provider says so of itself. Before the first attempt: `a provider`. */
export function endpointWords(endpoint: AnsweringEndpoint | undefined): string {
  if (endpoint === undefined) return 'a provider'
  return `${endpoint.isPractice ? 'practice: ' : ''}${endpointName(`${endpoint.model}@${endpoint.provider}`)}`
}

/** One line that says how far it is, as the lens above the target and the progress show it. */
export function phaseWords(view: RequestView): string {
  switch (view.phase) {
    case 'waiting':
      return view.wait?.budget === undefined
        ? `Waiting for ${endpointWords(view.endpoint)}`
        : budgetWaitWords(view.wait.budget, view.wait.delayMs)
    case 'cooling':
      return `All endpoints are cooling; ${waitWords({ ...view.wait, untilMs: view.wait?.delayMs }, 0)}`
    case 'streaming':
      return endpointWords(view.endpoint)
    case 'starting-again':
      return `${view.takenBackFrom ?? 'The provider'} broke off, its text is taken back; ${endpointWords(view.endpoint)} starts from the beginning`
  }
}
