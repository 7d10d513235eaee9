// What a dead endpoint costs: a real daemon over real sockets, with somebody else who could answer.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import type { Waybill } from '../../shared/domain/waybill.ts'
import { answerWith, startProvider } from '../support/loopbackProvider.ts'
import { ownHome } from '../support/ownHome.ts'
import { connectClient, type RpcClient, resultOf } from '../support/rpcClient.ts'
import { startDaemon } from '../support/waybillProgram.ts'

const requestCount = 200
const openMs = 10_000
const firstTokenMs = 150

type Dead = { readonly name: string; readonly start: (t: TestContext) => Promise<{ readonly baseUrl: string }> }

const deads: readonly Dead[] = [
  { name: 'refuses connections', start: startClosed },
  { name: 'accepts and hangs', start: startHanging },
]

/** Several at a time: most of their time they wait. */
describe('dead endpoint', { concurrency: 2 }, () => {
  for (const { name, start } of deads) {
    for (const concurrency of [1, 8]) {
      test(`an endpoint that ${name} costs few of ${requestCount} requests their first attempt, ${concurrency} at a time`, async (t) => {
        const dead = await start(t)
        const well = await startProvider(t, (call) => answerWith(call, ['well']))
        const home = ownHome(t, configFor(dead.baseUrl, well.baseUrl))
        const client = await connectClient((await startDaemon(home)).socketPath)
        const startedAtMs = performance.now()
        const waybills: Waybill[] = []
        let started = 0
        const worker = async () => {
          while (started < requestCount) {
            started += 1
            waybills.push(await askOnce(client))
          }
        }
        await Promise.all(Array.from({ length: concurrency }, worker))
        const tookMs = performance.now() - startedAtMs
        const firsts = waybills.filter(({ attempts }) => attempts[0]?.provider === 'dead').length
        const all = waybills.flatMap(({ attempts }) => attempts).filter(({ provider }) => provider === 'dead').length
        t.diagnostic(`${firsts} of ${requestCount} first attempts, ${all} attempts, ${Math.round(tookMs)} ms in all`)
        assert.ok(waybills.every(({ attempts }) => attempts.at(-1)?.provider === 'well'))
        // Three open the breaker while the others under way find out, too; then one probe each time it is half-open.
        const probes = Math.floor(tookMs / openMs)
        assert.ok(firsts >= 3 && firsts <= 2 + concurrency + probes, `${firsts} first attempts`)
        assert.equal(all, firsts)
        await client.close()
      })
    }
  }
})

/** Where somebody listened until just now. */
async function startClosed(): Promise<{ readonly baseUrl: string }> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return { baseUrl: `http://127.0.0.1:${port}/v1` }
}

async function startHanging(t: TestContext): Promise<{ readonly baseUrl: string }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.resume()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` }
}

function configFor(dead: string, well: string): object {
  const providerAt = (baseUrl: string, model: string) => ({
    kind: 'custom',
    baseUrl,
    ...(model === 'test/dead' && { timeouts: { firstTokenMs } }),
    models: [{ model, price: { input: '1', output: '2' } }],
  })
  return {
    schema: 1,
    providers: { dead: providerAt(dead, 'test/dead'), well: providerAt(well, 'test/well') },
    profiles: { work: { models: ['test/dead', 'test/well'] } },
    defaultProfile: 'work',
  }
}

async function askOnce(client: RpcClient): Promise<Waybill> {
  const result = await resultOf(client.chat({ messages: [{ role: 'user', content: 'why?' }], canRewind: true }))
  assert.ok(result.state === 'ended')
  return result.waybill
}
