/**
 * Keeps the window's one connection to the daemon: finds it, starts it when the user asks for something, connects again with
 * growing pauses when it is lost. An older daemon is asked to hand over to this extension's build. `none` means that nothing is wrong: no daemon runs, or it was stopped in good order.
 *
 * Nothing starts a daemon before the first `ensureConnected`; after it a daemon that died is started again, but one that
 * was stopped is not.
 */
import type { ConnectionState, DaemonConnection, NotificationName, NotificationOf, RequestName } from './connection.ts'
import type { DialedDaemon, DialOptions } from './dialDaemon.ts'
import { connectionLostError, failureOf, isConnectionLost, isDaemonHung, windowClosingError } from './requestFailure.ts'

export type DaemonConnectionPorts = {
  /** What the discovery file says; undefined if there is none. */
  readonly readDiscovery: () => Promise<unknown>
  readonly dial: (options: Pick<DialOptions, 'discovery' | 'onNotification' | 'onClose'>) => Promise<DialedDaemon>
  /** Whether that daemon is of an older build than this extension, and not about to go. */
  readonly isOlderDaemon: (discovery: unknown) => boolean
  /** Resolves when a daemon runs; where an older one does, when it has handed over or said that it will. */
  readonly startDaemon: () => Promise<void>
  readonly wallMs: () => number
  /** Calls back once after `delayMs`; the returned function takes it back. */
  readonly startTimer: (delayMs: number, onElapsed: () => void) => () => void
  readonly log: (message: string) => void
}

export type OwnedDaemonConnection = DaemonConnection & { readonly dispose: () => void }

/**
 * `find`: connect to a daemon that runs. `restart`: also start one in place of one that died, but not after `waybill stop`, which
 * leaves no discovery file. `start`: start one if none runs.
 */
type Effort = 'find' | 'restart' | 'start'

const firstPauseMs = 250
const longestPauseMs = 15_000
/**
 * Who starts a daemon in place of one that was killed removes the dead discovery file before there is a new one. In that
 * moment it looks as if the daemon had been stopped, so a lost connection looks again before it believes that.
 */
const looksBeforeStopped = 3
const nobodyAnnounced = 'No Waybill daemon is announced; one may just be starting.'

