/**
 * The life of one connection: first message, then requests until its socket ends, closes or fails, whichever comes
 * first; then its session is disposed. One that never opens a session is closed after a minute, so that it does not keep
 * the daemon up. Whatever a client sends or omits, nothing here throws out of a socket's event,
 * and no other connection is touched.
 */
import type { Socket } from 'node:net'
import { createMessageConnection, type Logger, type Message, ResponseError } from 'vscode-jsonrpc/node'
import type * as z from 'zod'
import { rpcErrorCodes } from '../../shared/protocol/errors.ts'
import { hello } from '../../shared/protocol/hello.ts'
import type { Clock, Log } from '../gateway/ports.ts'
import type { OpenSession, Session } from '../gateway/session.ts'
import { answerOf } from './answer.ts'
import { createFrameReader, createFrameWriter } from './framing.ts'
import { initializeResult, languageServerFace } from './lsp/languageServer.ts'
import type { MessageProblem } from './messageShape.ts'
import { isRefusal, type Opening, openingOfHello, openingOfInitialize, type Refusal } from './opening.ts'
import { createReadAhead } from './readAhead.ts'
import type { Face, RequestHandler, RequestHandlers } from './requestHandler.ts'
import { eventMessage, waybillMethods } from './rpc/waybillMethods.ts'

export type ConnectionOptions = {
  readonly openSession: OpenSession
  readonly log: Log
  readonly daemon: z.infer<(typeof hello)['result']>['daemon']
  /** On Windows, where a pipe's access list is not enough: what the first message must carry. */
  readonly requiredToken?: string
  /** Default: the system's timer. */
  readonly startTimer?: Clock['startTimer']
}

/** How long a connection may be without `waybill/hello` or `initialize`. */
const openingLimitMs = 60_000

/** Above this much unread output no further requests are read. */
const readingStopsBytes = 8 * 1024 * 1024
/** Above this much the client is taken for dead. */
const unreadLimitBytes = 64 * 1024 * 1024
const readAheadLimit = 256

export function startConnection(socket: Socket, options: ConnectionOptions): void {
  const { log, daemon } = options
  const readAhead = createReadAhead()
  let session: Session | undefined
  let face: Face | undefined

  const writer = createFrameWriter(socket, {
    unreadLimitBytes,
    onUnread: () => {
      log.warn('connection closed: its client does not read', { unreadLimitBytes })
      socket.destroy()
    },
  })
  const reader = createFrameReader(socket, {
    onRead: readAhead.onRead,
    onBroken: (problem) => {
      log.warn('connection closed: its bytes are no messages', { problem })
      socket.destroy()
    },
    onUnreadable: (problem) => writer.send(errorMessage(problem)),
    mayRead: () => readAhead.count() < readAheadLimit && writer.pendingBytes() < readingStopsBytes,
  })
  const connection = createMessageConnection(reader, writer, loggerOf(log), {
    messageStrategy: {
      handleMessage: (message, next) => {
        readAhead.onDispatch(message)
        reader.resume()
        // Typed as void, yet a promise: without it a failure to answer would be nobody's.
        return next(message)
      },
    },
  })

  connection.onRequest((method, params, token) => answerOf({ method, params, token, handler: handlerOf(method), log }))
  connection.onNotification((method) => {
    if (face === undefined && method === 'exit') socket.end()
    face?.notifications.get(method)?.()
  })
  socket.on('drain', reader.resume)
  socket.once('end', end)
  socket.once('close', end)
  socket.on('error', (error) => {
    log.info('connection lost', { error: error.message })
    end()
  })
  const stopOpeningTimer = (options.startTimer ?? startSystemTimer)(openingLimitMs, () => {
    log.info('connection closed: it was not opened in time', { openingLimitMs })
    socket.destroy()
  })
  connection.listen()

  function handlerOf(method: string): RequestHandler | undefined {
    if (face === undefined) return openers.get(method) ?? (() => notOpen(method))
    const refusal = face.refusal()
    return refusal === undefined ? face.requests.get(method) : () => refusal
  }

  const openers: RequestHandlers = new Map([
    [hello.method, (params) => open(openingOfHello(params, options.requiredToken), (requests) => plainFace(requests))],
    [
      'initialize',
      (params) => {
        const opened = open(openingOfInitialize(params, options.requiredToken), (requests) =>
          languageServerFace(requests, () => socket.end()),
        )
        return opened instanceof ResponseError ? opened : initializeResult(daemon.version, opened)
      },
    ],
  ])

  function open(opening: Opening | Refusal, faceOf: (requests: RequestHandlers) => Face): object {
    if (isRefusal(opening)) {
      // Only once the answer is on its way.
      if (opening.endsConnection) setImmediate(() => socket.end())
      return opening.error
    }
    const opened = options.openSession({ ...opening.session, onEvent: (event) => writer.send(eventMessage(event)) })
    session = opened
    stopOpeningTimer()
    face = faceOf(waybillMethods(opened, writer))
    return { protocolVersion: opening.protocolVersion, daemon, environmentNames: opened.environmentNames() }
  }

  function end(): void {
    socket.off('end', end)
    socket.off('close', end)
    stopOpeningTimer()
    if (reader.isCutShort()) log.warn('connection ended in the middle of a message')
    connection.dispose()
    try {
      session?.dispose()
    } catch (error) {
      log.error('bug: a session could not be disposed', { stack: error instanceof Error ? error.stack : String(error) })
    }
    session = undefined
  }
}

/**
 * The library's default logger would turn an editor killed in mid-request into an unhandled rejection. Its messages
 * carry what the client sent after their first line.
 */
function loggerOf(log: Log): Logger {
  const warn = (message: string): void => log.warn(message.split('\n', 1)[0] ?? '')
  return { error: warn, warn, info: warn, log: warn }
}

function startSystemTimer(delayMs: number, onElapsed: () => void): () => void {
  const timer = setTimeout(onElapsed, delayMs)
  timer.unref()
  return () => clearTimeout(timer)
}

function plainFace(requests: RequestHandlers): Face {
  return { requests, notifications: new Map(), refusal: () => undefined }
}

function notOpen(method: string): ResponseError<void> {
  const message = `expected ${hello.method} or initialize as the first message, found ${method}`
  return new ResponseError(rpcErrorCodes.serverNotInitialized, message)
}

function errorMessage(problem: MessageProblem): Message {
  const { id, code, message } = problem
  return { jsonrpc: '2.0', id, error: { code, message } } as Message
}
