/** Tells sessions what happened. Events announce; nothing depends on who listens. */
import type { Log } from './ports.ts'
import type { SessionEvent } from './session.ts'

export type Events = {
  readonly emit: (event: SessionEvent) => void
  readonly subscribe: (listener: (event: SessionEvent) => void) => () => void
}

/** A listener that throws is logged and does not keep the others from hearing. */
export function createEvents(log: Log): Events {
  const listeners = new Set<(event: SessionEvent) => void>()
  return {
    emit: (event) => {
      for (const listener of listeners) {
        try {
          listener(event)
        } catch (error) {
          log.error('a listener failed', { topic: event.topic, error: String(error) })
        }
      }
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
