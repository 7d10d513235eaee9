/**
 * Opens one connection to a running daemon and says hello. The `DialedDaemon` is good until `onClose` has called back, once;
 * then every request under way has been rejected as lost. Rejects with a `connectionLostError` when nobody answers within 5 s,
 * and with another request error when the daemon answers but cannot be used (such as versions that do not overlap).
 *
 * Loading this file loads vscode-jsonrpc and all schemas: import it on first use.
 */
import { connect, type Socket } from 'node:net'
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node'
import type * as z from 'zod'
import { type Discovery, discoverySchema } from '../../shared/protocol/discovery.ts'
import { requestErrorDataSchema, rpcErrorCodes } from '../../shared/protocol/errors.ts'
import { hello, type Topic } from '../../shared/protocol/hello.ts'
import { protocolVersions } from '../../shared/protocol/version.ts'
import type { NotificationName, NotificationOf, ParamsOf, RequestName, ResultOf } from './connection.ts'
import { createDispatchWatch } from './dispatchWatch.ts'
import { notificationTypes, requestTypes } from './protocolMessages.ts'
import { connectionLostError, daemonHungError, requestError } from './requestFailure.ts'
import { decodeChatParts } from './streamFrames.ts'

export type DialOptions = {
  /** What `readDiscovery` gave. */
  readonly discovery: unknown
  readonly extensionVersion: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly onNotification: <Name extends NotificationName>(name: Name, params: NotificationOf<Name>) => void
  readonly onClose: () => void
  /** Calls back once after `delayMs`; the returned function takes it back. Default: the system's timer. */
  readonly startTimer?: (delayMs: number, onElapsed: () => void) => () => void
}

export type DialedDaemon = {
  readonly daemonVersion: string
  readonly request: <Name extends RequestName>(
    name: Name,
    params: ParamsOf<Name>,
    signal?: AbortSignal,
  ) => Promise<ResultOf<Name>>
  readonly dispose: () => void
}

const patienceMs = 5000
/** Others would be told to nobody, and `stats` is costly to be told. */
const heardTopics: readonly Topic[] = ['requests', 'profiles', 'config', 'notices']

export async function dialDaemon(options: DialOptions): Promise<DialedDaemon> {
  const discovery = discoverySchema.safeParse(options.discovery)
  if (!discovery.success) throw connectionLostError('The file by which the Waybill daemon is found cannot be read.')
  const socket = connect(discovery.data.socketPath)
  let isHung = false
  // A daemon that hangs accepts connections and says nothing: the system does that for it.
  const stopWaiting = (options.startTimer ?? startSystemTimer)(patienceMs, () => {
    isHung = true
    socket.destroy()
  })
  try {
    await opened(socket)
    return await sayHello(socket, discovery.data, options)
  } catch (error) {
    throw isHung ? hungError(discovery.data.pid) : error
  } finally {
    stopWaiting()
  }
}

async function sayHello(socket: Socket, discovery: Discovery, options: DialOptions): Promise<DialedDaemon> {
  const watch = createDispatchWatch()
  const reader = new StreamMessageReader(socket)
  const rpc = createMessageConnection(reader, new StreamMessageWriter(socket), undefined, {
    messageStrategy: watch.strategy,
  })
  let isClosed = false
  const close = () => {
    if (isClosed) return
    isClosed = true
    // Rejects what is still waiting for an answer; the close of a stream alone does not.
    rpc.dispose()
    socket.destroy()
    options.onClose()
  }
  /** The connection is closed, and what came before that is being heard. */
  let ending: Promise<void> | undefined
  // A daemon that ends answers first and closes at once: what it said is still to be heard.
  rpc.onClose(() => {
    ending = new Promise((settle) => {
      watch.afterAll(() => {
        close()
        settle()
      })
    })
  })
  rpc.onError(close)
  listen(rpc, options)
  rpc.listen()
  try {
    const answer = await call(rpc, hello, helloParams(discovery, options.extensionVersion))
    const environment = valuesOf(answer.environmentNames, options.environment)
    if (Object.keys(environment).length > 0) await call(rpc, requestTypes.environmentSet, { environment })
    return {
      daemonVersion: answer.daemon.version,
      request: async (name, params, signal) => {
        try {
          return (await call(rpc, requestTypes[name], params, signal)) as ResultOf<typeof name>
        } catch (error) {
          // Who asks again at once, and again, would leave no turn in which the end could be told.
          await ending
          throw error
        }
      },
      dispose: close,
    }
  } catch (error) {
    close()
    throw error
  }
}

