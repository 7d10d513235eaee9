/**
 * The pattern in days of spending: a level that may rise or fall, how much of it each day of the week takes, and how far
 * single days were from that. Days are told apart by their place, so no calendar and no zone is needed.
 */

export type SpendPattern = {
  /** What is expected `daysAhead` of the last day, for a day of average weight; and one standard error of it. */
  readonly levelAhead: (daysAhead: number) => { readonly level: number; readonly standardError: number }
  /** Share of the level that such a day takes; 1 on average. */
  readonly weightAhead: (daysAhead: number) => number
  /** Of days that take a notable share: what they took as a multiple of what was expected. */
  readonly multiples: readonly number[]
  /** Of the other days: what they took as a multiple of the level alone. */
  readonly quietMultiples: readonly number[]
}

const daysOfWeek = 7
/** A day of less weight is a quiet one: what it takes is no multiple of anything. */
export const leastWeight = 0.15
/** A day so long ago counts half of the last one. */
const halfLifeDays = 42

/** `amounts`: one for each day, oldest first, at least two weeks. */
export function spendPatternOf(amounts: readonly number[]): SpendPattern {
  const count = amounts.length
  const rough = fitLine(amounts.map((value, index) => ({ at: index - count + 1, value, weight: 1 })))
  const mean = meanOf(amounts)
  const levelOf = (line: Line, at: number) => Math.max(line.at(at), mean / 10)
  const ratios = amounts.map((value, index) => value / Math.max(levelOf(rough, index - count + 1), Number.EPSILON))
  const { weights, strength } = weekdayWeights(ratios)
  // Day 0 of the weights is the oldest day.
  const weightAhead = (daysAhead: number) => weights[(count - 1 + daysAhead) % daysOfWeek] ?? 1
  const line = fitLine(
    amounts.flatMap((value, index) => {
      const at = index - count + 1
      const weight = weightAhead(at + count * daysOfWeek)
      return weight < leastWeight ? [] : [{ at, value: value / weight, weight: weight * 0.5 ** (-at / halfLifeDays) }]
    }),
  )
  const spent = (of: (weight: number) => boolean, share: (weight: number) => number) =>
    amounts.flatMap((value, index) => {
      const at = index - count + 1
      const weight = weightAhead(at + count * daysOfWeek)
      const expected = levelOf(line, at) * share(weight)
      return of(weight) && expected > 0 ? [value / expected] : []
    })
  const multiples = spent(
    (weight) => weight >= leastWeight,
    (weight) => weight,
  )
  // The pattern was made from the same days, so they are nearer to it than those to come will be.
  const parameters = 2 + strength * (daysOfWeek - 1)
  const widening = Math.sqrt(multiples.length / Math.max(2, multiples.length - parameters))
  return {
    levelAhead: (daysAhead) => ({ level: levelOf(line, daysAhead), standardError: line.standardErrorAt(daysAhead) }),
    weightAhead,
    multiples: multiples.map((multiple) => Math.max(0, 1 + (multiple - 1) * widening)),
    quietMultiples: spent(
      (weight) => weight < leastWeight,
      () => 1,
    ),
  }
}

/** The more of the spread is between the days of the week and not within them, the more their own means count. */
function weekdayWeights(ratios: readonly number[]): { readonly weights: readonly number[]; readonly strength: number } {
  const groups = Array.from({ length: daysOfWeek }, (_, day) => ratios.filter((_, index) => index % daysOfWeek === day))
  const means = groups.map(meanOf)
  const overall = Math.max(meanOf(means), Number.EPSILON)
  const inGroup = groups.reduce((sum, group, day) => {
    return sum + group.reduce((squares, ratio) => squares + (ratio - (means[day] ?? 0)) ** 2, 0)
  }, 0)
  const within = inGroup / Math.max(1, ratios.length - daysOfWeek)
  const between = means.reduce((sum, mean) => sum + (mean - overall) ** 2, 0) / (daysOfWeek - 1)
  // Means of n days of the same kind spread by within / n.
  const byChance = within / (ratios.length / daysOfWeek)
  const strength = between > 0 ? Math.max(0, 1 - byChance / between) : 0
  return { strength, weights: means.map((mean) => 1 + strength * (mean / overall - 1)) }
}

type Point = { readonly at: number; readonly value: number; readonly weight: number }
type Line = { readonly at: (at: number) => number; readonly standardErrorAt: (at: number) => number }

/** Weighted least squares. A slope that may be chance is taken the less, the likelier it is. */
function fitLine(points: readonly Point[]): Line {
  const sum = (of: (point: Point) => number) => points.reduce((total, point) => total + of(point), 0)
  const weight = Math.max(
    sum((point) => point.weight),
    Number.EPSILON,
  )
  const centre = sum((point) => point.weight * point.at) / weight
  const mean = sum((point) => point.weight * point.value) / weight
  const spread = Math.max(
    sum((point) => point.weight * (point.at - centre) ** 2),
    Number.EPSILON,
  )
  const slope = sum((point) => point.weight * (point.at - centre) * (point.value - mean)) / spread
  // So many points of equal weight would say as much.
  const effective =
    weight ** 2 /
    Math.max(
      sum((point) => point.weight ** 2),
      Number.EPSILON,
    )
  const residuals = sum((point) => point.weight * (point.value - mean - slope * (point.at - centre)) ** 2)
  const variance = (residuals / weight) * (effective / Math.max(1, effective - 2))
  const slopeVariance = (variance / effective) * (weight / spread)
  const share = slope === 0 ? 0 : Math.max(0, 1 - slopeVariance / slope ** 2)
  return {
    at: (at) => mean + slope * share * (at - centre),
    standardErrorAt: (at) => Math.sqrt(variance / effective + slopeVariance * (at - centre) ** 2),
  }
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
