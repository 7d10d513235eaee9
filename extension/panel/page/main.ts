/**
 * The panel's page: draws the views that the host sends and says what the user chose. It keeps the last view, the choice and
 * the unfolded waybills as the webview's state, so that it paints at once when it is shown again. It asks for nothing by
 * itself and runs no timer, except to count down to the next try while the connection is lost.
 */
import { decodeHostMessage, decodeView, type PageMessage } from '../messages.ts'
import { type PanelView, type Selection, viewVersion } from '../viewModel.ts'
import { draw, h } from './dom.ts'
import { drawContent } from './drawFigures.ts'
import { drawBanner, drawHeader } from './drawHeader.ts'
import type { PageActions } from './drawing.ts'

declare function acquireVsCodeApi(): {
  readonly postMessage: (message: PageMessage) => void
  readonly getState: () => unknown
  readonly setState: (state: PageState) => void
}

type PageState = { readonly view: PanelView; readonly expanded: readonly string[] }

const host = acquireVsCodeApi()
const root = document.getElementById('panel') ?? document.body
const emptyView: PanelView = {
  viewVersion,
  selection: { range: 'today', groupBy: 'model' },
  connection: { kind: 'connecting' },
  content: { kind: 'waiting' },
}
let state = restoredState(host.getState())
let viewCameAtMs = performance.now()
let countdown: ReturnType<typeof setInterval> | undefined

window.addEventListener('message', (event) => {
  const message = decodeHostMessage(event.data)
  if (message === undefined) return
  viewCameAtMs = performance.now()
  keep({ ...state, view: message.view })
})

const actions: PageActions = {
  // The host answers with a view, also without a connection: the choice shown is always that of the figures.
  select: (selection) => host.postMessage(showMessage(selection)),
  act: (action) => host.postMessage({ type: 'act', action }),
  toggle: (requestId) => {
    const isOpen = state.expanded.includes(requestId)
    const others = state.expanded.filter((id) => id !== requestId)
    keep({ ...state, expanded: isOpen ? others : [...others, requestId] })
  },
}

redraw()
host.postMessage(showMessage(state.view.selection))

function keep(next: PageState): void {
  // Waybills that left the list are forgotten, else the state would grow for ever.
  const { content } = next.view
  const known = content.kind === 'figures' ? new Set(content.requests.map(({ requestId }) => requestId)) : undefined
  const expanded = known === undefined ? next.expanded : next.expanded.filter((id) => known.has(id))
  state = { view: next.view, expanded }
  host.setState(state)
  redraw()
}

function redraw(): void {
  const { view, expanded } = state
  draw(root, [
    h(
      'div',
      { class: 'page' },
      drawHeader(view, actions),
      h(
        'main',
        { class: isStale(view) ? 'stale' : undefined },
        drawBanner(view.connection, nextTryInSeconds(view), actions),
        ...drawContent(view.content, { actions, selection: view.selection, expanded: new Set(expanded) }),
      ),
    ),
  ])
  if (view.connection.kind === 'lost') countdown ??= setInterval(redraw, 1000)
  else if (countdown !== undefined) {
    clearInterval(countdown)
    countdown = undefined
  }
}

function isStale(view: PanelView): boolean {
  return view.connection.kind !== 'live' && view.content.kind === 'figures'
}

function nextTryInSeconds(view: PanelView): number {
  if (view.connection.kind !== 'lost') return 0
  return Math.max(0, Math.round((view.connection.nextTryInMs - (performance.now() - viewCameAtMs)) / 1000))
}

function showMessage(selection: Selection): PageMessage {
  return { type: 'show', selection, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone }
}

function restoredState(kept: unknown): PageState {
  const { view, expanded } = (kept ?? {}) as { readonly view?: unknown; readonly expanded?: unknown }
  const known = decodeView(view)
  return {
    // Whether it is still connected is not known before the host says so.
    view: known === undefined ? emptyView : { ...known, connection: { kind: 'connecting' } },
    expanded: Array.isArray(expanded) ? expanded.filter((id) => typeof id === 'string') : [],
  }
}
