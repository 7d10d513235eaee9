/**
 * Until when an endpoint counts as unstable: less than 80 % of its calls of the last 30 s went well, of at least 3.
 * Unix milliseconds; 0: it does not. A moment, so that time passing needs no new computation.
 */
const windowMs = 30_000
const leastCalls = 3
const stableRatio = 0.8

/** `calls`: oldest first. */
export function unstableUntilMs(calls: readonly { readonly atMs: number; readonly isFailure: boolean }[]): number {
  let untilMs = 0
  let succeeded = 0
  // What is left when the older ones have fallen out of the window, from the newest call backwards.
  for (let at = calls.length - 1; at >= 0; at -= 1) {
    const call = calls[at]
    if (call === undefined) continue
    if (!call.isFailure) succeeded += 1
    const count = calls.length - at
    if (count >= leastCalls && succeeded < stableRatio * count) untilMs = Math.max(untilMs, call.atMs + windowMs)
  }
  return untilMs
}
