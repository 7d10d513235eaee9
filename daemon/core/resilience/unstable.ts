/**
 * Whether an endpoint is unstable: less than 80 % of its calls of the last 30 s went well, of at least 3. Unix milliseconds.
 */
const windowMs = 30_000
const leastCalls = 3
const stableRatio = 0.8

export type Stability = {
  /** 0: it is stable now. */
  readonly unstableUntilMs: number
  /** When the oldest call leaves the window, and the verdict may be another. Missing: there is none in it. */
  readonly changesAtMs?: number
}

/** `calls`: oldest first. */
export function stabilityOf(
  calls: readonly { readonly atMs: number; readonly isFailure: boolean }[],
  nowMs: number,
): Stability {
  let count = 0
  let succeeded = 0
  let oldestAtMs = Number.POSITIVE_INFINITY
  for (const call of calls) {
    if (call.atMs <= nowMs - windowMs) continue
    count += 1
    if (!call.isFailure) succeeded += 1
    oldestAtMs = Math.min(oldestAtMs, call.atMs)
  }
  if (count === 0) return { unstableUntilMs: 0 }
  const changesAtMs = oldestAtMs + windowMs
  const isUnstable = count >= leastCalls && succeeded < stableRatio * count
  return { unstableUntilMs: isUnstable ? changesAtMs : 0, changesAtMs }
}
