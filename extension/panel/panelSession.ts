/**
 * One panel that is open: answers its page with views. It asks the daemon when the page says what to show, when a request of
 * any client ended, when a profile or the workspace changed, when the connection is made, and when the panel comes back into
 * sight; never on a timer, and nothing while hidden. The last figures stay when the connection goes. The half of the panel that does; `view.ts` decides.
 */
import type { Disposable } from 'vscode'
import type { WorkspaceRef } from '../../shared/protocol/workspace.ts'
import type { DaemonConnection, ResultOf } from '../daemon/connection.ts'
import { failureOf, isConnectionLost } from '../daemon/requestFailure.ts'
import { coalesce } from './coalesce.ts'
import { localTimeOf } from './localTime.ts'
import { decodePageMessage, type HostMessage, type PanelAction } from './messages.ts'
import { type Figures, viewOf } from './view.ts'
import type { Selection } from './viewModel.ts'

/** What a webview is to the session, in a view or in a tab. */
export type PanelSurface = {
  readonly post: (message: HostMessage) => void
  readonly onMessage: (listener: (data: unknown) => void) => Disposable
  readonly isVisible: () => boolean
  readonly onVisibilityChange: (listener: () => void) => Disposable
}

export type PanelSessionDependencies = {
  readonly connection: DaemonConnection
  /** The workspace in front of the user. */
  readonly workspaceRefOf: () => WorkspaceRef | undefined
  readonly onWorkspaceChanged: (listener: () => void) => Disposable
  readonly nowMs: () => number
  readonly startTimer: (callback: () => void, delayMs: number) => Disposable
  readonly act: (action: PanelAction) => void
  /** A line for the log: never a prompt or an answer. */
  readonly warn: (line: string) => void
}

const refreshGapMs = 250
const requestsShown = 20

export function startPanelSession(surface: PanelSurface, dependencies: PanelSessionDependencies): Disposable {
  const { connection, nowMs, warn } = dependencies
  let wanted: { readonly selection: Selection; readonly timeZone: string } | undefined
  let figures: Figures | undefined
  let profile: ResultOf<'profiles'>['current'] | undefined
  let problem: string | undefined
  let isOutdated = false

  const post = () => {
    // Before its first message the page does not listen yet; a hidden one is drawn when it is shown.
    if (wanted === undefined || !surface.isVisible()) return
    const time = localTimeOf(wanted.timeZone)
    const view = viewOf({
      connection: connection.state(),
      selection: wanted.selection,
      figures,
      problem,
      profile,
      time,
      nowMs: nowMs(),
    })
    surface.post({ type: 'view', view })
  }

  const refresh = async () => {
    if (wanted === undefined || connection.state().kind !== 'connected') return
    // Hidden since it was asked for.
    isOutdated = !surface.isVisible()
    if (isOutdated) return
    try {
      const answers = await answersOf(dependencies, wanted.selection)
      figures = answers.figures
      profile = answers.profile
      problem = undefined
    } catch (error) {
      isOutdated = true
      // A lost connection is told by its own state.
      if (isConnectionLost(error)) return
      problem = failureOf(error).message
      warn(`The panel got no figures: ${problem}`)
    }
    post()
  }

  const refreshing = coalesce({ run: refresh, gapMs: refreshGapMs, startTimer: dependencies.startTimer })
  const refreshIfSeen = () => {
    if (surface.isVisible()) refreshing.request()
    else isOutdated = true
  }

  const subscriptions = [
    refreshing,
    surface.onMessage((data) => {
      const message = decodePageMessage(data)
      if (message === undefined) warn('The panel sent a message that is not of this version; ignored.')
      else if (message.type === 'act') dependencies.act(message.action)
      else {
        wanted = { selection: message.selection, timeZone: message.timeZone }
        post()
        refreshIfSeen()
      }
    }),
    surface.onVisibilityChange(() => {
      if (!surface.isVisible()) return
      post()
      if (isOutdated) refreshing.request()
    }),
    connection.onStateChange((state) => {
      post()
      if (state.kind === 'connected') refreshIfSeen()
    }),
    connection.onNotification('requestEnded', refreshIfSeen),
    connection.onNotification('profilesChanged', refreshIfSeen),
    dependencies.onWorkspaceChanged(refreshIfSeen),
  ]
  return {
    dispose: () => {
      // An answer may be under way, and a surface that is gone may not even be asked whether it is seen.
      wanted = undefined
      for (const subscription of subscriptions) subscription.dispose()
    },
  }
}

async function answersOf(
  { connection, workspaceRefOf, nowMs }: PanelSessionDependencies,
  selection: Selection,
): Promise<{ readonly figures: Figures; readonly profile: ResultOf<'profiles'>['current'] }> {
  const workspace = workspaceRefOf()
  const [stats, journal, { current }] = await Promise.all([
    connection.request('stats', selection),
    connection.request('journal', { limit: requestsShown }),
    connection.request('profiles', workspace === undefined ? {} : { workspace }),
  ])
  return { figures: { stats, journal, takenAtMs: nowMs() }, profile: current }
}
