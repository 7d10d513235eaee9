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
  let client = first
  let step: 'send' | 'attach' = 'send'
  let isBegun = false
  let losses = 0
  let hasSaid = false
  const listen = () =>
    client.onParts((parts) => {
      isBegun = true
      onParts(parts)
    })
  const reconnect = async () => {
    if (client !== first) client.close()
    client = await connectedClient(context)
    listen()
  }
  listen()
  try {
    for (;;) {
      const answer: Answer<AttachResult> | LostDaemonError = await asked(client, step, params, context.signal)
      if (answer instanceof LostDaemonError) {
        losses += 1
        if (isBegun || losses > maxLosses) throw answer
        step = 'attach'
        await reconnect()
      } else if (answer.refused?.data?.failure.kind === 'draining') {
        if (!hasSaid) context.terminal.error('waybill: the daemon hands over to a newer one; waiting for that\n')
        hasSaid = true
        await pause(askAgainMs, undefined, { signal: context.signal }).catch(() => undefined)
        if (context.signal.aborted) return { refused: cancelled }
        step = 'send'
        await reconnect()
      } else if (
        step === 'attach' &&
        answer.refused?.data?.failure.kind === 'not-found' &&
        !answer.refused.data.waybill
      ) {
        step = 'send'
      } else {
        return chatAnswer(answer)
      }
    }
  } finally {
    if (client !== first) client.close()
  }
}

const cancelled: Refused = {
  code: failureTable.cancelled.rpcCode,
  message: 'The request was cancelled before a daemon took it.',
  data: { failure: { kind: 'cancelled', message: 'The request was cancelled before a daemon took it.' } },
}

async function asked(
  client: DaemonClient,
  step: 'send' | 'attach',
  params: z.input<typeof chatParamsSchema>,
  signal: AbortSignal,
): Promise<Answer<AttachResult> | LostDaemonError> {
  try {
    if (step === 'send') return await client.request(chat, params, signal)
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
