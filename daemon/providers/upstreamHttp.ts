/**
 * HTTP to providers: the only place that sees sockets, and the only user of undici, which is loaded on first use.
 *
 * - Redirects are not followed: a key must not travel on. A 3xx is an answer like any other.
 * - Connections are kept alive and shared by calls to the same place with the same connect limit.
 * - No time limit but the connect limit: the others belong to the attempt.
 * - Aborting closes the connection at once. Not asking for the next text stops reading from the socket.
 * - Bytes become text here. Bytes that are no UTF-8 are a protocol violation, never replacement characters.
 */
import type { Agent, Dispatcher } from 'undici'
import type { Failure } from '../../shared/domain/failure.ts'
import { failureOfBodyError, failureOfNetworkError } from './networkFailure.ts'

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

export function createUpstreamHttp(): UpstreamHttp {
  const agents = new Map<string, Agent>()
  let loading: ReturnType<typeof loadUndici> | undefined
  const agentOf = (AgentClass: typeof Agent, request: UpstreamRequest, origin: string) => {
    const key = `${request.socketPath ?? origin} ${request.connectMs}`
    const agent = agents.get(key) ?? createAgent(AgentClass, request)
    // Taken out and put in again, so that the one used longest ago stands first.
    agents.delete(key)
    agents.set(key, agent)
    closeOldest(agents)
    return agent
  }
  return {
    request: async (request, signal) => {
      const { origin, host, pathname, search } = new URL(request.url)
      const place = request.socketPath ?? host
      loading ??= loadUndici()
      const { Agent, startRequest } = await loading
      try {
        const response = await startRequest.call(agentOf(Agent, request, origin), {
          origin,
          path: pathname + search,
          method: request.method,
          headers: { ...request.headers },
          ...(request.body !== undefined && { body: request.body }),
          signal,
        })
        return answerOf(response, place, signal)
      } catch (error) {
        const failure = signal.aborted ? cancelled : failureOfNetworkError(error, place)
        if (failure === undefined) throw error
        return { type: 'failure', failure }
      }
    },
    dispose: async () => {
      const closing = [...agents.values()].map((agent) => agent.destroy())
      agents.clear()
      await Promise.all(closing)
    },
  }
}

const cancelled: Failure = { kind: 'cancelled', message: 'The call was cancelled.' }

/** The parts that a request needs, by their paths: all of undici takes several times as long to load. */
async function loadUndici() {
  const [{ default: Agent }, { default: startRequest }] = await Promise.all([
    import('undici/lib/dispatcher/agent.js'),
    import('undici/lib/api/api-request.js'),
  ])
  return { Agent, startRequest }
}

/** A connect limit that follows a deadline makes a new agent each time: only the latest are kept. */
const maxAgents = 32

function createAgent(AgentClass: typeof Agent, request: UpstreamRequest): Agent {
  const { socketPath, connectMs } = request
  return new AgentClass({
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: connectMs, ...(socketPath !== undefined && { socketPath }) },
  })
}

function closeOldest(agents: Map<string, Agent>): void {
  const [oldest] = agents
  if (agents.size <= maxAgents || oldest === undefined) return
  const [key, agent] = oldest
  agents.delete(key)
  // Waits for the calls that use it; nobody waits for this.
  void agent.close().catch(() => undefined)
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
