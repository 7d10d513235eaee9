/**
 * Which of a day's sums and histograms a question of statistics is about. Sums are kept for each combination of dimensions,
 * so every grouping and filter finds its own. Histograms (and a whole day's sums) are kept for one dimension at a time: such
 * series answer where the filter and the grouping together name no more than one dimension, or only endpoint, provider and
 * model, because an endpoint's name is made of those.
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
  /** The series say all that is asked for, sums too. */
  readonly areSeriesEnough: boolean
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

/** What series answer needs no combinations. */
export function needsCombinations({ groupBy, where }: StatsQuestion): boolean {
  const filtered = filteredBy(where)
  return (
    carrierOf(new Set(filtered)) === undefined || carrierOf(new Set([groupBy ?? [], filtered].flat())) === undefined
  )
}

export function selectionOf(day: RollUpDay, { groupBy, where }: StatsQuestion): StatsSelection {
  const filtered = filteredBy(where)
  const passes = (text: Text) => filtered.every((dimension) => where[dimension]?.includes(text(dimension)) === true)
  const groupOf = (text: Text) => (groupBy === undefined ? '' : text(groupBy))
  const select = (practice: number | undefined, text: Text) =>
    passes(text) ? { group: groupOf(text), isPractice: practice === 1 } : undefined
  const seriesOf = (carrier: Carrier | undefined) =>
    day.series.map(([practice, place = 0, text = 0]) => {
      if (carrier === undefined || carrier !== carrierAt(place)) return undefined
      return select(practice, textOfSeries(carrier, day.texts[text] ?? ''))
    })
  return {
    areSeriesEnough: !needsCombinations({ ...(groupBy !== undefined && { groupBy }), where }),
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

function filteredBy(where: StatsFilter): readonly StatsDimension[] {
  return dimensions.filter((dimension) => where[dimension] !== undefined)
}

function textOfKey(day: RollUpDay, key: readonly number[]): Text {
  return (dimension) => day.texts[key[dimensions.indexOf(dimension) + 1] ?? -1] ?? ''
}

function textOfSeries(carrier: Carrier, text: string): Text {
  if (carrier !== 'endpoint') return () => (carrier === 'all' ? '' : text)
  // MODEL@PROVIDER.
  const at = text.lastIndexOf('@')
  const texts = { endpoint: text, model: text.slice(0, Math.max(0, at)), provider: text.slice(at + 1) }
  return (dimension) => (dimension === 'model' || dimension === 'provider' ? texts[dimension] : text)
}
