/**
 * The panel, in the side bar (view `waybill.panel`) and in an editor tab (command `waybill.openPanel`): the same page twice,
 * each with a session of its own. Showing the view starts no daemon; the command does.
 */
import { randomBytes } from 'node:crypto'
import * as vscode from 'vscode'
import { failureOf } from '../daemon/requestFailure.ts'
import type { ExtensionDependencies } from '../dependencies.ts'
import { onWorkspaceChanged } from '../status/windowWorkspace.ts'
import { startSystemTimer } from './coalesce.ts'
import type { PanelAction } from './messages.ts'
import { panelHtml } from './panelHtml.ts'
import { type PanelSurface, startPanelSession } from './panelSession.ts'

const viewId = 'waybill.panel'
const tabType = 'waybill.panelTab'

export function registerPanel(context: vscode.ExtensionContext, dependencies: ExtensionDependencies): void {
  const { connection } = dependencies
  let tab: vscode.WebviewPanel | undefined

  const fillTab = (panel: vscode.WebviewPanel) => {
    tab = panel
    panel.iconPath = vscode.Uri.joinPath(context.extensionUri, 'extension', 'media', 'waybill.svg')
    const session = fill(context, dependencies, tabSurface(panel))
    panel.onDidDispose(() => {
      session.dispose()
      if (tab === panel) tab = undefined
    })
  }

  context.subscriptions.push(
    vscode.window.registerWebviewViewProvider(viewId, {
      resolveWebviewView: (view) => {
        const session = fill(context, dependencies, viewSurface(view))
        view.onDidDispose(() => session.dispose())
        void connection.connectIfRunning()
      },
    }),
    vscode.window.registerWebviewPanelSerializer(tabType, {
      deserializeWebviewPanel: async (panel) => {
        fillTab(panel)
        await connection.connectIfRunning()
      },
    }),
    vscode.commands.registerCommand('waybill.openPanel', async () => {
      if (tab === undefined) fillTab(vscode.window.createWebviewPanel(tabType, 'Waybill', vscode.ViewColumn.Active))
      else tab.reveal()
      await connect(dependencies)
    }),
    { dispose: () => tab?.dispose() },
  )
}

type Filled = PanelSurface & { readonly webview: vscode.Webview; readonly host: 'view' | 'editor' }

function viewSurface(view: vscode.WebviewView): Filled {
  return {
    ...messagesOf(view.webview),
    webview: view.webview,
    host: 'view',
    isVisible: () => view.visible,
    onVisibilityChange: (listener) => view.onDidChangeVisibility(() => listener()),
  }
}

function tabSurface(panel: vscode.WebviewPanel): Filled {
  return {
    ...messagesOf(panel.webview),
    webview: panel.webview,
    host: 'editor',
    isVisible: () => panel.visible,
    onVisibilityChange: (listener) => panel.onDidChangeViewState(() => listener()),
  }
}

function messagesOf(webview: vscode.Webview): Pick<PanelSurface, 'post' | 'onMessage'> {
  return {
    // A page that went away meanwhile hears nothing, and asks again when it is back.
    post: (message) => void webview.postMessage(message),
    onMessage: (listener) => webview.onDidReceiveMessage(listener),
  }
}

function fill(
  context: vscode.ExtensionContext,
  dependencies: ExtensionDependencies,
  surface: Filled,
): vscode.Disposable {
  const { webview, host } = surface
  const dist = vscode.Uri.joinPath(context.extensionUri, 'dist')
  const session = startPanelSession(surface, {
    connection: dependencies.connection,
    workspaceRefOf: () => dependencies.workspaceRefOf(),
    onWorkspaceChanged: (listener) => onWorkspaceChanged(dependencies, listener),
    nowMs: Date.now,
    startTimer: startSystemTimer,
    act: (action) => void act(action, dependencies),
    warn: (line) => dependencies.log.warn(line),
  })
  webview.options = { enableScripts: true, localResourceRoots: [dist] }
  webview.html = panelHtml({
    nonce: randomBytes(18).toString('hex'),
    scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'panel.js')).toString(),
    styleUri: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'panel.css')).toString(),
    host,
  })
  return session
}

async function act(action: PanelAction, dependencies: ExtensionDependencies): Promise<void> {
  switch (action) {
    case 'connect':
      return connect(dependencies)
    case 'show-log':
      return dependencies.log.show()
    case 'run-prompt':
      await vscode.commands.executeCommand('waybill.runPrompt')
      return
    case 'pick-profile':
      await vscode.commands.executeCommand('waybill.pickProfile')
      return
  }
}

async function connect({ connection }: ExtensionDependencies): Promise<void> {
  try {
    await connection.ensureConnected()
  } catch (error) {
    void vscode.window.showErrorMessage(failureOf(error).message)
  }
}
