/** A clock that moves only when told to. Timers fire in order of their time, then of their making. */
import type { Clock } from '../../daemon/gateway/ports.ts'

export type ManualClock = Clock & {
  /** Moves both clocks on and fires what is due, letting promises settle in between. */
  readonly advance: (durationMs: number) => Promise<void>
  /** Moves the wall clock alone, as a user or time server would. */
  readonly jump: (durationMs: number) => void
  readonly pendingTimers: () => number
}

export function createManualClock(startAtMs = Date.UTC(2026, 10, 23, 12)): ManualClock {
  let wallMs = startAtMs
  let monotonicMs = 0
  let made = 0
  const timers = new Map<number, { readonly dueMs: number; readonly onElapsed: () => void }>()

  function nextDue(untilMs: number): number | undefined {
    let best: number | undefined
    for (const [id, timer] of timers) {
      if (timer.dueMs > untilMs) continue
      if (best === undefined || timer.dueMs < (timers.get(best)?.dueMs ?? 0)) best = id
    }
    return best
  }

  return {
    wallMs: () => wallMs,
    monotonicMs: () => monotonicMs,
    startTimer: (delayMs, onElapsed) => {
      made += 1
      const id = made
      timers.set(id, { dueMs: monotonicMs + delayMs, onElapsed })
      return () => timers.delete(id)
    },
    advance: async (durationMs) => {
      const untilMs = monotonicMs + durationMs
      await settle()
      for (let id = nextDue(untilMs); id !== undefined; id = nextDue(untilMs)) {
        const timer = timers.get(id)
        timers.delete(id)
        if (timer === undefined) break
        wallMs += timer.dueMs - monotonicMs
        monotonicMs = timer.dueMs
        timer.onElapsed()
        await settle()
      }
      wallMs += untilMs - monotonicMs
      monotonicMs = untilMs
      await settle()
    },
    jump: (durationMs) => {
      wallMs += durationMs
    },
    pendingTimers: () => timers.size,
  }
}

/** Lets everything run that waits for promises alone. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}
