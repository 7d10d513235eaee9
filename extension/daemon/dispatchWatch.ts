/**
 * Counts the messages that a connection dispatches: it takes one a turn of the event loop, so what came before the connection
 * closed, an answer perhaps, may still be on its way then. `afterAll` calls back when a turn passes without one.
 */
import type { MessageStrategy } from 'vscode-jsonrpc/node'

export type DispatchWatch = { readonly strategy: MessageStrategy; readonly afterAll: (onDone: () => void) => void }

export function createDispatchWatch(): DispatchWatch {
  let count = 0
  function look(seenCount: number, onDone: () => void): void {
    setImmediate(() => (count > seenCount ? look(count, onDone) : onDone()))
  }
  return {
    strategy: {
      handleMessage: (message, next) => {
        count += 1
        return next(message)
      },
    },
    // A turn more: the connection plans its next message in the turn after the one that came last.
    afterAll: (onDone) => void setImmediate(() => look(count, onDone)),
  }
}