function opened(socket: Socket): Promise<void> {
  return new Promise((settle, reject) => {
    const onFailed = () => reject(connectionLostError('The Waybill daemon does not answer.'))
    // A socket that is destroyed while it connects says `close` alone.
    socket.once('error', onFailed).once('close', onFailed)
    socket.once('connect', settle)
  })
}

function hungError(pid: number): Error {
  return daemonHungError(
    `The Waybill daemon (process ${pid}) runs but did not answer within ${patienceMs / 1000} s. ` +
      '"waybill doctor" in a terminal says what is wrong; "Waybill: Show Log" has more.',
  )
}

function startSystemTimer(delayMs: number, onElapsed: () => void): () => void {
  const timer = setTimeout(onElapsed, delayMs)
  return () => clearTimeout(timer)
}

function helloParams(discovery: Discovery, extensionVersion: string): z.input<(typeof hello)['params']> {
  return {
    protocolVersions,
    client: { name: 'vscode', version: extensionVersion },
    token: discovery.token,
    subscribe: heardTopics,
  }
}

function valuesOf(
  names: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const entries = names.map((name) => [name, environment[name] ?? ''] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== ''))
}

function listen(rpc: MessageConnection, { onNotification }: DialOptions): void {
  rpc.onNotification(notificationTypes.chatParts.method, (params: unknown) => {
    const parts = decodeChatParts(params)
    if (parts !== undefined) onNotification('chatParts', parts)
  })
  for (const name of ['configChanged', 'notice', 'profilesChanged', 'requestEnded'] as const) {
    rpc.onNotification(notificationTypes[name].method, (params: unknown) => {
      const decoded = notificationTypes[name].params.safeParse(params)
      if (decoded.success) onNotification(name, decoded.data)
    })
  }
}

async function call<Type extends { readonly method: string; readonly params: z.ZodType; readonly result: z.ZodType }>(
  rpc: MessageConnection,
  type: Type,
  params: z.input<Type['params']>,
  signal?: AbortSignal,
): Promise<z.output<Type['result']>> {
  const cancellation = new CancellationTokenSource()
  const cancel = () => cancellation.cancel()
  if (signal?.aborted === true) throw requestError({ kind: 'cancelled', message: 'It was stopped before it was sent.' })
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    const result = type.result.safeParse(await rpc.sendRequest(type.method, params, cancellation.token))
    if (result.success) return result.data as z.output<Type['result']>
  } catch (error) {
    throw decodedError(error)
  } finally {
    signal?.removeEventListener('abort', cancel)
    cancellation.dispose()
  }
  throw requestError({
    kind: 'protocol-violation',
    message: `The daemon's answer to ${type.method} is not of this version. Update the extension and the daemon to one version.`,
  })
}

function decodedError(error: unknown): Error {
  // Only a daemon's answer is a ResponseError with one of its codes; vscode-jsonrpc makes its own for what never got an answer.
  if (!(error instanceof ResponseError) || isOfTheLibrary(error.code)) {
    return connectionLostError('The connection to the Waybill daemon was lost before it answered.')
  }
  const data = requestErrorDataSchema.safeParse(error.data)
  if (data.success) return requestError(data.data.failure, data.data.waybill)
  const kind = error.code === rpcErrorCodes.internalError ? 'protocol-violation' : 'invalid-request'
  return requestError({ kind, message: error.message })
}

/** vscode-jsonrpc: PendingResponseRejected and the codes around it, -32099 to -32095. */
function isOfTheLibrary(code: number): boolean {
  return code >= -32099 && code <= -32095
}
