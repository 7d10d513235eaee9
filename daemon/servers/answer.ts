/**
 * The answer to one request: what its handler gives, or the error that stands for what its handler threw. A bug is
 * logged with its stack and answered without details; it never leaves as a rejection.
 */
import { type CancellationToken, ResponseError } from 'vscode-jsonrpc/node'
import { rpcErrorCodes } from '../../shared/protocol/errors.ts'
import type { Log } from '../gateway/ports.ts'
import type { RequestHandler } from './requestHandler.ts'

export type Question = {
  readonly method: string
  readonly params: unknown
  readonly token: CancellationToken
  readonly handler: RequestHandler | undefined
  readonly log: Log
}

export async function answerOf(question: Question): Promise<unknown> {
  const { method, params, token, handler, log } = question
  if (handler === undefined) {
    const message = `expected a method of the protocol, found ${method.slice(0, 100)}; the daemon may be older than you`
    return new ResponseError(rpcErrorCodes.methodNotFound, message)
  }
  const controller = new AbortController()
  if (token.isCancellationRequested) controller.abort()
  const listening = token.onCancellationRequested(() => controller.abort())
  try {
    return await handler(params, controller.signal)
  } catch (error) {
    const stack = error instanceof Error ? error.stack : String(error)
    log.error('bug: a request ended in an exception', { method, stack })
    const message = `${method} failed by a bug of the daemon; its log has the details, \`waybill doctor\` says where it is`
    return new ResponseError(rpcErrorCodes.internalError, message)
  } finally {
    listening.dispose()
  }
}
