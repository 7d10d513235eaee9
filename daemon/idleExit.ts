/**
 * Ends the daemon when nobody needs it: no connection and nothing under way or held, for the whole of `idleMs`. Whatever
 * changes one of these calls `onChange`; after `stop` it changes nothing more.
 */
import type { Clock } from './gateway/ports.ts'

export type IdleExit = { readonly onChange: () => void; readonly stop: () => void }

export function createIdleExit(clock: Clock, idleMs: number, isBusy: () => boolean, onIdle: () => void): IdleExit {
  let stopTimer: (() => void) | undefined
  let isStopped = false
  const takeBack = () => {
    stopTimer?.()
    stopTimer = undefined
  }
  return {
    onChange: () => {
      if (isBusy()) takeBack()
      else if (!isStopped) stopTimer ??= clock.startTimer(idleMs, onIdle)
    },
    stop: () => {
      isStopped = true
      takeBack()
    },
  }
}
