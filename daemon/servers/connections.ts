/**
 * All connections of a listening server: takes each new socket, counts them, and ends them together. The server itself
 * is the caller's to open and close.
 */
import type { Server, Socket } from 'node:net'
import { type ConnectionOptions, startConnection } from './connection.ts'

export type ConnectionsOptions = ConnectionOptions & { readonly server: Server }

export type Connections = {
  readonly count: () => number
  /** Calls back after every change of the count; the returned function takes it back. */
  readonly onCountChange: (listener: (count: number) => void) => () => void
  /**
   * Takes no new sockets, lets written answers leave, ends every connection. Resolves when all are closed: those whose
   * client does not read are cut after `graceMs`.
   */
  readonly closeAll: (graceMs: number) => Promise<void>
}

export function serveConnections(options: ConnectionsOptions): Connections {
  const sockets = new Set<Socket>()
  const listeners = new Set<(count: number) => void>()

  function announce(): void {
    for (const listener of listeners) listener(sockets.size)
  }

  function accept(socket: Socket): void {
    sockets.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      announce()
    })
    startConnection(socket, options)
    announce()
  }

  options.server.on('connection', accept)

  return {
    count: () => sockets.size,
    onCountChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    closeAll: async (graceMs) => {
      options.server.off('connection', accept)
      options.server.on('connection', (socket) => socket.destroy())
      const closed = Promise.all([...sockets].map(closedOf))
      for (const socket of sockets) socket.destroySoon()
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, graceMs)
      await closed
      clearTimeout(timer)
    },
  }
}

function closedOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve()
    else socket.once('close', () => resolve())
  })
}
