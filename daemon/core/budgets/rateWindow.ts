/**
 * A rate limit: what was used within the last minute or hour, on a clock that never goes back. Unlike a window of the
 * calendar it lets no double burst through where two windows meet. An amount is first the estimate, and after the end
 * of its attempt what was really used.
 */
export type RateEvent = { readonly token: string; readonly atMs: number; amount: number }

export type RateWindow = {
  readonly lengthMs: number
  /** Oldest first. */
  readonly events: RateEvent[]
}

export type RateUse = {
  readonly used: number
  /** How long until so much more fits under the limit. Undefined: it never does. */
  readonly freeAfterMs: (needed: number, limit: number) => number | undefined
}

export function useRate(window: RateWindow, event: RateEvent): void {
  window.events.push(event)
}

/** The attempt has ended: counts what it really used. */
export function settleRate(window: RateWindow, token: string, amount: number): void {
  const event = window.events.find((one) => one.token === token)
  if (event !== undefined) event.amount = amount
}

/** Forgets what is older than the window. */
export function rateUseAt(window: RateWindow, nowMs: number): RateUse {
  const { events, lengthMs } = window
  const firstInside = events.findIndex(({ atMs }) => atMs > nowMs - lengthMs)
  events.splice(0, firstInside === -1 ? events.length : firstInside)
  const used = events.reduce((sum, { amount }) => sum + amount, 0)
  return {
    used,
    freeAfterMs: (needed, limit) => {
      let rest = used
      if (needed <= limit - rest) return 0
      for (const { atMs, amount } of events) {
        rest -= amount
        if (needed <= limit - rest) return atMs + lengthMs - nowMs
      }
      return undefined
    },
  }
}
