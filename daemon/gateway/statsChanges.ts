/**
 * Tells that statistics changed, at most four times a second. While nobody listens nothing is told and no timer runs. It is
 * told from a timer, so that what is being counted never waits for those who hear of it.
 */
import type { Clock } from './ports.ts'

export type StatsChanges = {
  readonly onChange: () => void
  /** Somebody listens, until the returned function is called. */
  readonly listen: () => () => void
}

const leastGapMs = 250

export function createStatsChanges(clock: Clock, tell: () => void): StatsChanges {
  let listening = 0
  let toldAtMs = Number.NEGATIVE_INFINITY
  let stopTimer: (() => void) | undefined

  function onElapsed(): void {
    stopTimer = undefined
    toldAtMs = clock.monotonicMs()
    tell()
  }

  return {
    onChange: () => {
      if (listening === 0 || stopTimer !== undefined) return
      stopTimer = clock.startTimer(Math.max(0, toldAtMs + leastGapMs - clock.monotonicMs()), onElapsed)
    },
    listen: () => {
      listening += 1
      return () => {
        listening -= 1
        if (listening > 0) return
        stopTimer?.()
        stopTimer = undefined
      }
    },
  }
}
