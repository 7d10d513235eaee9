// Another client of the daemon that the extension under test uses: its own connection, found as any client finds it.

import { createDaemonConnection, type OwnedDaemonConnection } from '../../../extension/daemon/daemonConnection.ts'
import { dialDaemon } from '../../../extension/daemon/dialDaemon.ts'
import { readDiscovery, stateFolderOf } from '../../../extension/daemon/discoverDaemon.ts'

const pollMs = 20

/** Connected when it resolves; the daemon must be there or under way. Dispose it. */
export async function connectSecondClient(): Promise<OwnedDaemonConnection> {
  const connection = createDaemonConnection({
    readDiscovery: () => readDiscovery(stateFolderOf(process.env)),
    dial: (options) => dialDaemon({ ...options, extensionVersion: '0.0.0', environment: {} }),
    isOlderDaemon: () => false,
    startDaemon: () => Promise.reject(new Error('The second client starts no daemon.')),
    wallMs: Date.now,
    startTimer: (delayMs, onElapsed) => {
      const timer = setTimeout(onElapsed, delayMs)
      return () => clearTimeout(timer)
    },
    log: () => {},
  })
  await until('the second client is connected', async () => {
    await connection.connectIfRunning()
    return connection.state().kind === 'connected'
  })
  return connection
}

/** Waits for a condition; mocha's own time limit ends a wait that is in vain, and `what` then stands in the error. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const stopAtMs = Date.now() + 20_000
  while (!(await condition())) {
    if (Date.now() > stopAtMs) throw new Error(`Waited 20 s in vain until ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}
