/**
 * A window of VS Code without VS Code: the extension's own connection to the daemon and its own way to follow a prompt, over
 * a real socket. It starts daemons by the given program, as the extension does by its bundle.
 */
import { randomUUID } from 'node:crypto'
import type { TestContext } from 'node:test'
import { createDaemonConnection, type OwnedDaemonConnection } from '../../extension/daemon/daemonConnection.ts'
import { dialDaemon } from '../../extension/daemon/dialDaemon.ts'
import { readDiscovery } from '../../extension/daemon/discoverDaemon.ts'
import { isOlderDaemon } from '../../extension/daemon/olderDaemon.ts'
import { startDaemon } from '../../extension/daemon/startDaemon.ts'
import { followRequest, type RequestEnd } from '../../extension/prompting/followRequest.ts'
import type { Build } from '../../shared/domain/build.ts'
import type { OwnHome } from './ownHome.ts'

export type PromptingWindow = {
  readonly connection: OwnedDaemonConnection
  readonly ask: (text: string) => Promise<{ readonly requestId: string; readonly end: RequestEnd }>
}

export function openWindow(t: TestContext, home: OwnHome, build: Build, bundlePath: string): PromptingWindow {
  const connection = createDaemonConnection({
    readDiscovery: () => readDiscovery(home.stateFolder),
    dial: (options) => dialDaemon({ ...options, extensionVersion: build.version, environment: {} }),
    isOlderDaemon: (discovery) => isOlderDaemon(build, discovery),
    startDaemon: () => startDaemon({ bundlePath, environment: home.environment }),
    wallMs: Date.now,
    startTimer: (delayMs, onElapsed) => {
      const timer = setTimeout(onElapsed, delayMs)
      return () => clearTimeout(timer)
    },
    log: () => undefined,
  })
  t.after(() => connection.dispose())
  return {
    connection,
    ask: async (text) => {
      await connection.ensureConnected()
      const requestId = randomUUID()
      const params = { requestId, prompt: { name: 'ask', text }, canRewind: true, onDisconnect: 'hold' } as const
      const request = { kind: 'send', params } as const
      const end = await followRequest(connection, request, () => undefined, new AbortController().signal)
      return { requestId, end }
    },
  }
}
