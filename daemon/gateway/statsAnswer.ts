/** Answers `waybill/stats` from the roll-ups of all days. */
import type * as z from 'zod'
import type { Failure } from '../../shared/domain/failure.ts'
import type { stats as statsType } from '../../shared/protocol/stats.ts'
import { dayMs } from '../core/metrics/rollUpDay.ts'
import { statsOf, statsSeriesOf, type TimeRange } from '../core/metrics/statsOf.ts'
import { needsCombinations, type StatsFilter, type StatsQuestion } from '../core/metrics/statsSelection.ts'
import type { RollUpHistory } from './rollUpHistory.ts'
import { spendForecasts } from './spendForecasts.ts'
import { bucketMsOf, rangeOf } from './statsRange.ts'

type Params = z.infer<(typeof statsType)['params']>
type Answer = z.infer<(typeof statsType)['result']>

/** More would be a chart that nobody can read and an answer that nobody waits for. */
const maxPoints = 1_000

export function answerStats(history: RollUpHistory, params: Params, nowMs: number): Answer | Failure {
  const asked = askedRange(history, params, nowMs)
  if ('kind' in asked) return asked
  const { range, name } = asked
  const { groupBy = 'model' } = params
  const question: StatsQuestion = { where: filterOf(params), ...(groupBy !== 'none' && { groupBy }) }
  const toMs = Math.min(range.toMs, Math.max(nowMs, range.fromMs))
  const answer = {
    range: name,
    groupBy,
    fromMs: range.fromMs,
    toMs,
    ...(params.forecast === true && { forecast: spendForecasts(history, question.where, nowMs) }),
  }
  const wholeDays = needsCombinations(question) ? 'whole' : 'series'
  if (params.series === undefined) return { ...answer, ...statsOf(history.read(range, wholeDays), question, range) }
  const bucketMs = bucketMsOf(params.series, toMs - range.fromMs)
  if ((toMs - range.fromMs) / bucketMs > maxPoints) {
    return invalid(`expected a series of at most ${maxPoints} points; ask for a shorter range or a longer \`series\``)
  }
  // Days of another zone begin within the days of the files.
  const isWholeDays = bucketMs % dayMs === 0 && range.fromMs % dayMs === 0
  const days = history.read(range, isWholeDays ? wholeDays : 'slots')
  return { ...answer, bucketMs, ...statsSeriesOf(days, question, range, bucketMs) }
}

function askedRange(
  history: RollUpHistory,
  { range, fromMs, toMs }: Params,
  nowMs: number,
): { readonly range: TimeRange; readonly name: Answer['range'] } | Failure {
  if (fromMs === undefined && toMs === undefined) {
    const name = range ?? 'today'
    return { name, range: rangeOf(name, nowMs, history.days()[0]) }
  }
  if (range !== undefined) return invalid(`expected \`range\` or \`fromMs\` and \`toMs\`, found both`)
  const given = { fromMs: fromMs ?? rangeOf('all', nowMs, history.days()[0]).fromMs, toMs: toMs ?? nowMs }
  if (given.fromMs < given.toMs) return { range: given, name: 'custom' }
  return invalid(`expected \`fromMs\` before \`toMs\`, found ${given.fromMs} and ${given.toMs}`)
}

function filterOf({ where = {}, workspace }: Params): StatsFilter {
  return workspace === undefined ? where : { ...where, workspace: [workspace] }
}

function invalid(message: string): Failure {
  return { kind: 'invalid-request', message }
}
