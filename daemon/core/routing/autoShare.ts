/**
 * Holds the share of strong calls at what the user stated. The threshold follows the scores by stochastic approximation
 * (Robbins and Monro, 1951, with a constant step): after each request it moves so that the stated share of scores lies over
 * it. A hard guard stands behind it: the surplus of strong calls never leaves -5 to 5.
 *
 * The guard gives the promise for any scores, hostile ones too: over any 200 requests in a row the strong calls differ from
 * 200 x share by the surplus after minus the surplus before, at most 10, which is 5 points of 200.
 */
export type ShareState = {
  /** Strong calls so far minus the share of all calls so far. */
  readonly surplusCalls: number
  readonly threshold: number
}

export type ShareChoice = {
  readonly isStrong: boolean
  readonly threshold: number
  /** The guard left no choice. */
  readonly isForced: boolean
}

export const freshShare: ShareState = { surplusCalls: 0, threshold: 0 }

const maxSurplusCalls = 5
/** Of sums of fractions. */
const tolerance = 1e-9
const step = 0.3
/** How far each call of surplus raises the bar, so that the guard is seldom needed. */
const leanPerCall = 0.1
/** No score lies beyond. */
const maxThreshold = 12

export function chooseByShare(state: ShareState, ratio: number, score: number): ShareChoice {
  const threshold = state.threshold + leanPerCall * state.surplusCalls
  const isWanted = score > threshold
  // No share is never, all is always.
  const mustBeCheap = ratio === 0 || state.surplusCalls + (1 - ratio) > maxSurplusCalls + tolerance
  const mustBeStrong = ratio === 1 || state.surplusCalls - ratio < -maxSurplusCalls - tolerance
  const isStrong = (isWanted || mustBeStrong) && !mustBeCheap
  return { isStrong, threshold, isForced: isStrong !== isWanted }
}

/** After a request was given its tier. A share that the user changed counts from the next request on. */
export function onShared(
  state: ShareState,
  chosen: { readonly ratio: number; readonly score: number; readonly threshold: number; readonly isStrong: boolean },
): ShareState {
  const { ratio, score, threshold, isStrong } = chosen
  const wanted = score > threshold ? 1 : 0
  const next = state.threshold + step * (wanted - ratio)
  return {
    surplusCalls: state.surplusCalls + (isStrong ? 1 : 0) - ratio,
    threshold: Math.min(maxThreshold, Math.max(-maxThreshold, next)),
  }
}
