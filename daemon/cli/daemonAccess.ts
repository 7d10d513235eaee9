/** How verbs reach the daemon, as a port: the real one finds and starts processes, tests put a socket of theirs here. */
import type { Socket } from 'node:net'
import type { Discovery } from '../../shared/protocol/discovery.ts'

export type ReachedDaemon = { readonly socket: Socket; readonly discovery: Discovery }

export type DaemonPlaces = { readonly configFile: string; readonly stateFolder: string; readonly logFile: string }

export type DaemonAccess = {
  readonly places: DaemonPlaces
  /** The running daemon, connected to; undefined when none runs. */
  readonly find: () => Promise<ReachedDaemon | undefined>
  /** The running daemon, or one started now; a string says why there is none. */
  readonly findOrStart: (start: StartOptions) => Promise<ReachedDaemon | string>
}

export type StartOptions = {
  /** Only for a daemon that is started now: it ends so long after its last client. Default: the daemon's own. */
  readonly idleExitMs?: number
}

/** No daemon could be reached or started, or it went away; the message says what to do. */
export class NoDaemonError extends Error {}

/** It went away before it answered. */
export class LostDaemonError extends NoDaemonError {}
