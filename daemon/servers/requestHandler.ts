/**
 * What answers a request once its method is known. A handler gives the result or a ResponseError, or throws for a bug.
 * The signal aborts on `$/cancelRequest` only: a lost connection is the session's to judge.
 */
import type { ResponseError } from 'vscode-jsonrpc/node'

export type RequestHandler = (params: unknown, signal: AbortSignal) => unknown | Promise<unknown>

/** Handlers by method. */
export type RequestHandlers = ReadonlyMap<string, RequestHandler>

/** What an opened connection speaks: plain JSON-RPC or the language-server face. */
export type Face = {
  readonly requests: RequestHandlers
  /** Notifications without a handler are ignored, as JSON-RPC and LSP demand. */
  readonly notifications: ReadonlyMap<string, () => void>
  /** Answers every request in place of its handler, once it is not undefined. */
  readonly refusal: () => ResponseError<void> | undefined
}
