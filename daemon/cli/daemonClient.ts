/**
 * A plain JSON-RPC client of the daemon, typed by the constants of the protocol. An expected failure is a value; a lost
 * connection is a NoDaemonError. Results are decoded, so that an older or newer daemon cannot put something unexpected
 * into a verb.
 */
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node'
import type * as z from 'zod'
import { buildWords } from '../../shared/domain/newerBuild.ts'
import type { StreamPart } from '../../shared/domain/streamPart.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import { chatParts, requestEnded } from '../../shared/protocol/chat.ts'
import type { Discovery } from '../../shared/protocol/discovery.ts'
import { type RequestErrorData, requestErrorDataSchema } from '../../shared/protocol/errors.ts'
import { environmentSet, hello, type Topic } from '../../shared/protocol/hello.ts'
import type { RequestType } from '../../shared/protocol/messageType.ts'
import { protocolVersions } from '../../shared/protocol/version.ts'
import { LostDaemonError, NoDaemonError, type ReachedDaemon } from './daemonAccess.ts'

/** A request that the daemon answered with an error. */
export type Refused = {
  readonly code: number
  readonly message: string
  readonly data?: RequestErrorData
}

export type Answer<Result> =
  | { readonly result: Result; readonly refused?: never }
  | { readonly result?: never; readonly refused: Refused }

export type DaemonClient = {
  /** Aborting the signal sends `$/cancelRequest`; the answer still comes. */
  readonly request: <Params extends z.ZodType, Result extends z.ZodType>(
    type: RequestType<Params, Result>,
    params: z.input<Params>,
    signal?: AbortSignal,
  ) => Promise<Answer<z.infer<Result>>>
  readonly onParts: (listener: (parts: readonly StreamPart[]) => void) => void
  /** Of any client; only after subscribing to `requests`. */
  readonly onRequestEnded: (listener: (waybill: Waybill) => void) => void
  /** Settles when the signal aborts, throws a NoDaemonError when the connection is lost. */
  readonly untilLost: (signal: AbortSignal) => Promise<void>
  /** Hands over this process's values of those variables that it has. */
  readonly giveEnvironment: (names: readonly string[]) => Promise<void>
  readonly daemonVersion: string
  readonly close: () => void
}

export type ClientIdentity = {
  readonly version: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Default: those of this build. */
  readonly protocolVersions?: Discovery['protocolVersions']
}

/** Says hello and gives the values of the environment variables that the configuration names. */
export async function connectClient(
  reached: ReachedDaemon,
  identity: ClientIdentity,
  subscribe: readonly Topic[] = [],
): Promise<DaemonClient> {
  const { socket, discovery } = reached
  const silent = { error: ignore, warn: ignore, info: ignore, log: ignore }
  let dispatchedCount = 0
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket), silent, {
    messageStrategy: {
      handleMessage: (message, next) => {
        dispatchedCount += 1
        return next(message)
      },
    },
  })
  const lost = lossOf(connection, () => dispatchedCount)
  socket.on('error', ignore)
  connection.listen()

  const request: DaemonClient['request'] = async (type, params, signal) => {
    const source = new CancellationTokenSource()
    const cancel = () => source.cancel()
    if (signal?.aborted === true) cancel()
    signal?.addEventListener('abort', cancel)
    try {
      const answer = await Promise.race([connection.sendRequest<unknown>(type.method, params, source.token), lost])
      return decodedAnswer(type, answer)
    } catch (error) {
      if (error instanceof ResponseError) return { refused: refusedOf(error) }
      throw error
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  const greeting = await request(hello, {
    protocolVersions: identity.protocolVersions ?? protocolVersions,
    client: { name: 'waybill-cli', version: identity.version },
    token: discovery.token,
    ...(subscribe.length > 0 && { subscribe }),
    ...userOf(identity.environment),
  })
  if (greeting.refused !== undefined) {
    connection.dispose()
    socket.destroy()
    const { handOverTo } = discovery
    const soon =
      handOverTo === undefined
        ? ''
        : `; it hands over to ${buildWords(handOverTo)} once no request is under way: try again then`
    throw new NoDaemonError(`the daemon refused this client: ${greeting.refused.message}${soon}`)
  }
  const giveEnvironment: DaemonClient['giveEnvironment'] = async (names) => {
    const environment = knownValues(names, identity.environment)
    if (Object.keys(environment).length > 0) await request(environmentSet, { environment })
  }
  await giveEnvironment(greeting.result.environmentNames)

  return {
    request,
    giveEnvironment,
    onParts: (listener) => {
      connection.onNotification(chatParts.method, (params: unknown) => {
        const decoded = chatParts.params.safeParse(params)
        if (decoded.success) listener(decoded.data.parts)
      })
    },
    onRequestEnded: (listener) => {
      connection.onNotification(requestEnded.method, (params: unknown) => {
        const decoded = requestEnded.params.safeParse(params)
        if (decoded.success) listener(decoded.data.waybill)
      })
    },
    untilLost: async (signal) => {
      const aborted = new Promise<void>((resolve) => {
        if (signal.aborted) resolve()
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
      await Promise.race([aborted, lost])
    },
    daemonVersion: greeting.result.daemon.version,
    close: () => {
      connection.dispose()
      socket.end()
      socket.destroySoon()
    },
  }
}

function decodedAnswer<Result extends z.ZodType>(
  type: RequestType<z.ZodType, Result>,
  answer: unknown,
): Answer<z.infer<Result>> {
  const decoded = type.result.safeParse(answer)
  if (decoded.success) return { result: decoded.data }
  throw new NoDaemonError(
    `expected an answer to ${type.method} as this build knows it, found another; run \`waybill stop\` and try again`,
  )
}

function refusedOf(error: ResponseError<unknown>): Refused {
  const data = requestErrorDataSchema.safeParse(error.data)
  const { code, message } = error
  return data.success ? { code, message, data: data.data } : { code, message }
}

/**
 * Rejects once the connection closed and everything that came before is dispatched: the connection dispatches one
 * message a turn of the event loop, so an answer may still be on its way when the socket is gone.
 */
function lossOf(connection: MessageConnection, dispatchedCount: () => number): Promise<never> {
  const lost = new Promise<never>((_, reject) => {
    const look = (seenCount: number): void => {
      setImmediate(() => {
        const count = dispatchedCount()
        if (count > seenCount) look(count)
        else reject(new LostDaemonError(lossMessage))
      })
    }
    connection.onClose(() => setImmediate(() => look(dispatchedCount())))
  })
  // Nobody may be waiting when the daemon goes.
  lost.catch(ignore)
  return lost
}

const lossMessage = 'the connection to the daemon was lost; `waybill log` shows what became of the request'

function userOf(environment: ClientIdentity['environment']): { readonly user?: string } {
  const user = environment.WAYBILL_USER
  return user === undefined || user === '' ? {} : { user }
}

function knownValues(names: readonly string[], environment: ClientIdentity['environment']): Record<string, string> {
  const values: Record<string, string> = {}
  for (const name of names) {
    const value = environment[name]
    if (value !== undefined && value !== '') values[name] = value
  }
  return values
}

function ignore(): void {}
