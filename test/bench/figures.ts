/**
 * What the bench measures, and the arithmetic over samples. A figure with a limit is met when its value is at most the
 * limit; one without is told for comparison alone.
 */

export type Figure = {
  /** Lower case words joined by hyphens; stays the same from release to release. */
  readonly id: string
  readonly title: string
  readonly value: number
  readonly unit: 'x' | 'ms' | 'us' | 'MB' | 'B'
  readonly limit?: number
}

export function isMet(figure: Figure): boolean | undefined {
  return figure.limit === undefined ? undefined : figure.value <= figure.limit
}

/** `share` from 0 to 1. NaN without samples. */
export function quantileOf(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export function medianOf(samples: readonly number[]): number {
  return quantileOf(samples, 0.5)
}
