import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { NoDaemonError } from '../../../daemon/cli/daemonAccess.ts'
import { connectClient } from '../../../daemon/cli/daemonClient.ts'
import type { Session } from '../../../daemon/gateway/session.ts'
import { prompts } from '../../../shared/protocol/prompts.ts'
import { shutdown } from '../../../shared/protocol/shutdown.ts'
import { createFakeSessions } from '../servers/fakeSession.ts'
import { type Serving, startServing } from '../servers/serving.ts'

describe('client of the command line', { timeout: 20_000 }, () => {
  it('gets the answer of a shutdown though the daemon closes the connection right after it', async (t) => {
    for (let round = 0; round < 20; round += 1) {
      const { client } = await start(t, (serving) => ({
        shutdown: () => {
          setImmediate(() => void serving().connections.closeAll(1000))
          return { requestsInterrupted: 2 }
        },
      }))
      assert.deepEqual((await client.request(shutdown, {})).result, { requestsInterrupted: 2 })
      client.close()
    }
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
  const { socketPath } = serving
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
  } as const
  return { client: await connectClient({ socket, discovery }, { version: '0', environment: {} }) }
}
