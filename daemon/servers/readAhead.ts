/**
 * How many messages of a connection were read but not yet dispatched, so that a flood of small ones does not pile up.
 *
 * Counted by order, not by ones: the message connection drops a queued request when another with the same id comes.
 * Cancellations are left out, because it acts on most of them at once and then never dispatches them.
 */
import type { Message } from 'vscode-jsonrpc/node'

export type ReadAhead = {
  readonly onRead: (message: Message) => void
  readonly onDispatch: (message: Message) => void
  readonly count: () => number
}

export function createReadAhead(): ReadAhead {
  const positions = new WeakMap<Message, number>()
  let lastRead = 0
  let lastDispatched = 0
  return {
    onRead: (message) => {
      if ('method' in message && message.method === '$/cancelRequest') return
      lastRead += 1
      positions.set(message, lastRead)
    },
    onDispatch: (message) => {
      lastDispatched = Math.max(lastDispatched, positions.get(message) ?? 0)
    },
    count: () => lastRead - lastDispatched,
  }
}
