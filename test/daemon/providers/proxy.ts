/** A real HTTP proxy and a real TLS provider on the loopback interface, for tests. */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request as startRequest } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Server, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import type { Received } from './loopback.ts'

export type TestProxy = {
  readonly address: string
  /** `CONNECT provider.test:443` or `POST http://provider.test/v1`, with what came as Proxy-Authorization. */
  readonly asked: { readonly line: string; readonly authorization: string | undefined }[]
}

export type ProxyOptions = {
  /** The loopback port that every name leads to. */
  readonly targetPort: number
  /** In place of doing what is asked: answers with this status, or never. */
  readonly refuses?: number | 'silently'
}

export async function startProxy(context: TestContext, { targetPort, refuses }: ProxyOptions): Promise<TestProxy> {
  const asked: TestProxy['asked'][number][] = []
  const note = (request: IncomingMessage) => {
    const line = `${request.method} ${request.url}`
    asked.push({ line, authorization: request.headers['proxy-authorization'] })
  }
  const server = createServer((request, response) => {
    note(request)
    if (refuses === 'silently') return
    if (refuses !== undefined) return void response.writeHead(refuses).end()
    const { pathname, search } = new URL(request.url ?? '')
    const { 'proxy-authorization': _, ...headers } = request.headers
    const onward = startRequest(
      { host: '127.0.0.1', port: targetPort, method: request.method, path: pathname + search, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    request.pipe(onward)
  })
  const tunnels = new Set<Socket>()
  server.on('connect', (request, socket: Socket) => {
    note(request)
    tunnels.add(socket)
    socket.on('error', () => undefined)
    if (refuses === 'silently') return
    if (refuses !== undefined) return void socket.end(`HTTP/1.1 ${refuses} No\r\ncontent-length: 0\r\n\r\n`)
    const onward = connect(targetPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(onward).pipe(socket)
    })
    tunnels.add(onward)
    onward.on('error', () => socket.destroy())
    socket.on('close', () => onward.destroy())
  })
  // Before the server closes: it waits for its tunnels.
  context.after(() => {
    for (const socket of tunnels) socket.destroy()
  })
  const port = await portOf(context, server)
  return { address: `127.0.0.1:${port}`, asked }
}

/** Answers every call with the same stream; its certificate is for provider.test and 127.0.0.1. */
export async function startTlsProvider(
  context: TestContext,
  stream = 'over TLS',
): Promise<{ port: number; received: Received[] }> {
  const received: Received[] = []
  const options = { cert: tlsFixture('server.pem'), key: tlsFixture('server-key.pem') }
  const server = createTlsServer(options, (request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += String(chunk)
    })
    request.on('end', () => {
      received.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body })
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(stream)
    })
  })
  // A client that does not trust it.
  server.on('tlsClientError', () => undefined)
  return { port: await portOf(context, server), received }
}

export function tlsFixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url), 'utf8')
}

async function portOf(context: TestContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  context.after(async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function')
      server.closeAllConnections()
    await closed
  })
  return (server.address() as AddressInfo).port
}
