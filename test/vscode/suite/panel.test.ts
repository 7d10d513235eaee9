// The panel: one tab by its command, and a host that follows the real daemon live.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'mocha'
import * as vscode from 'vscode'
import type { OwnedDaemonConnection } from '../../../extension/daemon/daemonConnection.ts'
import { startSystemTimer } from '../../../extension/panel/coalesce.ts'
import { startPanelSession } from '../../../extension/panel/panelSession.ts'
import type { PanelView, RequestView } from '../../../extension/panel/viewModel.ts'
import { requestIdSchema } from '../../../shared/domain/ids.ts'
import { connectSecondClient, until } from './secondClient.ts'

describe('panel', () => {
  let other: OwnedDaemonConnection

  before(async () => {
    await vscode.commands.executeCommand('waybill.openPanel')
    other = await connectSecondClient()
  })

  after(async () => {
    other?.dispose()
    await vscode.window.tabGroups.close(panelTabs())
  })

  it('opens in one tab, however often it is asked for', async () => {
    await vscode.commands.executeCommand('waybill.openPanel')
    await until('its tab is there', () => panelTabs().length > 0)
    assert.equal(panelTabs().length, 1)
  })

  it('shows in the side bar', async () => {
    await vscode.commands.executeCommand('waybill.panel.focus')
  })

  it('answers its page live: a request of any client appears by itself, as practice and uncounted', async () => {
    const views: PanelView[] = []
    let say = (_message: unknown) => {}
    const session = startPanelSession(
      {
        post: ({ view }) => views.push(view),
        onMessage: (listener) => {
          say = listener
          return { dispose: () => {} }
        },
        isVisible: () => true,
        onVisibilityChange: () => ({ dispose: () => {} }),
      },
      {
        connection: other,
        workspaceRefOf: () => undefined,
        onWorkspaceChanged: () => ({ dispose: () => {} }),
        nowMs: Date.now,
        startTimer: startSystemTimer,
        act: () => {},
        warn: (line) => assert.fail(line),
      },
    )
    try {
      say({ type: 'show', selection: { range: 'today', groupBy: 'model' }, timeZone: 'UTC' })
      await until('it shows figures or the first run', () => (views.at(-1)?.content.kind ?? 'waiting') !== 'waiting')
      const counted = requestCountOf(views.at(-1))
      const requestId = await runPracticePrompt(other)
      await until('the request is in the list', () => requestOf(views.at(-1), requestId) !== undefined)
      const request = requestOf(views.at(-1), requestId)
      assert.equal(request?.isPractice, true)
      assert.equal(request?.cost, 'pretend')
      assert.equal(requestCountOf(views.at(-1)), counted)
    } finally {
      session.dispose()
    }
  })
})

/** On the card; before the first request there is none. */
function requestCountOf(view: PanelView | undefined): string {
  const content = view?.content
  const card = content?.kind === 'figures' ? content.cards.find(({ id }) => id === 'requests') : undefined
  return card?.figures[0]?.text ?? '0'
}

async function runPracticePrompt(connection: OwnedDaemonConnection): Promise<string> {
  const { profiles } = await connection.request('profiles', {})
  const practice = profiles.find(({ isPractice, endpointCount }) => isPractice && endpointCount > 0)
  assert.ok(practice, 'expected a practice profile')
  const requestId = requestIdSchema.parse(randomUUID())
  const result = await connection.request('chat', {
    requestId,
    profile: practice.name,
    prompt: { name: 'explain', code: { text: 'export const one = 1\n', language: 'typescript' } },
  })
  assert.equal(result.state, 'ended')
  return requestId
}

function requestOf(view: PanelView | undefined, requestId: string): RequestView | undefined {
  return view?.content.kind === 'figures'
    ? view.content.requests.find((request) => request.requestId === requestId)
    : undefined
}

function panelTabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes('waybill.panelTab'))
}