export function createDaemonConnection(ports: DaemonConnectionPorts): OwnedDaemonConnection {
  let state: ConnectionState = { kind: 'none' }
  let daemon: DialedDaemon | undefined
  let tryUnderWay: Promise<void> | undefined
  let cancelRetry = () => {}
  let failedTries = 0
  let wasAsked = false
  let isDisposed = false
  const stateListeners = new Set<(state: ConnectionState) => void>()
  const notificationListeners = new Map<NotificationName, Set<(params: never) => void>>()

  return {
    state: () => state,
    onStateChange: (listener) => added(stateListeners, listener),
    onNotification: (name, listener) => {
      const listeners = notificationListeners.get(name) ?? new Set()
      notificationListeners.set(name, listeners)
      return added(listeners, listener as (params: never) => void)
    },
    request: (name, params, signal) => {
      if (daemon !== undefined) return daemon.request(name, params, signal)
      return Promise.reject(connectionLostError(`Waybill is not connected, so ${methodWords(name)} was not sent.`))
    },
    ensureConnected: async () => {
      wasAsked = true
      // A try that only looks for a daemon may be under way; its end says nothing about one that may start it.
      await tryUnderWay?.catch(() => undefined)
      if (isDisposed) throw windowClosingError()
      if (daemon === undefined) await connect('start')
    },
    untilChange: (limitMs, signal) =>
      new Promise((resolve) => {
        const onEnd = () => {
          stopTimer()
          listening.dispose()
          signal.removeEventListener('abort', onEnd)
          resolve()
        }
        const stopTimer = ports.startTimer(limitMs, onEnd)
        const listening = added(stateListeners, onEnd)
        signal.addEventListener('abort', onEnd)
        if (signal.aborted) onEnd()
      }),
    connectIfRunning: async () => {
      if (daemon === undefined) await connect('find').catch(() => undefined)
    },
    dispose: () => {
      isDisposed = true
      cancelRetry()
      daemon?.dispose()
    },
  }

  function connect(effort: Effort): Promise<void> {
    tryUnderWay ??= connectOnce(effort).finally(() => {
      tryUnderWay = undefined
    })
    return tryUnderWay
  }

  async function connectOnce(effort: Effort): Promise<void> {
    cancelRetry()
    const before = state
    try {
      const found = await findDaemon(effort, before)
      if (found === undefined) return setState({ kind: 'none' })
      if (isDisposed) {
        found.dispose()
        throw windowClosingError()
      }
      daemon = found
      failedTries = 0
      ports.log(`Connected to daemon ${found.daemonVersion}.`)
      setState({ kind: 'connected', daemonVersion: found.daemonVersion })
    } catch (error) {
      if (isDisposed) throw windowClosingError()
      const reason = failureOf(error).message
      ports.log(`No connection: ${reason}`)
      // A file left by a daemon that died before this window was used is no loss of anything.
      if (before.kind === 'none' && !wasAsked) setState({ kind: 'none' })
      else retryLater(reason, before)
      throw error
    }
  }

  async function findDaemon(effort: Effort, before: ConnectionState): Promise<DialedDaemon | undefined> {
    const discovery = await ports.readDiscovery()
    if (discovery === undefined && effort !== 'start') {
      if (before.kind === 'lost' && failedTries < looksBeforeStopped) throw connectionLostError(nobodyAnnounced)
      return undefined
    }
    // While it looks in vain again and again, `lost` with the time of the next try says more.
    if (before.kind !== 'lost') setState({ kind: 'connecting' })
    const found = discovery === undefined ? undefined : await dialUnlessDead(await newestOf(discovery), effort)
    if (found !== undefined) return found
    await ports.startDaemon()
    return dial(await ports.readDiscovery())
  }

  /** An older daemon is asked to hand over; while it has something to do it is used as it is. */
  async function newestOf(discovery: unknown): Promise<unknown> {
    if (!ports.isOlderDaemon(discovery)) return discovery
    try {
      await ports.startDaemon()
      return (await ports.readDiscovery()) ?? discovery
    } catch (error) {
      ports.log(`The older daemon stays: ${failureOf(error).message}`)
      return discovery
    }
  }

  /** Undefined: it died, and may be started again. */
  async function dialUnlessDead(discovery: unknown, effort: Effort): Promise<DialedDaemon | undefined> {
    try {
      return await dial(discovery)
    } catch (error) {
      if (effort === 'find' || !isConnectionLost(error) || isDaemonHung(error)) throw error
      return undefined
    }
  }

  async function dial(discovery: unknown): Promise<DialedDaemon> {
    let dialed: DialedDaemon | undefined
    let hasClosed = false
    dialed = await ports.dial({
      discovery,
      onNotification: announce,
      onClose: () => {
        hasClosed = true
        if (dialed !== undefined && daemon === dialed) onLost()
      },
    })
    if (hasClosed) throw connectionLostError('The Waybill daemon closed the connection.')
    return dialed
  }

  function onLost(): void {
    daemon = undefined
    if (isDisposed) return
    retryLater('The connection broke.', state)
  }

  function retryLater(reason: string, before: ConnectionState): void {
    const nowMs = ports.wallMs()
    // 250, 500, 1000, ... up to 15 s.
    const pauseMs = Math.min(firstPauseMs * 2 ** failedTries, longestPauseMs)
    failedTries += 1
    cancelRetry = ports.startTimer(pauseMs, () => {
      connect(wasAsked ? 'restart' : 'find').catch(() => undefined)
    })
    const lostAtMs = before.kind === 'lost' ? before.lostAtMs : nowMs
    setState({ kind: 'lost', lostAtMs, nextTryAtMs: nowMs + pauseMs, reason })
  }

  function setState(next: ConnectionState): void {
    state = next
    for (const listener of [...stateListeners]) listener(next)
  }

  function announce<Name extends NotificationName>(name: Name, params: NotificationOf<Name>): void {
    for (const listener of [...(notificationListeners.get(name) ?? [])]) listener(params as never)
  }
}

function added<Listener>(listeners: Set<Listener>, listener: Listener): { readonly dispose: () => void } {
  listeners.add(listener)
  return { dispose: () => listeners.delete(listener) }
}

function methodWords(name: RequestName): string {
  return `the request "${name}"`
}
