/**
 * The extension's composition root. `activate` creates the status item and registers commands, and returns at once; whatever is
 * heavy loads on first use. Nothing here starts a daemon: it connects if one runs, and the user's first command starts one.
 */
import * as vscode from 'vscode'
import { createDaemonConnection } from './daemon/daemonConnection.ts'
import { readDiscovery, stateFolderOf } from './daemon/discoverDaemon.ts'
import { isOlderDaemon } from './daemon/olderDaemon.ts'
import { failureOf } from './daemon/requestFailure.ts'
import type { ExtensionDependencies } from './dependencies.ts'
import { registerKeys } from './keys/registerKeys.ts'
import { registerPanel } from './panel/panel.ts'
import { registerProfiles } from './profiles/profilePick.ts'
import { createPendingPrompts } from './prompting/pendingPrompts.ts'
import { registerPrompting } from './prompting/registerPrompting.ts'
import { createRunningRequests } from './prompting/runningRequests.ts'
import { showNotices } from './status/showNotices.ts'
import { registerStatus } from './status/statusItem.ts'
import { workspaceRefOf } from './workspaceRef.ts'

declare const WAYBILL_BUILT_AT_MS: number

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Waybill', { log: true })
  const connection = connectionOf(context, log)
  const running = createRunningRequests()
  const dependencies: ExtensionDependencies = { connection, log, running, workspaceRefOf }
  context.subscriptions.push(log, connection)

  registerStatus(context, dependencies)
  registerProfiles(context, dependencies)
  registerKeys(context, dependencies)
  registerPanel(context, dependencies)
  registerPrompting(context, { ...dependencies, running, pending: createPendingPrompts(context.workspaceState) })
  const notices = showNotices(connection, {
    warn: (message, actions) => vscode.window.showWarningMessage(message, ...actions),
    run: (command) => vscode.commands.executeCommand(command),
    log: (message) => log.warn(message),
  })
  context.subscriptions.push(
    notices,
    vscode.commands.registerCommand('waybill.showLog', () => log.show(true)),
    vscode.commands.registerCommand('waybill.openConfiguration', async () => {
      const { openConfiguration } = await import('./daemon/openConfiguration.ts')
      await openConfiguration(connection).catch((error: unknown) => {
        void vscode.window.showErrorMessage(failureOf(error).message)
      })
    }),
    // Another window, editor or terminal may have started a daemon meanwhile.
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused && connection.state().kind === 'none') void connection.connectIfRunning()
    }),
  )
  setImmediate(() => void connection.connectIfRunning())
}

function connectionOf(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
  const stateFolder = stateFolderOf(process.env)
  const extensionVersion = String(context.extension.packageJSON.version)
  return createDaemonConnection({
    readDiscovery: () => readDiscovery(stateFolder),
    dial: async (options) => {
      const { dialDaemon } = await import('./daemon/dialDaemon.ts')
      return dialDaemon({ ...options, extensionVersion, environment: process.env })
    },
    isOlderDaemon: (discovery) =>
      isOlderDaemon({ version: extensionVersion, builtAtMs: WAYBILL_BUILT_AT_MS }, discovery),
    startDaemon: async () => {
      const { startDaemon } = await import('./daemon/startDaemon.ts')
      await startDaemon({ bundlePath: context.asAbsolutePath('dist/waybill.cjs'), environment: process.env })
    },
    wallMs: Date.now,
    startTimer: (delayMs, onElapsed) => {
      const timer = setTimeout(onElapsed, delayMs)
      return () => clearTimeout(timer)
    },
    log: (message) => log.info(message),
  })
}
