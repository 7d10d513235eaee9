/**
 * Sends one prompt and answers how it ended, also while one daemon hands over to the next: who is refused as `draining` waits and
 * sends the same again; who loses the connection before the first part asks the next daemon what became of the request, and
 * sends it again only if that knows nothing of it, so that nothing is paid for twice. Once parts came, a lost connection
 * is a NoDaemonError as for every other verb.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type * as z from 'zod'
import { failureTable } from '../../shared/domain/failureTable.ts'
import type { StreamPart } from '../../shared/domain/streamPart.ts'
import {
  type AttachResult,
  type ChatResult,
  chat,
  chatAttach,
  type chatParamsSchema,
} from '../../shared/protocol/chat.ts'
import { LostDaemonError } from './daemonAccess.ts'
import type { Answer, DaemonClient, Refused } from './daemonClient.ts'
import type { VerbContext } from './verb.ts'
import { connectedClient } from './withClient.ts'

const askAgainMs = 250
/** A daemon that dies each time before it knows of the request will do so again. */
const maxLosses = 5

export async function chatPatiently(
  context: VerbContext,
  first: DaemonClient,
  params: z.input<typeof chatParamsSchema>,
  onParts: (parts: readonly StreamPart[]) => void,
): Promise<Answer<ChatResult>> {
  const moving = movingClient(context, first, onParts)
  let question: Question = 'send'
  let losses = 0
  let waits = 0
  try {
    for (;;) {
      const next = nextOf(await asked(moving.client(), question, params, context.signal), question)
      if (next.kind === 'end') return next.answer
      question = next.question
      if (next.kind === 'ask') continue
      if (next.kind === 'wait') await waitFor(context, ++waits)
      else if (moving.isBegun() || ++losses > maxLosses) throw next.error
      if (context.signal.aborted) return { refused: cancelled }
      await moving.move()
    }
  } finally {
    moving.close()
  }
}

/** The client at hand: the given one, which stays its owner's, then those of the daemons that follow. */
function movingClient(context: VerbContext, first: DaemonClient, onParts: (parts: readonly StreamPart[]) => void) {
  let client = first
  let isBegun = false
  const close = () => {
    if (client !== first) client.close()
  }
  const listen = () =>
    client.onParts((parts) => {
      isBegun = true
      onParts(parts)
    })
  listen()
  return {
    client: () => client,
    /** Parts came. */
    isBegun: () => isBegun,
    move: async () => {
      close()
      client = first
      client = await connectedClient(context)
      listen()
    },
    close,
  }
}

type Question = 'send' | 'attach'

type Next =
  | { readonly kind: 'end'; readonly answer: Answer<ChatResult> }
  /** Of the same daemon. */
  | { readonly kind: 'ask'; readonly question: Question }
  /** Of the daemon that is there after a while. */
  | { readonly kind: 'wait'; readonly question: Question }
  /** Of the daemon that is there now. */
  | { readonly kind: 'lost'; readonly question: Question; readonly error: LostDaemonError }

function nextOf(answer: Answer<AttachResult> | LostDaemonError, question: Question): Next {
  if (answer instanceof LostDaemonError) return { kind: 'lost', question: 'attach', error: answer }
  const { failure, waybill } = answer.refused?.data ?? {}
  if (failure?.kind === 'draining') return { kind: 'wait', question: 'send' }
  // With a waybill it is the provider that did not find something.
  const isUnknown = question === 'attach' && failure?.kind === 'not-found' && waybill === undefined
  return isUnknown ? { kind: 'ask', question: 'send' } : { kind: 'end', answer: chatAnswer(answer) }
}

/** Ctrl+C ends it. */
async function waitFor({ terminal, signal }: VerbContext, waits: number): Promise<void> {
  if (waits === 1) terminal.error('waybill: the daemon hands over to a newer one; waiting for that\n')
  await pause(askAgainMs, undefined, { signal }).catch(() => undefined)
}

const cancelled: Refused = {
  code: failureTable.cancelled.rpcCode,
  message: 'The request was cancelled before a daemon took it.',
  data: { failure: { kind: 'cancelled', message: 'The request was cancelled before a daemon took it.' } },
}

async function asked(
  client: DaemonClient,
  question: Question,
  params: z.input<typeof chatParamsSchema>,
  signal: AbortSignal,
): Promise<Answer<AttachResult> | LostDaemonError> {
  try {
    if (question === 'send') return await client.request(chat, params, signal)
    return await client.request(chatAttach, { requestId: params.requestId, after: 0 }, signal)
  } catch (error) {
    if (error instanceof LostDaemonError) return error
    throw error
  }
}

/** It was asked to take over, so nobody else's use of the request stands in its way. */
function chatAnswer(answer: Answer<AttachResult>): Answer<ChatResult> {
  if (answer.refused !== undefined) return answer
  const { result } = answer
  return { result: result.state === 'in-use' ? { state: 'taken-over' } : result }
}
