/**
 * Sends one prompt and prints its answer and waybill: the work that `run` and `demo` share. Answers with the exit code
 * by how the request ended.
 */
import { randomUUID } from 'node:crypto'
import type * as z from 'zod'
import { requestIdSchema } from '../../shared/domain/ids.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import { type ChatResult, chat, type chatParamsSchema } from '../../shared/protocol/chat.ts'
import { createAnswerPrinter } from './answerPrinter.ts'
import type { Answer, DaemonClient, Refused } from './daemonClient.ts'
import { type ExitCode, exitCodes } from './exitCodes.ts'
import { inkOf } from './ink.ts'
import type { VerbContext } from './verb.ts'
import { renderShortWaybill } from './waybillText.ts'

export type ChatWish = Omit<z.input<typeof chatParamsSchema>, 'requestId' | 'canRewind' | 'onDisconnect'>

export async function askModel(context: VerbContext, client: DaemonClient, wish: ChatWish): Promise<ExitCode> {
  const { terminal } = context
  const ink = inkOf(terminal)
  const printer = createAnswerPrinter(terminal, ink)
  client.onParts(printer.onParts)
  const ended = endOf(await sendChat(context, client, wish))
  printer.end(ended.code === exitCodes.ok ? 'succeeded' : 'not-succeeded')
  if (terminal.isOutTty && terminal.isErrorTty) terminal.error('\n')
  if (ended.refused !== undefined && ended.waybill === undefined) terminal.error(`waybill: ${ended.refused.message}\n`)
  if (ended.waybill !== undefined) terminal.error(renderShortWaybill(ended.waybill, ink))
  return ended.code
}

/** As `askModel`, as one JSON value on standard output: {text, waybill} or {error, waybill?}. */
export async function askModelAsJson(context: VerbContext, client: DaemonClient, wish: ChatWish): Promise<ExitCode> {
  const silent = { out: ignore, error: ignore, isOutTty: false, isErrorTty: false }
  const printer = createAnswerPrinter(silent, inkOf({ isColored: false }))
  client.onParts(printer.onParts)
  const { code, waybill, refused } = endOf(await sendChat(context, client, wish))
  const value = code === exitCodes.ok ? { text: printer.text(), waybill } : { error: refused, waybill }
  context.terminal.out(`${JSON.stringify(value)}\n`)
  return code
}

function sendChat(context: VerbContext, client: DaemonClient, wish: ChatWish): Promise<Answer<ChatResult>> {
  const params = { ...wish, requestId: requestIdSchema.parse(randomUUID()), canRewind: true }
  return client.request(chat, params, context.signal)
}

type Ended = { readonly code: ExitCode; readonly waybill?: Waybill; readonly refused?: ErrorValue }
type ErrorValue = { readonly code: number; readonly message: string; readonly failure?: unknown }

function endOf(answer: Answer<ChatResult>): Ended {
  if (answer.refused !== undefined) return refusedEnd(answer.refused)
  const { result } = answer
  switch (result.state) {
    case 'ended':
      return { code: codeOf(result.waybill), waybill: result.waybill }
    case 'interrupted':
      return { code: exitCodes.failed, waybill: result.waybill }
    case 'taken-over':
      return {
        code: exitCodes.failed,
        refused: { code: 0, message: 'another client attached to this request and now draws its answer' },
      }
  }
}

function refusedEnd(refused: Refused): Ended {
  const { code: rpcCode, message, data } = refused
  const code = data?.failure.kind === 'cancelled' ? exitCodes.cancelled : exitCodes.failed
  const error = data === undefined ? { code: rpcCode, message } : { code: rpcCode, message, failure: data.failure }
  return data?.waybill === undefined ? { code, refused: error } : { code, refused: error, waybill: data.waybill }
}

function codeOf(waybill: Waybill): ExitCode {
  switch (waybill.outcome) {
    case 'succeeded':
      return exitCodes.ok
    case 'cancelled':
      return exitCodes.cancelled
    case 'failed':
    case 'interrupted':
      return exitCodes.failed
  }
}

function ignore(): void {}
