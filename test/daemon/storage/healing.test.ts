import assert from 'node:assert/strict'
import { once } from 'node:events'
import { linkSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { healSocket } from '../../../daemon/storage/healing.ts'
import { discoveryFileName } from '../../../shared/protocol/discovery.ts'
import { ownFolder } from '../../support/ownFolder.ts'

const socketName = 'waybill.sock'
const privateName = 'aaaaaaaaaaaa.bind'

test('of a killed daemon the socket goes, and the file that clients would still find it by', async (t) => {
  const { heal, names, listen } = rig(t)
  const dead = await listen('dead.bind', socketName)
  dead.close()
  await once(dead, 'close')
  await listen(privateName)
  assert.deepEqual(names(), [privateName, discoveryFileName, socketName])
  assert.equal(await heal(), 'healed')
  assert.deepEqual(names(), [privateName])
})

test('of a living daemon both stay', async (t) => {
  const { heal, names, listen } = rig(t)
  await listen('living.bind', socketName)
  await listen(privateName)
  assert.equal(await heal(), 'healed')
  assert.deepEqual(names(), [privateName, discoveryFileName, 'living.bind', socketName])
})

test('where somebody has healed already, nothing is removed: the file may be a new daemon’s', async (t) => {
  const { heal, names, listen } = rig(t)
  await listen(privateName)
  assert.equal(await heal(), 'healed')
  assert.deepEqual(names(), [privateName, discoveryFileName])
})

test('while another starter heals, both stay', async (t) => {
  const { heal, names, listen } = rig(t)
  const dead = await listen('dead.bind', socketName)
  dead.close()
  await once(dead, 'close')
  await listen('other.bind', 'bbbbbbbbbbbb.claim')
  await listen(privateName)
  assert.equal(await heal(), 'taken')
  assert.ok(names().includes(socketName) && names().includes(discoveryFileName))
})

function rig(t: TestContext) {
  const folder = ownFolder(t)
  const socketPath = join(folder, socketName)
  writeFileSync(join(folder, discoveryFileName), '{}')
  const listen = async (name: string, alsoAs?: string): Promise<Server> => {
    const server = createServer((socket) => socket.destroy())
    t.after(() => server.close())
    server.listen(join(folder, name))
    await once(server, 'listening')
    if (alsoAs !== undefined) linkSync(join(folder, name), join(folder, alsoAs))
    return server
  }
  return {
    listen,
    heal: () => healSocket({ socketPath, folder, stateFolder: folder }, privateName),
    names: () => readdirSync(folder).sort(),
  }
}
