/**
 * What a rejected request carries. `failureOf` turns anything thrown by a connection into a Failure; `waybillOf` gives
 * the record, if the daemon wrote one; `isConnectionLost` says that the connection and not the request failed, so that the
 * request may still be under way in the daemon; `isDaemonHung` that a daemon runs but says nothing, so that starting one
 * would not help; `isWindowClosing` that nobody is left who could hear how it ends.
 */
import type { Failure } from '../../shared/domain/failure.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'

export function requestError(failure: Failure, waybill?: Waybill): Error {
  return Object.assign(new Error(failure.message), { failure, waybill })
}

export function connectionLostError(message: string): Error {
  return Object.assign(requestError({ kind: 'unreachable', message }), { isConnectionLost: true })
}

export function daemonHungError(message: string): Error {
  return Object.assign(connectionLostError(message), { isDaemonHung: true })
}

export function windowClosingError(): Error {
  return Object.assign(connectionLostError('This window is closing.'), { isWindowClosing: true })
}

export function failureOf(error: unknown): Failure {
  if (error instanceof Error && 'failure' in error) return error.failure as Failure
  const message = error instanceof Error ? error.message : String(error)
  return {
    kind: 'protocol-violation',
    message: `Waybill met an error of its own: ${message}. See "Waybill: Show Log".`,
  }
}

export function waybillOf(error: unknown): Waybill | undefined {
  return error instanceof Error && 'waybill' in error ? (error.waybill as Waybill | undefined) : undefined
}

export function isWindowClosing(error: unknown): boolean {
  return error instanceof Error && 'isWindowClosing' in error
}

export function isConnectionLost(error: unknown): boolean {
  return error instanceof Error && 'isConnectionLost' in error
}

export function isDaemonHung(error: unknown): boolean {
  return error instanceof Error && 'isDaemonHung' in error
}
