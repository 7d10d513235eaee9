/** Upstreams on the loopback interface for tests: real sockets, closed when the test ends. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createRawServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import type { Network } from '../../../daemon/providers/network.ts'
import { createUpstreamHttp, type UpstreamAnswer, type UpstreamHttp } from '../../../daemon/providers/upstreamHttp.ts'
import type { Failure } from '../../../shared/domain/failure.ts'

export type Received = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export type Loopback = {
  readonly url: string
  readonly received: Received[]
  /** Sockets that were accepted, in order. */
  readonly sockets: Socket[]
}

export type Respond = (response: ServerResponse, received: Received) => void

export async function startLoopback(context: TestContext, respond: Respond): Promise<Loopback> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    readBody(request)
      .then((body) => {
        const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
        received.push(one)
        respond(response, one)
      })
      // The client left before its request was whole.
      .catch(() => undefined)
  })
  return { ...(await listening(context, server)), received }
}

/** Plain TCP, for what is no HTTP. */
export async function startRawLoopback(context: TestContext, onSocket: (socket: Socket) => void): Promise<Loopback> {
  return { ...(await listening(context, createRawServer(onSocket))), received: [] }
}

export function ownHttp(context: TestContext, network?: Network): UpstreamHttp {
  const http = createUpstreamHttp(network && (() => network))
  context.after(() => http.dispose())
  return http
}

export const streamHead = { 'content-type': 'text/event-stream; charset=utf-8' }

export async function answered(outcome: ReturnType<UpstreamHttp['request']>): Promise<UpstreamAnswer> {
  const answer = await outcome
  if (answer.type === 'failure') throw new Error(`expected an answer, got ${answer.failure.message}`)
  return answer
}

export async function collected(texts: AsyncIterable<string | Failure>): Promise<readonly (string | Failure)[]> {
  const items: (string | Failure)[] = []
  for await (const item of texts) items.push(item)
  return items
}

type AnyServer = ReturnType<typeof createRawServer>

async function listening(context: TestContext, server: AnyServer): Promise<{ url: string; sockets: Socket[] }> {
  const sockets: Socket[] = []
  server.on('connection', (socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  context.after(async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}
