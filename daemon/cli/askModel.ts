/**
 * Sends one prompt and prints its answer and waybill: the work that `run` and `demo` share. Answers with the exit code
 * by how the request ended; an answer that is not whole is a failure, and in a pipe no text to put in place of code.
 */
import { randomUUID } from 'node:crypto'
import type * as z from 'zod'
import { requestIdSchema } from '../../shared/domain/ids.ts'
import type { PromptYield } from '../../shared/domain/prompt.ts'
import type { StreamPart } from '../../shared/domain/streamPart.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import type { ChatResult, chatParamsSchema } from '../../shared/protocol/chat.ts'
import { prompts } from '../../shared/protocol/prompts.ts'
import { createAnswerPrinter } from './answerPrinter.ts'
import type { Answer, DaemonClient, Refused } from './daemonClient.ts'
import { type ExitCode, exitCodes } from './exitCodes.ts'
import { type FinishedAnswer, finishedAnswer } from './finishedAnswer.ts'
import { inkOf } from './ink.ts'
import { chatPatiently } from './patientChat.ts'
import type { VerbContext } from './verb.ts'
import { renderShortWaybill } from './waybillText.ts'
import { wrapped } from './wrapped.ts'

export type ChatWish = Omit<z.input<typeof chatParamsSchema>, 'requestId' | 'canRewind' | 'onDisconnect'>

export async function askModel(context: VerbContext, client: DaemonClient, wish: ChatWish): Promise<ExitCode> {
  const { terminal } = context
  const ink = inkOf(terminal)
  const printer = createAnswerPrinter(terminal, ink)
  // What was drawn on a terminal was to be read.
  const yields = terminal.isOutTty ? 'answer' : await yieldsOf(client, wish)
  const ended = endOf(await sendChat(context, client, wish, printer.onParts))
  const { text, problem } = finishedOf(ended, printer.text(), { wish, yields })
  printer.end(text)
  if (terminal.isOutTty && terminal.isErrorTty) terminal.error('\n')
  if (problem !== undefined) terminal.error(wrapped(`waybill: ${problem}`, '  ', terminal.widthColumns))
  if (ended.refused !== undefined && ended.waybill === undefined) {
    terminal.error(wrapped(`waybill: ${ended.refused.message}`, '  ', terminal.widthColumns))
  }
  if (ended.waybill !== undefined) terminal.error(renderShortWaybill(ended.waybill, terminal))
  return problem === undefined ? ended.code : exitCodes.failed
}

/**
 * As `askModel`, as one JSON value on standard output: {text, waybill} or {error, waybill?}; {text, error, waybill} for
 * a text to read that is not whole.
 */
export async function askModelAsJson(context: VerbContext, client: DaemonClient, wish: ChatWish): Promise<ExitCode> {
  const silent = {
    out: ignore,
    error: ignore,
    isOutTty: false,
    isErrorTty: false,
    widthColumns: Number.POSITIVE_INFINITY,
  }
  const printer = createAnswerPrinter(silent, inkOf({ isColored: false }))
  const yields = await yieldsOf(client, wish)
  const ended = endOf(await sendChat(context, client, wish, printer.onParts))
  const { text, problem } = finishedOf(ended, printer.text(), { wish, yields })
  const error = problem === undefined ? ended.refused : { message: problem }
  // JSON.stringify leaves out what is undefined.
  context.terminal.out(`${JSON.stringify({ text, error, waybill: ended.waybill })}\n`)
  return problem === undefined ? ended.code : exitCodes.failed
}

/** Of a prompt that the daemon does not list, the answer is to be read. */
async function yieldsOf(client: DaemonClient, { prompt }: ChatWish): Promise<PromptYield> {
  const { result } = await client.request(prompts, {})
  return result?.prompts.find(({ name }) => name === prompt?.name)?.yields ?? 'answer'
}

type Asked = { readonly wish: ChatWish; readonly yields: PromptYield }

function finishedOf({ code, waybill }: Ended, text: string, { wish, yields }: Asked): FinishedAnswer {
  if (code !== exitCodes.ok || waybill === undefined) return {}
  return finishedAnswer(text, waybill, { yields, originalText: wish.prompt?.code?.text ?? '' })
}

function sendChat(
  context: VerbContext,
  client: DaemonClient,
  wish: ChatWish,
  onParts: (parts: readonly StreamPart[]) => void,
): Promise<Answer<ChatResult>> {
  const params = { ...wish, requestId: requestIdSchema.parse(randomUUID()), canRewind: true }
  return chatPatiently(context, client, params, onParts)
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
