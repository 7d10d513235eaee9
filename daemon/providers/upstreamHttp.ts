/**
 * HTTP to providers: with its agents (`upstreamAgents`) the only place that sees sockets, and the only user of undici,
 * which is loaded on first use.
 *
 * - Redirects are not followed: a key must not travel on. A 3xx is an answer like any other.
 * - Through the proxy that the network says, but never to this machine's own addresses or over private sockets.
 * - Connections are kept alive and shared by calls to the same place with the same connect limit.
 * - No time limit but the connect limit: the others belong to the attempt.
 * - Aborting closes the connection at once. Not asking for the next text stops reading from the socket.
 * - Bytes become text here. Bytes that are no UTF-8 are a protocol violation, never replacement characters.
 */
import type { Dispatcher } from 'undici'
import type { Failure } from '../../shared/domain/failure.ts'
import { directNetwork, type Network } from './network.ts'
import { failureOfBodyError, failureOfNetworkError } from './networkFailure.ts'
import { createUpstreamAgents } from './upstreamAgents.ts'

export type UpstreamRequest = {
  readonly method: 'GET' | 'POST'
  readonly url: string
  /** Path of a Unix socket or Windows pipe to speak HTTP over, in place of the URL's host. */
  readonly socketPath?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly connectMs: number
}

export type UpstreamAnswer = {
  readonly type: 'answer'
  readonly httpStatus: number
  /** Names in lower case; several of one name are joined. */
  readonly headers: Readonly<Record<string, string>>
  /**
   * Each text is what one read gave; it may be empty where a character's bytes are not yet all there. A failure
   * (`truncated`, `protocol-violation`) is the last item. After an abort it ends without a further item. To be
   * iterated once.
   */
  readonly texts: AsyncIterable<string | Failure>
  /** Closes the connection unless the body has been read to its end. */
  readonly close: () => void
  /**
   * Nothing more is wanted, but the body is all but over: reads its end so that the connection can be used again.
   * Settles, at most a second later, when the connection is free or closed.
   */
  readonly release: () => Promise<void>
}

export type UpstreamOutcome = UpstreamAnswer | { readonly type: 'failure'; readonly failure: Failure }

export type UpstreamHttp = {
  /** An aborted call answers `cancelled`. */
  readonly request: (request: UpstreamRequest, signal: AbortSignal) => Promise<UpstreamOutcome>
  /** Closes all connections, also those in use. */
  readonly dispose: () => Promise<void>
}

/** `network` is asked for each call, so that a changed configuration counts at once. */
export function createUpstreamHttp(network: () => Network = () => directNetwork): UpstreamHttp {
  const agents = createUpstreamAgents(network)
  return {
    request: async (request, signal) => {
      const { url: address, socketPath, connectMs, method, headers, body } = request
      const url = new URL(address)
      const place = socketPath ?? url.host
      // Only this part of undici: all of it takes several times as long to load.
      const { default: startRequest } = await import('undici/lib/api/api-request.js')
      const { agent, proxy } = await agents.agentFor({
        url,
        connectMs,
        ...(socketPath !== undefined && { socketPath }),
      })
      try {
        const started = startRequest.call(agent, {
          origin: url.origin,
          path: url.pathname + url.search,
          method,
          headers: { ...headers },
          ...(body !== undefined && { body }),
          signal,
        })
        const response = await unlessAborted(started, signal)
        return answerOf(response, place, signal)
      } catch (error) {
        const failure = signal.aborted ? cancelled : failureOfNetworkError(error, place, proxy?.url)
        if (failure === undefined) throw error
        return { type: 'failure', failure }
      }
    },
    dispose: agents.dispose,
  }
}

const cancelled: Failure = { kind: 'cancelled', message: 'The call was cancelled.' }

/** undici itself notices an abort only once the connection, or a proxy's tunnel, stands. It then closes what came. */
async function unlessAborted<Value>(started: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let onAbort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([started, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

type Body = Dispatcher.ResponseData['body']

function answerOf(response: Dispatcher.ResponseData, place: string, signal: AbortSignal): UpstreamAnswer {
  const { body } = response
  // An abort between two reads would else be an unhandled error.
  body.on('error', () => undefined)
  return {
    type: 'answer',
    httpStatus: response.statusCode,
    headers: joinedHeadersOf(response.headers),
    texts: textsOf(body, place, signal),
    close: () => {
      body.destroy()
    },
    release: () => releaseBody(body),
  }
}

async function* textsOf(body: Body, place: string, signal: AbortSignal): AsyncGenerator<string | Failure> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const bytes of body.iterator({ destroyOnReturn: false })) {
      const text = decodedOf(decoder, bytes as Uint8Array)
      yield text ?? notUtf8
      if (text === undefined) return
    }
  } catch (error) {
    if (signal.aborted) return
    const failure = failureOfBodyError(error, place)
    if (failure === undefined) throw error
    yield failure
  }
}

const notUtf8: Failure = {
  kind: 'protocol-violation',
  message: 'Expected UTF-8 from the provider; it sent bytes that are none.',
}

function decodedOf(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes, { stream: true })
  } catch {
    return undefined
  }
}

/** What may come after the last event of an answer: in practice the end of the chunked body, 5 bytes. */
const maxRestBytes = 65_536
const maxRestMs = 1_000

async function releaseBody(body: Body): Promise<void> {
  if (body.closed) return
  const closed = new Promise<void>((resolve) => {
    body.once('close', resolve)
  })
  const timer = setTimeout(() => body.destroy(), maxRestMs)
  timer.unref()
  let restBytes = 0
  body.on('data', (bytes: Uint8Array) => {
    restBytes += bytes.length
    if (restBytes > maxRestBytes) body.destroy()
  })
  body.resume()
  await closed
  clearTimeout(timer)
}

function joinedHeadersOf(headers: Dispatcher.ResponseData['headers']): Readonly<Record<string, string>> {
  const joined: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return joined
}
