/** A notice of the daemon is one warning with its words, whatever happens to the connection. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDaemonConnection } from '../../../extension/daemon/daemonConnection.ts'
import type { DialedDaemon, DialOptions } from '../../../extension/daemon/dialDaemon.ts'
import { showNotices } from '../../../extension/status/showNotices.ts'
import { noticeSchema } from '../../../shared/protocol/notice.ts'

const message = 'one refused the key in ONE_KEY. Set a valid one and connect again.'
const refused = noticeSchema.parse({ kind: 'key-refused', provider: 'one', key: 'ONE_KEY', httpStatus: 401, message })

async function createWorld(warns: () => Promise<string | undefined>) {
  const warned: (readonly [string, readonly string[]])[] = []
  const ran: string[] = []
  const logged: string[] = []
  const dials: Pick<DialOptions, 'onNotification' | 'onClose'>[] = []
  const daemon: DialedDaemon = { daemonVersion: '1', request: () => Promise.reject(new Error()), dispose: () => {} }
  const connection = createDaemonConnection({
    readDiscovery: async () => ({}),
    dial: async (options) => {
      dials.push(options)
      return daemon
    },
    startDaemon: async () => {},
    wallMs: () => 0,
    startTimer: () => () => {},
    log: () => {},
  })
  const notices = showNotices(connection, {
    warn: (words, actions) => {
      warned.push([words, actions])
      return warns()
    },
    run: async (command) => void ran.push(command),
    log: (words) => void logged.push(words),
  })
  await connection.connectIfRunning()
  return { connection, dials, notices, warned, ran, logged }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('a refused key is one warning with the notice’s words, and its button opens the configuration', async () => {
  const { dials, warned, ran, logged } = await createWorld(async () => 'Open Configuration')
  dials[0]?.onNotification('notice', refused)
  await settled()
  assert.deepEqual(warned, [[message, ['Open Configuration', 'Show Log']]])
  assert.deepEqual(ran, ['waybill.openConfiguration'])
  assert.deepEqual(logged, [message])
})

test('a passed mark of a budget and an endpoint that is kept out are said with what can be done', async () => {
  const { dials, warned, ran } = await createWorld(async () => 'Open Panel')
  const mark = noticeSchema.parse({ kind: 'budget-mark', budget: 'month', percent: 80, message: 'passed 80 %' })
  const barred = noticeSchema.parse({ kind: 'endpoint-barred', endpoint: 'a/x@one', message: 'too much' })
  for (const notice of [mark, barred]) dials[0]?.onNotification('notice', notice)
  await settled()
  const actions = ['Open Panel', 'Open Configuration']
  assert.deepEqual(warned, [
    ['passed 80 %', actions],
    ['too much', actions],
  ])
  assert.deepEqual(ran, ['waybill.openPanel', 'waybill.openPanel'])
})

test('a connection made again shows each notice once, and one that stands there unanswered is not shown twice', async () => {
  let answer = (_chosen: string | undefined) => {}
  const { connection, dials, warned } = await createWorld(() => new Promise((resolve) => (answer = resolve)))
  dials[0]?.onClose()
  await connection.ensureConnected()
  assert.equal(dials.length, 2)
  dials[1]?.onNotification('notice', refused)
  dials[1]?.onNotification('notice', refused)
  await settled()
  assert.equal(warned.length, 1)
  answer(undefined)
  await settled()
  dials[1]?.onNotification('notice', refused)
  assert.equal(warned.length, 2, 'a new incident')
})

test('what cannot be shown is logged, and nothing after its end is shown', async () => {
  const { dials, notices, warned, logged } = await createWorld(() => Promise.reject(new Error('no window')))
  dials[0]?.onNotification('notice', refused)
  await settled()
  assert.deepEqual(logged, [message, 'A notice could not be shown: no window'])
  notices.dispose()
  dials[0]?.onNotification('notice', refused)
  assert.equal(warned.length, 1)
})
