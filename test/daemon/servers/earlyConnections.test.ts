import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { keepEarlyConnections } from '../../../daemon/servers/earlyConnections.ts'
import { ownFolder } from '../../support/ownFolder.ts'
import { waitFor } from '../../support/waitFor.ts'

test('who came and spoke before the daemon was open is served once it is, and who left again is not', async (t) => {
  const { early, server, client, taken } = await rig(t)
  const [waiting, leaving] = [await client(), await client()]
  waiting.write('hello')
  await waitFor('both to be taken', () => taken() === 2)
  leaving.destroy()
  await waitFor('the one that left to be gone', () => taken() === 1)

  const served: Socket[] = []
  server.on('connection', (socket) => {
    served.push(socket)
    socket.pipe(socket)
  })
  early.handOver()
  const [answer] = await once(waiting, 'data')
  assert.equal(String(answer), 'hello')
  assert.equal(served.length, 1)

  const late = await client()
  late.write('late')
  assert.equal(String((await once(late, 'data'))[0]), 'late')
  assert.equal(served.length, 2)
})

test('when the daemon cannot open, those who wait are sent away', async (t) => {
  const { early, client, taken } = await rig(t)
  const waiting = await client()
  await waitFor('it to be taken', () => taken() === 1)
  early.drop()
  await once(waiting.resume(), 'close')
})

async function rig(t: TestContext) {
  const path = join(ownFolder(t), 'socket')
  const server = createServer()
  const early = keepEarlyConnections(server)
  server.listen(path)
  await once(server, 'listening')
  let open = 0
  server.on('connection', (socket) => {
    open += 1
    socket.once('close', () => {
      open -= 1
    })
  })
  const clients: Socket[] = []
  t.after(() => {
    for (const socket of clients) socket.destroy()
    server.close()
  })
  const client = async () => {
    const socket = connect(path)
    clients.push(socket)
    await once(socket, 'connect')
    return socket
  }
  return { early, server, client, taken: () => open }
}
