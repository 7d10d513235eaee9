/**
 * The status item: shows the connection, this workspace's profile and what today cost. Creating it asks for nothing; its
 * figures are asked for once connected, and then only when something happened that can change them.
 */
import * as vscode from 'vscode'
import { failureOf } from '../daemon/requestFailure.ts'
import type { ExtensionDependencies } from '../dependencies.ts'
import { coalesce, startSystemTimer } from '../panel/coalesce.ts'
import { type StatusFigures, statusTextOf } from './statusText.ts'
import { watchWaits } from './waitWatch.ts'
import { onWorkspaceChanged } from './windowWorkspace.ts'

const refreshGapMs = 200

export function registerStatus(context: vscode.ExtensionContext, dependencies: ExtensionDependencies): void {
  const { connection, running } = dependencies
  const item = vscode.window.createStatusBarItem('profile', vscode.StatusBarAlignment.Right, 100)
  item.name = 'Waybill'
  item.command = 'waybill.pickProfile'
  let figures: StatusFigures | undefined
  const draw = () => {
    const now = { connection: connection.state(), figures, running: running.list() }
    const status = statusTextOf({ ...now, providers: waits.providers(), nowMs: Date.now() })
    item.text = status.text
    item.tooltip = status.tooltip
    item.accessibilityInformation = { label: labelOf(status), role: 'button' }
    item.backgroundColor = status.isWarning ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined
  }
  const waits = watchWaits({
    running,
    askProviders: async () => (await connection.request('status', {})).providers,
    draw,
    log: (error) => dependencies.log.warn(`Why a prompt waits could not be asked: ${failureOf(error).message}`),
    startTimer: startSystemTimer,
  })
  const refreshing = coalesce({
    run: async () => {
      if (connection.state().kind !== 'connected') return
      try {
        figures = await figuresOf(dependencies)
      } catch (error) {
        dependencies.log.warn(`The status item got no figures: ${failureOf(error).message}`)
      }
      draw()
    },
    gapMs: refreshGapMs,
    startTimer: startSystemTimer,
  })

  draw()
  item.show()
  context.subscriptions.push(
    item,
    refreshing,
    connection.onStateChange(() => {
      draw()
      refreshing.request()
    }),
    waits,
    connection.onNotification('requestEnded', refreshing.request),
    connection.onNotification('profilesChanged', refreshing.request),
    connection.onNotification('configChanged', refreshing.request),
    onWorkspaceChanged(dependencies, refreshing.request),
    // Overnight "today" became another day.
    vscode.window.onDidChangeWindowState((state) => {
      if (state.focused) refreshing.request()
    }),
  )
  if (connection.state().kind === 'connected') refreshing.request()
}

async function figuresOf({ connection, workspaceRefOf }: ExtensionDependencies): Promise<StatusFigures> {
  const workspace = workspaceRefOf()
  const [{ profiles, current }, stats] = await Promise.all([
    connection.request('profiles', workspace === undefined ? {} : { workspace }),
    connection.request('stats', { range: 'today' }),
  ])
  const summary = profiles.find((profile) => profile.name === current.profile)
  return {
    profile: current.profile,
    isPractice: summary?.isPractice ?? false,
    endpointCount: summary?.endpointCount ?? 0,
    costToday: stats.total.cost,
  }
}

/** Screen readers would read the icon's name. */
function labelOf({ text, tooltip }: { readonly text: string; readonly tooltip: string }): string {
  return `${text.replace(/\$\([^)]*\) ?/g, '')}. ${tooltip}`
}
