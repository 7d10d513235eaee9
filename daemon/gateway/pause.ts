/** Waits for a time by the given clock; an abort ends the wait at once. Never rejects. */
import type { Clock } from './ports.ts'

export function pauseFor(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const onEnd = () => {
      stopTimer()
      signal.removeEventListener('abort', onEnd)
      resolve()
    }
    const stopTimer = clock.startTimer(delayMs, onEnd)
    signal.addEventListener('abort', onEnd, { once: true })
    if (signal.aborted) onEnd()
  })
}
