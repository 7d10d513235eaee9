import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { NoDaemonError } from '../../../daemon/cli/daemonAccess.ts'
import { connectClient } from '../../../daemon/cli/daemonClient.ts'
import type { Session } from '../../../daemon/gateway/session.ts'
import { prompts } from '../../../shared/protocol/prompts.ts'
import { shutdown } from '../../../shared/protocol/shutdown.ts'
import { createFakeSessions } from '../servers/fakeSession.ts'
import { frameOf } from '../servers/rawClient.ts'
import { type Serving, startServing } from '../servers/serving.ts'

describe('client of the command line', { timeout: 20_000 }, () => {
  it('gets an answer that lies behind other messages though the connection closes right after it', async (t) => {
    const notification = frameOf({ jsonrpc: '2.0', method: 'waybill/profiles/changed', params: {} })
    const others = Array.from({ length: 50 }, () => notification)
    const server = createServer((socket) => {
      socket.once('data', () => {
        const daemon = { version: '0', pid: 1, startedAtMs: 1 }
        socket.write(frameOf({ jsonrpc: '2.0', id: 0, result: { protocolVersion: 1, daemon, environmentNames: [] } }))
        socket.once('data', () => {
          const answer = frameOf({ jsonrpc: '2.0', id: 1, result: { requestsInterrupted: 2 } })
          socket.end(Buffer.concat([...others, answer]))
        })
      })
    })
    const folder = mkdtempSync(join(tmpdir(), 'waybill-test-'))
    t.after(() => {
      server.close()
      rmSync(folder, { recursive: true, force: true })
    })
    await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve))
    const client = await clientOf(join(folder, 'socket'))
    assert.deepEqual((await client.request(shutdown, {})).result, { requestsInterrupted: 2 })
  })

  it('says that the daemon was lost when the connection closes without an answer', async (t) => {
    const { client } = await start(t, (serving) => ({
      prompts: () => {
        void serving().connections.closeAll(0)
        return new Promise<never>(() => undefined) as never
      },
    }))
    await assert.rejects(client.request(prompts, {}), NoDaemonError)
  })

  it('says which side to update when no version is common, and that a daemon on its way out hands over', async (t) => {
    const { socketPath } = await startServing(t, createFakeSessions())
    const refusalOf = (min: number, max: number, handOver: object) =>
      clientOf(socketPath, { protocolVersions: { min, max } }, handOver).then(
        () => assert.fail('not refused'),
        (error: unknown) => (error instanceof NoDaemonError ? error.message : assert.fail(String(error))),
      )
    assert.match(await refusalOf(0, 0, {}), /expected protocol version 1 to 1, found 0 to 0; update the client$/)
    assert.match(await refusalOf(2, 3, {}), /found 2 to 3; update the daemon \(Waybill\)$/)
    const handOverTo = { version: '9.0.0', builtAtMs: 0 }
    assert.match(await refusalOf(2, 3, { handOverTo }), /; it hands over to 9\.0\.0 once no request is under way/)
  })

  it('refuses an answer that this build does not know', async (t) => {
    const { client } = await start(t, () => ({ prompts: () => ({ prompts: 'none' }) as never }))
    await assert.rejects(client.request(prompts, {}), /expected an answer to waybill\/prompts as this build knows it/)
    client.close()
  })
})

async function start(t: TestContext, change: (serving: () => Serving) => Partial<Session>) {
  let serving: Serving | undefined
  const current = (): Serving => serving ?? assert.fail('not serving yet')
  const sessions = createFakeSessions((session) => ({ ...session, ...change(current) }))
  serving = await startServing(t, sessions)
  return { client: await clientOf(serving.socketPath) }
}

async function clientOf(socketPath: string, identity: object = {}, announced: object = {}) {
  const socket = connect(socketPath)
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  const protocolVersions = { min: 1, max: 1 }
  const discovery = {
    schema: 1,
    pid: 1,
    socketPath,
    token: 't',
    version: '0',
    protocolVersions,
    startedAtMs: 1,
    ...announced,
  } as const
  return connectClient({ socket, discovery }, { version: '0', environment: {}, ...identity })
}
