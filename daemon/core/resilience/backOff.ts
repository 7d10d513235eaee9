/**
 * How long to wait before trying again: full jitter, an even draw from 0 to a ceiling that doubles (AWS Architecture
 * Blog, "Exponential Backoff and Jitter", 2015). Milliseconds; the caller draws the dice, 0 to 2^32 - 1.
 */
export type BackOff = { readonly baseMs: number; readonly longestMs: number }

/** `tries`: how many went before, 1 for the first wait. */
export function backOffMs(rule: BackOff, tries: number, dice: number): number {
  const ceilingMs = Math.min(rule.longestMs, rule.baseMs * 2 ** Math.min(30, tries - 1))
  return (ceilingMs * dice) / 2 ** 32
}
