/**
 * Connects to a Unix socket or a Windows pipe. `answered` hands over the open socket (the caller ends it); `nobody`:
 * no process listens there; `busy`: somebody does, but took no connection now; `unusable`: why, in words.
 */
import { connect, type Socket } from 'node:net'
import { describeSystemError, isSystemError } from './systemError.ts'

export type Connection =
  | { readonly state: 'answered'; readonly socket: Socket }
  | { readonly state: 'nobody' }
  | { readonly state: 'busy' }
  | { readonly state: 'unusable'; readonly reason: string }

export function connectSocket(socketPath: string): Promise<Connection> {
  return new Promise((settle) => {
    const socket = connect(socketPath)
    const onError = (error: Error) => settle(connectionOf(error))
    socket.once('error', onError)
    socket.once('connect', () => {
      socket.off('error', onError)
      settle({ state: 'answered', socket })
    })
  })
}

function connectionOf(error: Error): Connection {
  // ENOTSOCK: macOS says so of a plain file, where Linux refuses the connection.
  if (isSystemError(error, 'ECONNREFUSED', 'ENOENT', 'ENOTSOCK')) return { state: 'nobody' }
  // A full queue of connections: the listening process is alive.
  if (isSystemError(error, 'EAGAIN', 'EBUSY', 'ECONNRESET')) return { state: 'busy' }
  return { state: 'unusable', reason: describeSystemError(error) }
}
