/** Connections over a real Unix socket in a folder of its own, ended and removed after the test. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { ConnectionOptions } from '../../../daemon/servers/connection.ts'
import { type Connections, serveConnections } from '../../../daemon/servers/connections.ts'
import { connectRawClient, type RawClient } from './rawClient.ts'

export type Serving = {
  readonly connections: Connections
  readonly socketPath: string
  readonly logLines: string[]
  readonly connect: () => Promise<RawClient>
  readonly connectWithHello: () => Promise<RawClient>
}

type ServingOptions = Pick<ConnectionOptions, 'openSession' | 'requiredToken' | 'startTimer'>

export async function startServing(context: TestContext, options: ServingOptions): Promise<Serving> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-test-'))
  const socketPath = join(folder, 'socket')
  const server = createServer()
  const logLines: string[] = []
  const write = (message: string, fields?: object): void => {
    logLines.push(`${message} ${JSON.stringify(fields ?? {})}`)
  }
  const connections = serveConnections({
    ...options,
    server,
    log: { info: write, warn: write, error: write },
    daemon: { version: '0.0.1', pid: 1, startedAtMs: 1 },
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  const clients: RawClient[] = []
  const connect = async (): Promise<RawClient> => {
    const client = await connectRawClient(socketPath)
    clients.push(client)
    return client
  }
  context.after(async () => {
    for (const client of clients) client.socket.destroy()
    await connections.closeAll(0)
    await new Promise<void>((resolve) => server.close(() => resolve()))
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    connections,
    socketPath,
    logLines,
    connect,
    connectWithHello: async () => {
      const client = await connect()
      await client.hello()
      return client
    },
  }
}

/** Waits until the condition holds; the test's own time limit ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}
