/** Which mark of a budget was just passed: each is told once a window, because what counts is the highest use so far. */
import type { Budget } from '../../../shared/domain/budget.ts'
import type { Counter } from './counters.ts'

/** The highest mark that the attempt that ended last passed, in percent; undefined: none. */
export function passedMark(
  { limit, marksPercent }: Pick<Budget, 'limit' | 'marksPercent'>,
  { peakBefore, peak }: Pick<Counter, 'peakBefore' | 'peak'>,
): number | undefined {
  return marksPercent.findLast((mark) => {
    const amount = (limit * mark) / 100
    return peakBefore < amount && peak >= amount
  })
}
