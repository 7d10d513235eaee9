/**
 * Which of a day's sums and histograms a question of statistics is about. Sums are kept for each combination of dimensions,
 * so every grouping and filter finds its own. Histograms are kept for one dimension at a time: they answer where the
 * filter and the grouping together name no more than one, or only endpoint, provider and model (an endpoint has one of each).
 */
import type { StatsDimension } from '../../../shared/domain/stats.ts'
import { dimensions, type RollUpDay } from './rollUpDay.ts'

export type StatsFilter = Readonly<Partial<Record<StatsDimension, readonly string[]>>>

export type StatsQuestion = {
  /** Missing: nothing is grouped, there are totals only. */
  readonly groupBy?: StatsDimension
  /** Any of the values of each dimension named. */
  readonly where: StatsFilter
}

export type Selected = { readonly group: string; readonly isPractice: boolean }

/** Undefined where something is not asked for. */
export type StatsSelection = {
  /** By number of the key. */
  readonly keys: readonly (Selected | undefined)[]
  /** By number of the series: histograms of a group's row. */
  readonly rowSeries: readonly (Selected | undefined)[]
  /** By number of the series: histograms of the totals. */
  readonly totalSeries: readonly (Selected | undefined)[]
}

type Text = (dimension: StatsDimension) => string
type Carrier = StatsDimension | 'all'

const endpointDimensions: ReadonlySet<StatsDimension> = new Set(['endpoint', 'provider', 'model'])

export function selectionOf(day: RollUpDay, { groupBy, where }: StatsQuestion): StatsSelection {
  const filtered = dimensions.filter((dimension) => where[dimension] !== undefined)
  const passes = (text: Text) => filtered.every((dimension) => where[dimension]?.includes(text(dimension)) === true)
  const groupOf = (text: Text) => (groupBy === undefined ? '' : text(groupBy))
  const select = (practice: number | undefined, text: Text) =>
    passes(text) ? { group: groupOf(text), isPractice: practice === 1 } : undefined
  const seriesOf = (carrier: Carrier | undefined) =>
    day.series.map(([practice, place = 0, text = 0]) => {
      if (carrier === undefined || carrier !== carrierAt(place)) return undefined
      return select(practice, carrier === 'all' ? noText : textOfSeries(day, carrier, text))
    })
  return {
    keys: day.keys.map((key) => select(key[0], textOfKey(day, key))),
    rowSeries: seriesOf(groupBy === undefined ? undefined : carrierOf(new Set([groupBy, ...filtered]))),
    totalSeries: seriesOf(carrierOf(new Set(filtered))),
  }
}

/** The dimension whose histograms tell all of these apart. */
function carrierOf(needed: ReadonlySet<StatsDimension>): Carrier | undefined {
  const [first = 'all', ...more] = needed
  if (more.length === 0) return first
  return [...needed].every((dimension) => endpointDimensions.has(dimension)) ? 'endpoint' : undefined
}

function carrierAt(place: number): Carrier {
  return dimensions[place - 1] ?? 'all'
}

function noText(): string {
  return ''
}

function textOfKey(day: RollUpDay, key: readonly number[]): Text {
  return (dimension) => day.texts[key[dimensions.indexOf(dimension) + 1] ?? -1] ?? ''
}

function textOfSeries(day: RollUpDay, carrier: StatsDimension, text: number): Text {
  if (carrier !== 'endpoint') return () => day.texts[text] ?? ''
  const key = day.keys.find((one) => one[dimensions.indexOf('endpoint') + 1] === text)
  return textOfKey(day, key ?? [])
}
