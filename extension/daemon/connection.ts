/**
 * The contract between the extension's features and its one connection to the daemon. Types alone: importing it loads
 * nothing. Messages go by the name of their constant in `shared/protocol` (`request('profiles', {...})`), so that no feature
 * loads a schema before the first message.
 */
import type { Disposable } from 'vscode'
import type * as z from 'zod'
import type { notificationTypes, requestTypes } from './protocolMessages.ts'

export type ConnectionState =
  /** No daemon runs and none was asked for yet. */
  | { readonly kind: 'none' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly daemonVersion: string }
  /** It broke or could not be made; the next try comes by itself. Both are Unix milliseconds. */
  | { readonly kind: 'lost'; readonly lostAtMs: number; readonly nextTryAtMs: number; readonly reason: string }

export type RequestName = keyof typeof requestTypes
export type ParamsOf<Name extends RequestName> = z.input<(typeof requestTypes)[Name]['params']>
export type ResultOf<Name extends RequestName> = z.output<(typeof requestTypes)[Name]['result']>

export type NotificationName = keyof typeof notificationTypes
export type NotificationOf<Name extends NotificationName> = z.output<(typeof notificationTypes)[Name]['params']>

export type DaemonConnection = {
  readonly state: () => ConnectionState
  readonly onStateChange: (listener: (state: ConnectionState) => void) => Disposable
  /**
   * Sends a request over the connection as it is; starts no daemon (await `ensureConnected` first). Rejects with an error
   * that `failureOf` (requestFailure.ts) turns into a Failure: `unreachable` when not connected or when the connection
   * breaks before the answer, `cancelled` when the signal aborts. Aborting sends `$/cancelRequest`.
   */
  readonly request: <Name extends RequestName>(
    name: Name,
    params: ParamsOf<Name>,
    signal?: AbortSignal,
  ) => Promise<ResultOf<Name>>
  /** Holds over reconnections; may be called before the first connection. */
  readonly onNotification: <Name extends NotificationName>(
    name: Name,
    listener: (params: NotificationOf<Name>) => void,
  ) => Disposable
  /**
   * Connected when it resolves: joins a try under way, tries at once when `lost`, and starts a daemon if none runs. Rejects with
   * an error that says what to do. For commands of the user alone.
   */
  readonly ensureConnected: () => Promise<void>
  /** Resolves at the next change of the state, after `limitMs`, or when the signal aborts. */
  readonly untilChange: (limitMs: number, signal: AbortSignal) => Promise<void>
  /** Connects if a daemon runs; else the state stays `none`. Never starts one, never rejects. */
  readonly connectIfRunning: () => Promise<void>
}
