/**
 * How a daemon that was asked to hand over goes, as a function of how long ago that was and of how many requests are under
 * way or held now: it serves everything until the first moment with none, at most `waitMs`; then it takes no new requests
 * until there is none, at most `drainMs`; then it ends, whatever is left. Milliseconds of a clock that never goes back.
 */
export type HandOverLimits = { readonly waitMs: number; readonly drainMs: number }

export type HandOverPhase =
  /** `leftMs`: until the next phase begins at the latest. */
  { readonly phase: 'waiting' | 'draining'; readonly leftMs: number } | { readonly phase: 'ending' }

export function handOverPhaseOf(sinceAskedMs: number, heldCount: number, limits: HandOverLimits): HandOverPhase {
  const { waitMs, drainMs } = limits
  if (heldCount === 0 || sinceAskedMs >= waitMs + drainMs) return { phase: 'ending' }
  return sinceAskedMs < waitMs
    ? { phase: 'waiting', leftMs: waitMs - sinceAskedMs }
    : { phase: 'draining', leftMs: waitMs + drainMs - sinceAskedMs }
}
