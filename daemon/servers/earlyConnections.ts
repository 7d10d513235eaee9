/**
 * Connections that come while the daemon is not open yet: its socket has its name, but nobody serves it. A client that
 * found it by the discovery file of a killed daemon must be answered all the same. `handOver` gives them to whoever
 * listens for connections by now; `drop` ends them.
 */
import type { Server, Socket } from 'node:net'

export type EarlyConnections = { readonly handOver: () => void; readonly drop: () => void }

export function keepEarlyConnections(server: Server): EarlyConnections {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  }
  server.on('connection', keep)
  return {
    handOver: () => {
      server.off('connection', keep)
      for (const socket of sockets) server.emit('connection', socket)
    },
    drop: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}
