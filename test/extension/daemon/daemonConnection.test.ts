/** The window's connection over fakes: which effort is made when, which states are told, with a manual clock. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionState } from '../../../extension/daemon/connection.ts'
import { createDaemonConnection } from '../../../extension/daemon/daemonConnection.ts'
import type { DialedDaemon, DialOptions } from '../../../extension/daemon/dialDaemon.ts'
import {
  connectionLostError,
  daemonHungError,
  failureOf,
  isConnectionLost,
  requestError,
} from '../../../extension/daemon/requestFailure.ts'

test('a window where no daemon runs connects to nothing and starts nothing', async () => {
  const world = createWorld()
  await world.connection.connectIfRunning()
  assert.deepEqual(world.said(), ['none'])
  assert.equal(world.starts, 0)
})

test('a window connects to a daemon that runs without starting one', async () => {
  const world = createWorld()
  world.daemonRuns()
  await world.connection.connectIfRunning()
  assert.deepEqual(world.said(), ['connecting', 'connected'])
  assert.equal(world.starts, 0)
})

test('the file of a daemon that died before this window was used is no loss', async () => {
  const world = createWorld()
  world.daemonRuns()
  world.daemonDies()
  await world.connection.connectIfRunning()
  assert.equal(world.connection.state().kind, 'none')
  assert.equal(world.timers.length, 0)
})

test('the first command starts the daemon, twelve at once start one', async () => {
  const world = createWorld()
  await Promise.all(Array.from({ length: 12 }, () => world.connection.ensureConnected()))
  assert.equal(world.starts, 1)
  assert.deepEqual(world.said(), ['connecting', 'connected'])
})

test('a command during a look for a running daemon still starts one', async () => {
  const world = createWorld()
  const look = world.connection.connectIfRunning()
  await world.connection.ensureConnected()
  await look
  assert.equal(world.connection.state().kind, 'connected')
  assert.equal(world.starts, 1)
})

test('a daemon that died is found lost, and started again by itself because the user had asked for it', async () => {
  const world = createWorld()
  await world.connection.ensureConnected()
  world.daemonDies()
  const lost = world.connection.state()
  assert.deepEqual(lost, { kind: 'lost', lostAtMs: 1_000, nextTryAtMs: 1_250, reason: 'The connection broke.' })
  await world.elapse()
  assert.equal(world.connection.state().kind, 'connected')
  assert.equal(world.starts, 2)
})

test('a daemon that was stopped in good order is not started again', async () => {
  const world = createWorld()
  await world.connection.ensureConnected()
  world.daemonStops()
  for (const look of [1, 2, 3]) {
    assert.equal(world.connection.state().kind, 'lost', `before look ${look}`)
    await world.elapse()
  }
  assert.equal(world.connection.state().kind, 'none')
  assert.equal(world.starts, 1)
})

test('a daemon that was killed and is being started elsewhere is not taken for one that was stopped', async () => {
  const world = createWorld()
  await world.connection.ensureConnected()
  // Another window has removed the dead discovery file, and its daemon has not announced itself yet.
  world.daemonStops()
  await world.elapse()
  world.daemonRuns()
  await world.elapse()
  assert.equal(world.connection.state().kind, 'connected')
  assert.equal(world.starts, 1)
})

test('a window that finds an older daemon has its own started in that one’s place before it connects', async () => {
  const world = createWorld()
  world.daemonRuns()
  world.daemonIsOlder({ isStuck: false })
  await world.connection.connectIfRunning()
  assert.deepEqual(world.said(), ['connecting', 'connected'])
  assert.equal(world.starts, 1)
})

test('an older daemon is used as it is when none can be started in its place', async () => {
  const world = createWorld()
  world.daemonRuns()
  world.daemonIsOlder({ isStuck: true })
  await world.connection.ensureConnected()
  assert.equal(world.connection.state().kind, 'connected')
  assert.equal(world.starts, 1)
})

test('a wait for a change ends with the change, after its time, or with its signal, and leaves no timer', async () => {
  const world = createWorld()
  const { signal } = new AbortController()
  const changed = world.connection.untilChange(1_000, signal)
  await world.connection.ensureConnected()
  await changed
  const elapsed = world.connection.untilChange(1_000, signal)
  assert.equal(world.timers[0]?.delayMs, 1_000)
  world.timers[0]?.onElapsed()
  await elapsed
  await world.connection.untilChange(1_000, AbortSignal.abort())
  assert.equal(world.timers.length, 0)
})

test('a window that never asked looks again with growing pauses and starts nothing', async () => {
  const world = createWorld()
  world.daemonRuns()
  await world.connection.connectIfRunning()
  world.daemonDies()
  const pauses: number[] = []
  for (let tries = 0; tries < 9; tries += 1) {
    const state = world.connection.state()
    assert.equal(state.kind === 'lost' ? state.lostAtMs : state.kind, 1_000)
    pauses.push(world.timers[0]?.delayMs ?? -1)
    await world.elapse()
  }
  assert.deepEqual(pauses, [250, 500, 1000, 2000, 4000, 8000, 15000, 15000, 15000])
  assert.equal(world.starts, 0)
  world.daemonRuns()
  await world.elapse()
  assert.equal(world.connection.state().kind, 'connected')
})

test('a command does not wait for the pause', async () => {
  const world = createWorld()
  world.daemonRuns()
  await world.connection.connectIfRunning()
  world.daemonDies()
  await world.connection.ensureConnected()
  assert.equal(world.connection.state().kind, 'connected')
  assert.equal(world.timers.length, 0)
})

test('a daemon that cannot be used is not started over and its words reach the user', async () => {
  const world = createWorld()
  world.daemonRuns()
  world.refuse('Update the extension.')
  await assert.rejects(world.connection.ensureConnected(), { message: 'Update the extension.' })
  assert.equal(world.starts, 0)
  assert.equal(world.connection.state().kind, 'lost')
})

test('a daemon that hangs is not started again: the user hears of it, and it is tried again by itself', async () => {
  const world = createWorld()
  world.daemonRuns()
  world.hang('It hangs. Run "waybill doctor".')
  await assert.rejects(world.connection.ensureConnected(), { message: 'It hangs. Run "waybill doctor".' })
  assert.equal(world.starts, 0)
  assert.equal(world.connection.state().kind, 'lost')
  assert.equal(world.timers.length, 1)
})

test('a request without a connection fails as lost and sends nothing', async () => {
  const { connection } = createWorld()
  const error = await connection.request('status', {}).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.equal(isConnectionLost(error), true)
  assert.equal(failureOf(error).kind, 'unreachable')
})

test('listeners for notifications hold over a reconnection until they are disposed', async () => {
  const world = createWorld()
  const heard: (string | undefined)[] = []
  const listening = world.connection.onNotification('profilesChanged', ({ workspace }) => heard.push(workspace))
  await world.connection.ensureConnected()
  world.notify('/a')
  world.daemonDies()
  await world.elapse()
  world.notify('/b')
  listening.dispose()
  world.notify('/c')
  assert.deepEqual(heard, ['/a', '/b'])
})

test('a disposed connection closes its socket and tries nothing more', async () => {
  const world = createWorld()
  await world.connection.ensureConnected()
  world.connection.dispose()
  assert.equal(world.open.size, 0)
  assert.equal(world.timers.length, 0)
  await assert.rejects(world.connection.ensureConnected(), { message: 'This window is closing.' })
  assert.equal(world.open.size, 0)
})

function createWorld() {
  const timers: { readonly delayMs: number; readonly onElapsed: () => void }[] = []
  const open = new Set<Pick<DialOptions, 'onNotification' | 'onClose'>>()
  const states: ConnectionState[] = []
  let isRunning = false
  let hasFile = false
  let refusal: string | undefined
  let hanging: string | undefined
  let starts = 0
  let isOlder = false
  let isStuck = false
  const connection = createDaemonConnection({
    readDiscovery: async () => (hasFile ? {} : undefined),
    dial: async (options): Promise<DialedDaemon> => {
      if (!isRunning) throw connectionLostError('nobody answers')
      if (hanging !== undefined) throw daemonHungError(hanging)
      if (refusal !== undefined) throw requestError({ kind: 'invalid-request', message: refusal })
      open.add(options)
      return {
        daemonVersion: '1.0.0',
        request: () => Promise.reject(new Error('not part of these tests')),
        dispose: () => {
          if (open.delete(options)) options.onClose()
        },
      }
    },
    isOlderDaemon: () => isOlder,
    startDaemon: async () => {
      starts += 1
      if (isStuck) throw requestError({ kind: 'unreachable', message: 'it does not start' })
      isOlder = false
      isRunning = true
      hasFile = true
    },
    wallMs: () => 1_000,
    startTimer: (delayMs, onElapsed) => {
      const timer = { delayMs, onElapsed }
      timers.push(timer)
      return () => {
        if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1)
      }
    },
    log: () => {},
  })
  connection.onStateChange((state) => states.push(state))
  const end = () => {
    isRunning = false
    for (const options of [...open]) {
      open.delete(options)
      options.onClose()
    }
  }
  return {
    connection,
    timers,
    open,
    get starts() {
      return starts
    },
    said: () => states.map((state) => state.kind),
    hang: (message: string) => {
      hanging = message
    },
    daemonRuns: () => {
      isRunning = true
      hasFile = true
    },
    /** What runs is of an older build, and goes when a newer one is started, if that works. */
    daemonIsOlder: (how: { readonly isStuck: boolean }) => {
      isOlder = true
      isStuck = how.isStuck
    },
    daemonDies: end,
    daemonStops: () => {
      hasFile = false
      end()
    },
    refuse: (words: string) => {
      refusal = words
    },
    notify: (workspace: string) => {
      for (const options of open) options.onNotification('profilesChanged', { workspace })
    },
    /** Lets the one pause end, and the try after it. */
    elapse: async () => {
      const [timer, ...others] = timers.splice(0)
      assert.ok(timer !== undefined && others.length === 0, 'expected exactly one timer')
      const settled = new Promise<void>((settle) => {
        const listening = connection.onStateChange((state) => {
          if (state.kind === 'connecting') return
          listening.dispose()
          settle()
        })
      })
      timer.onElapsed()
      await settled
    },
  }
}
