/**
 * Plays one step of a fault script as the HTTP answer to one request. Ends when the answer has been sent or the client
 * is gone; never throws for a client that leaves.
 */

import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PracticeStep } from '../../../shared/domain/practice.ts'
import { type Completion, errorBodyOf, eventOf, type PracticeError } from './completion.ts'

export type Play = {
  readonly step: PracticeStep
  readonly completion: Completion
  readonly isStream: boolean
  readonly response: ServerResponse
}

/** The signal aborts when the client is gone or the server ends. */
export async function playStep(play: Play, signal: AbortSignal): Promise<void> {
  try {
    await playOf(play, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** A pace at which streaming can be seen. */
const defaultDripMs = 12

async function playOf(play: Play, signal: AbortSignal): Promise<void> {
  const { step, response } = play
  switch (step.play) {
    case 'answer':
      await sleep(step.delayMs ?? 0, undefined, { signal })
      if (!play.isStream) return sendJson(response, 200, play.completion.wholeBody)
      return sendStream(play, { dripMs: step.dripMs ?? defaultDripMs }, signal)
    case 'rate-limit':
      if (step.retryAfterSeconds !== undefined) response.setHeader('retry-after', String(step.retryAfterSeconds))
      return sendJson(response, 429, errorBodyOf(rateLimited))
    case 'server-error':
      return sendJson(response, step.httpStatus ?? 500, errorBodyOf(serverError))
    case 'hang':
      await once(response, 'close', { signal })
      return
    case 'cut':
      return sendStream(play, { faultAfterEvents: step.afterEvents, onFault: () => cut(response) }, signal)
    case 'garble':
      return sendStream(play, { faultAfterEvents: step.afterEvents, faultEvent: garbled }, signal)
    case 'error-in-200':
      return sendStream(
        play,
        {
          faultAfterEvents: step.afterEvents ?? 0,
          faultEvent: eventOf(errorBodyOf(serverError)),
          onFault: () => void response.end(),
        },
        signal,
      )
    case 'stall':
      return sendStream(play, { faultAfterEvents: step.afterEvents, onFault: () => stall(response, signal) }, signal)
    case 'web-page':
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      response.end('<!doctype html><title>Sign in (practice)</title>')
      return
    case 'empty':
      return sendStream({ ...play, completion: { ...play.completion, textEvents: [] } }, {}, signal)
    case 'refuse-key':
      return sendJson(response, step.httpStatus, errorBodyOf(keyRefused))
  }
}

async function stall(response: ServerResponse, signal: AbortSignal): Promise<void> {
  await once(response, 'close', { signal })
}

/** A fault comes after that many events with text, or before the terminal event if there are fewer. */
type StreamPlan = {
  readonly dripMs?: number
  readonly faultAfterEvents?: number
  readonly faultEvent?: string
  /** Ends the answer. Missing: it goes on after the fault. */
  readonly onFault?: () => void | Promise<void>
}

async function sendStream(play: Play, plan: StreamPlan, signal: AbortSignal): Promise<void> {
  const { completion, response } = play
  const { dripMs = defaultDripMs } = plan
  const faultAt = Math.min(plan.faultAfterEvents ?? Number.POSITIVE_INFINITY, completion.textEvents.length)
  const hasFault = plan.faultAfterEvents !== undefined
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  await send(response, completion.firstEvent, signal)
  for (let at = 0; at <= completion.textEvents.length; at += 1) {
    if (hasFault && at === faultAt) {
      if (plan.faultEvent !== undefined) await send(response, plan.faultEvent, signal)
      if (plan.onFault !== undefined) return plan.onFault()
    }
    const event = completion.textEvents[at]
    if (event === undefined) break
    if (dripMs > 0) await sleep(dripMs, undefined, { signal })
    await send(response, event, signal)
  }
  response.end(completion.lastEvents.join(''))
}

/** Destroying drops what still waits to be written: the empty line goes out behind it, and then the connection. */
function cut(response: ServerResponse): void {
  response.write('\n', () => response.destroy())
}

/** Returns once there is room for more. */
async function send(response: ServerResponse, event: string, signal: AbortSignal): Promise<void> {
  if (!response.write(event)) await once(response, 'drain', { signal })
}

export function sendJson(response: ServerResponse, httpStatus: number, body: object): void {
  const text = JSON.stringify(body)
  response.writeHead(httpStatus, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

const garbled =
  'data: {"id":"chatcmpl-practice","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"con\n\n'

const rateLimited: PracticeError = {
  message: 'Rate limit reached (practice).',
  type: 'requests',
  code: 'rate_limit_exceeded',
}

const serverError: PracticeError = {
  message: 'The server had an error while processing your request (practice).',
  type: 'server_error',
  code: null,
}

const keyRefused: PracticeError = {
  message: 'This key is not accepted (practice).',
  type: 'invalid_request_error',
  code: null,
}
