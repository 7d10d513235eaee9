/**
 * The language-server face of a connection: the LSP (3.17) life cycle around the same `waybill/*` methods.
 *
 * It offers no editor features yet. `shutdown` and `exit` end this connection and nothing else; `processId` is not
 * acted on, because the daemon serves many editors and must outlive each of them.
 */
import { ResponseError } from 'vscode-jsonrpc/node'
import { rpcErrorCodes } from '../../../shared/protocol/errors.ts'
import type { Face, RequestHandlers } from '../requestHandler.ts'

/** The answer to `initialize`; `experimental.waybill` is what `waybill/hello` would have answered. */
export function initializeResult(version: string, helloResult: object): object {
  return {
    capabilities: { positionEncoding: 'utf-16', experimental: { waybill: helloResult } },
    serverInfo: { name: 'waybill', version },
  }
}

export function languageServerFace(waybillMethods: RequestHandlers, endConnection: () => void): Face {
  let isShutDown = false
  return {
    requests: new Map([
      ...waybillMethods,
      ['initialize', () => secondInitialize],
      [
        'shutdown',
        () => {
          isShutDown = true
          return null
        },
      ],
    ]),
    notifications: new Map([['exit', endConnection]]),
    refusal: () => (isShutDown ? afterShutdown : undefined),
  }
}

const secondInitialize = new ResponseError<void>(
  rpcErrorCodes.invalidRequest,
  'expected one initialize for each connection, found a second',
)
const afterShutdown = new ResponseError<void>(
  rpcErrorCodes.invalidRequest,
  'expected nothing but exit after shutdown, found a request',
)
