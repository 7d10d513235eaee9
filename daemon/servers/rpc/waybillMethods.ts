/**
 * The methods `waybill/*` of one open session, one row each: decode the params, ask the session, encode the answer.
 * The same rows serve plain JSON-RPC and the language-server face. `waybill/hello` opens a session and so is no row.
 */
import { type Message, ResponseError } from 'vscode-jsonrpc/node'
import type * as z from 'zod'
import { failureTable } from '../../../shared/domain/failureTable.ts'
import type { RequestId } from '../../../shared/domain/ids.ts'
import { budgets, budgetsAllow, budgetsRelease, budgetsRemove, budgetsSet } from '../../../shared/protocol/budgets.ts'
import { catalogEndpoints, catalogModels, catalogRefresh } from '../../../shared/protocol/catalog.ts'
import { chat, chatAttach, chatParts, requestEnded } from '../../../shared/protocol/chat.ts'
import { type RequestErrorData, rpcErrorCodes } from '../../../shared/protocol/errors.ts'
import { explain } from '../../../shared/protocol/explain.ts'
import { feedback } from '../../../shared/protocol/feedback.ts'
import { journalForget } from '../../../shared/protocol/forget.ts'
import { environmentSet, hello } from '../../../shared/protocol/hello.ts'
import { journal } from '../../../shared/protocol/journal.ts'
import {
  keys,
  keysDisable,
  keysEnable,
  keysRemove,
  keysRotate,
  keysSet,
  keysTest,
  keysWeigh,
} from '../../../shared/protocol/keys.ts'
import type { RequestType } from '../../../shared/protocol/messageType.ts'
import { notice } from '../../../shared/protocol/notice.ts'
import { profiles, profilesChanged, profilesSet, profilesShow } from '../../../shared/protocol/profiles.ts'
import { prompts } from '../../../shared/protocol/prompts.ts'
import { providersAdd } from '../../../shared/protocol/providers.ts'
import { shutdown } from '../../../shared/protocol/shutdown.ts'
import { stats } from '../../../shared/protocol/stats.ts'
import { configChanged, status } from '../../../shared/protocol/status.ts'
import { takeover } from '../../../shared/protocol/takeover.ts'
import { type Failed, isFailed, type PartSink, type Session, type SessionEvent } from '../../gateway/session.ts'
import type { RequestHandler, RequestHandlers } from '../requestHandler.ts'
import { decodeParams } from './decodeParams.ts'

/** The way back to the client: notifications leave through here. */
export type Outlet = {
  readonly send: (message: Message) => void
  readonly untilRoom: () => Promise<void> | undefined
}

export function waybillMethods(session: Session, outlet: Outlet): RequestHandlers {
  const sinkFor = (requestId: RequestId): PartSink => {
    return (parts) => {
      outlet.send(notification(chatParts.method, { requestId, parts }))
      return outlet.untilRoom()
    }
  }
  return new Map([
    row(chat, (params, signal) => session.chat(params, sinkFor(params.requestId), signal)),
    row(chatAttach, (params, signal) => session.attach(params, sinkFor(params.requestId), signal)),
    row(prompts, () => session.prompts()),
    row(profiles, (params) => session.profiles(params)),
    row(profilesShow, (params) => session.showProfile(params)),
    row(profilesSet, (params) => session.setProfile(params)),
    row(stats, (params) => session.stats(params)),
    row(journal, (params, signal) => session.journal(params, signal)),
    row(journalForget, (params) => session.forget(params)),
    row(explain, (params) => session.explain(params)),
    row(feedback, (params) => session.feedback(params)),
    row(catalogModels, (params) => session.catalogModels(params)),
    row(catalogEndpoints, (params) => session.catalogEndpoints(params)),
    row(catalogRefresh, (_params, signal) => session.refreshCatalog(signal)),
    row(budgets, () => session.budgets()),
    row(budgetsSet, (params) => session.setBudget(params)),
    row(budgetsRemove, (params) => session.removeBudget(params)),
    row(budgetsRelease, (params) => session.releaseReservation(params)),
    row(budgetsAllow, (params) => session.allowEndpoint(params)),
    row(status, () => session.status()),
    row(providersAdd, (params) => session.addProvider(params)),
    row(keys, (params) => session.keys.list(params)),
    row(keysSet, (params, signal) => session.keys.set(params, signal)),
    row(keysRotate, (params, signal) => session.keys.rotate(params, signal)),
    row(keysTest, (params, signal) => session.keys.test(params, signal)),
    row(keysDisable, (params) => session.keys.disable(params)),
    row(keysEnable, (params) => session.keys.enable(params)),
    row(keysWeigh, (params) => session.keys.weigh(params)),
    row(keysRemove, (params, signal) => session.keys.remove(params, signal)),
    row(environmentSet, (params) => session.setEnvironment(params)),
    row(shutdown, () => session.shutdown()),
    row(takeover, (params) => session.takeOver(params)),
    [hello.method, () => secondHello],
  ])
}

/** The notification of an event that the session subscribed to. */
export function eventMessage(event: SessionEvent): Message {
  switch (event.topic) {
    case 'requests':
      return notification(requestEnded.method, { waybill: event.waybill })
    case 'profiles':
      return notification(profilesChanged.method, event.workspace === undefined ? {} : { workspace: event.workspace })
    case 'config':
      return notification(configChanged.method, { problems: event.problems })
    case 'notices':
      return notification(notice.method, event.notice)
  }
}

export function failedResponse(failed: Failed): ResponseError<RequestErrorData> {
  const { failure, waybill } = failed
  const data = waybill === undefined ? { failure } : { failure, waybill }
  return new ResponseError(failureTable[failure.kind].rpcCode, failure.message, data)
}

const secondHello = new ResponseError<void>(
  rpcErrorCodes.invalidRequest,
  'expected one hello for each connection, found a second; open another connection to be somebody else',
)

function row<Params extends z.ZodType, Result extends z.ZodType<object>>(
  type: RequestType<Params, Result>,
  handle: (
    params: z.infer<Params>,
    signal: AbortSignal,
  ) => z.infer<Result> | Failed | Promise<z.infer<Result> | Failed>,
): readonly [string, RequestHandler] {
  return [
    type.method,
    async (params, signal) => {
      const decoded = decodeParams(type.method, type.params, params)
      if (decoded.error !== undefined) return decoded.error
      const result = await handle(decoded.value, signal)
      return isFailed(result) ? failedResponse(result) : result
    },
  ]
}

type Notification = Message & { readonly method: string; readonly params: object }

function notification(method: string, params: object): Notification {
  return { jsonrpc: '2.0', method, params }
}
