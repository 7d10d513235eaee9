import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionState, DaemonConnection } from '../../../extension/daemon/connection.ts'
import { connectionLostError, requestError } from '../../../extension/daemon/requestFailure.ts'
import type { HostMessage } from '../../../extension/panel/messages.ts'
import { startPanelSession } from '../../../extension/panel/panelSession.ts'
import type { PanelView } from '../../../extension/panel/viewModel.ts'
import { busyJournal, busyStats, sampleNowMs } from './samples.ts'

const showToday = { type: 'show', selection: { range: 'today', groupBy: 'model' }, timeZone: 'UTC' }

test('it asks for nothing before the page says what to show', async () => {
  const panel = createPanel()
  panel.notify()
  await panel.settle()
  assert.deepEqual(panel.requests, [])
  assert.deepEqual(panel.posted, [])
})

test('the page gets a view at once and its figures when they come', async () => {
  const panel = createPanel()
  panel.say(showToday)
  await panel.settle()
  assert.deepEqual(
    panel.posted.map(({ content }) => content.kind),
    ['waiting', 'figures'],
  )
  assert.deepEqual(panel.requests, ['stats today model', 'journal 20', 'profiles /acme'])
})

test('a request that ended refreshes; many at once refresh once more', async () => {
  const panel = createPanel()
  panel.say(showToday)
  await panel.settle()
  await panel.passGap()
  panel.requests.length = 0
  for (let ended = 0; ended < 100; ended += 1) panel.notify()
  await panel.settle()
  assert.equal(panel.requests.length, 3)
  await panel.passGap()
  assert.equal(panel.requests.length, 6)
  await panel.passGap()
  await panel.passGap()
  assert.equal(panel.requests.length, 6, 'it went on without a reason')
})

test('a hidden panel asks and draws nothing, and catches up when it is shown', async () => {
  const panel = createPanel()
  panel.say(showToday)
  await panel.settle()
  await panel.passGap()
  panel.requests.length = 0
  panel.posted.length = 0
  panel.setVisible(false)
  panel.notify()
  panel.setState({ kind: 'connecting' })
  panel.setState({ kind: 'connected', daemonVersion: '1' })
  await panel.settle()
  assert.deepEqual([panel.requests, panel.posted], [[], []])
  panel.setVisible(true)
  await panel.settle()
  assert.equal(panel.requests.length, 3)
  assert.equal(panel.posted.at(-1)?.content.kind, 'figures')
})

test('figures stay when the connection goes, and are asked for again when it is back', async () => {
  const panel = createPanel()
  panel.say(showToday)
  await panel.settle()
  await panel.passGap()
  panel.setState({ kind: 'lost', lostAtMs: sampleNowMs, nextTryAtMs: sampleNowMs + 1000, reason: 'It ended.' })
  assert.equal(panel.posted.at(-1)?.connection.kind, 'lost')
  assert.equal(panel.posted.at(-1)?.content.kind, 'figures')
  panel.requests.length = 0
  panel.notify()
  await panel.settle()
  assert.deepEqual(panel.requests, [])
  await panel.passGap()
  panel.setState({ kind: 'connected', daemonVersion: '1' })
  await panel.settle()
  assert.equal(panel.requests.length, 3)
})

test('a refusal of the daemon is shown, a broken connection is left to its own state', async () => {
  const panel = createPanel()
  panel.failWith(requestError({ kind: 'ledger-unavailable', message: 'The journal is shut.' }))
  panel.say(showToday)
  await panel.settle()
  const { connection } = panel.posted.at(-1) ?? {}
  assert.equal(connection?.kind === 'problem' && connection.rest, 'The journal is shut.')
  const other = createPanel()
  other.failWith(connectionLostError('It broke.'))
  other.say(showToday)
  await other.settle()
  assert.equal(other.posted.at(-1)?.connection.kind, 'live')
})

test('what is not a message of the page is ignored, and an action is done', async () => {
  const panel = createPanel()
  const strangers = [
    undefined,
    'show',
    [],
    { type: 'act', action: 'delete' },
    { type: 'act', action: 'constructor' },
    { type: 'show', selection: { range: 'today', groupBy: 'toString' }, timeZone: 'UTC' },
    { type: 'show', selection: { range: 'year', groupBy: 'model' }, timeZone: 'UTC' },
    { type: 'show', selection: showToday.selection },
  ]
  for (const message of strangers) panel.say(message)
  await panel.settle()
  assert.deepEqual([panel.requests, panel.acted], [[], []])
  assert.equal(panel.warnings.length, strangers.length)
  panel.say({ type: 'act', action: 'connect' })
  assert.deepEqual(panel.acted, ['connect'])
})

test('it shows the profile in force here and follows a change of it and of the workspace', async () => {
  const panel = createPanel()
  panel.say(showToday)
  await panel.settle()
  assert.deepEqual(panel.posted.at(-1)?.profile, { name: 'balanced', source: 'chosen for this workspace' })
  await panel.passGap()
  panel.useProfile('best')
  panel.notify('profilesChanged')
  await panel.settle()
  assert.equal(panel.posted.at(-1)?.profile?.name, 'best')
  await panel.passGap()
  panel.requests.length = 0
  panel.goTo(undefined)
  await panel.settle()
  assert.deepEqual(panel.requests, ['stats today model', 'journal 20', 'profiles'])
})

test('after its end it hears nothing', async () => {
  const panel = createPanel()
  panel.session.dispose()
  assert.equal(panel.listenerCount(), 0)
})

test('a surface that is gone is not asked, also when an answer comes later', async () => {
  const panel = createPanel()
  panel.say(showToday)
  panel.posted.length = 0
  panel.session.dispose()
  panel.setGone()
  await panel.settle()
  assert.deepEqual([panel.requests.length, panel.posted], [3, []])
})

type Asked = {
  readonly range?: string
  readonly groupBy?: string
  readonly limit?: number
  readonly workspace?: { readonly folder: string }
}

function createPanel() {
  const requests: string[] = []
  const posted: PanelView[] = []
  const acted: string[] = []
  const warnings: string[] = []
  const timers = new Set<() => void>()
  const page = signal<unknown>()
  const visibility = signal<void>()
  const states = signal<ConnectionState>()
  const notifications = new Map([
    ['requestEnded', signal<unknown>()],
    ['profilesChanged', signal<unknown>()],
  ])
  const workspaces = signal<void>()
  let workspace: { readonly folder: string } | undefined = { folder: '/acme' }
  let profile = 'balanced'
  let isVisible = true
  let isGone = false
  let state: ConnectionState = { kind: 'connected', daemonVersion: '0.1.0' }
  let error: Error | undefined

  const connection = {
    state: () => state,
    onStateChange: states.on,
    onNotification: (name: string, listener: (params: unknown) => void) => notifications.get(name)?.on(listener),
    request: async (name: string, params: Asked) => {
      const asked = [params.range ?? params.limit, params.groupBy, params.workspace?.folder]
      requests.push([name, ...asked].filter((part) => part !== undefined).join(' '))
      if (error !== undefined) throw error
      if (name === 'profiles') return { profiles: [], current: { profile, source: 'workspace-choice' } }
      return name === 'stats' ? busyStats : busyJournal
    },
    ensureConnected: async () => {},
    connectIfRunning: async () => {},
  } as unknown as DaemonConnection

  const session = startPanelSession(
    {
      post: (message: HostMessage) => posted.push(message.view),
      onMessage: page.on,
      isVisible: () => {
        assert.ok(!isGone, 'a surface that is gone throws')
        return isVisible
      },
      onVisibilityChange: visibility.on,
    },
    {
      connection,
      workspaceRefOf: () => workspace,
      onWorkspaceChanged: workspaces.on,
      nowMs: () => sampleNowMs,
      startTimer: (callback) => {
        timers.add(callback)
        return { dispose: () => timers.delete(callback) }
      },
      act: (action) => acted.push(action),
      warn: (line) => warnings.push(line),
    },
  )
  // Every promise of a refresh settles before the next macrotask: the fakes answer at once.
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  return {
    session,
    requests,
    posted,
    acted,
    warnings,
    settle,
    say: page.fire,
    notify: (name = 'requestEnded') => notifications.get(name)?.fire({}),
    useProfile: (name: string) => {
      profile = name
    },
    goTo: (folder: string | undefined) => {
      workspace = folder === undefined ? undefined : { folder }
      workspaces.fire()
    },
    failWith: (value: Error) => {
      error = value
    },
    setVisible: (value: boolean) => {
      isVisible = value
      visibility.fire()
    },
    setGone: () => {
      isGone = true
    },
    setState: (value: ConnectionState) => {
      state = value
      states.fire(value)
    },
    passGap: async () => {
      for (const callback of [...timers]) {
        timers.delete(callback)
        callback()
      }
      await settle()
    },
    listenerCount: () =>
      [page, visibility, states, workspaces, ...notifications.values()].reduce((sum, { count }) => sum + count(), 0),
  }
}

function signal<Value>() {
  const listeners = new Set<(value: Value) => void>()
  return {
    on: (listener: (value: Value) => void) => {
      listeners.add(listener)
      return { dispose: () => listeners.delete(listener) }
    },
    fire: (value: Value) => {
      for (const listener of [...listeners]) listener(value)
    },
    count: () => listeners.size,
  }
}
