/**
 * Who waits for room in budgets, first come first served. When something was settled the waiting are looked at in their
 * order; those that fit together are woken. A few that do not fit are passed over, so that a large one at the head does
 * not keep small ones waiting; not all are looked at, because a thousand may wait.
 */
import type { Admission } from '../core/budgets/admitAttempt.ts'
import { counterKeyOf } from '../core/budgets/counters.ts'
import type { BudgetAttempt, Promised } from './budgetGate.ts'
import type { Clock } from './ports.ts'

export type RoomQueue = {
  /** Waits until one of the attempts fits, or the time is over, or the signal aborts; true: it fits. */
  readonly untilFits: (attempts: readonly BudgetAttempt[], longestMs: number, signal: AbortSignal) => Promise<boolean>
  /** Something was settled. */
  readonly onRoom: () => void
}

type Waiting = { readonly attempts: readonly BudgetAttempt[]; readonly wake: (doesFit: boolean) => void }

const passedOver = 16

export function createRoomQueue(
  clock: Clock,
  admit: (attempt: BudgetAttempt, promised: Promised) => Admission,
): RoomQueue {
  const waiting = new Set<Waiting>()

  function onRoom(): void {
    const promised: Promised = new Map()
    let misfits = 0
    for (const one of waiting) {
      if (fits(one, promised)) one.wake(true)
      else misfits += 1
      if (misfits > passedOver) return
    }
  }

  function fits({ attempts }: Waiting, promised: Promised): boolean {
    for (const attempt of attempts) {
      const admission = admit(attempt, promised)
      if (admission.state !== 'granted') continue
      for (const hold of admission.holds) {
        const key = counterKeyOf(hold)
        promised.set(key, (promised.get(key) ?? 0) + hold.amount)
      }
      return true
    }
    return false
  }

  return {
    onRoom,
    untilFits: (attempts, longestMs, signal) =>
      new Promise((resolve) => {
        const wake = (doesFit: boolean) => {
          waiting.delete(one)
          stopTimer()
          signal.removeEventListener('abort', onAbort)
          resolve(doesFit)
        }
        const onAbort = () => wake(false)
        const one = { attempts, wake }
        const stopTimer = clock.startTimer(longestMs, () => wake(false))
        waiting.add(one)
        signal.addEventListener('abort', onAbort, { once: true })
        if (signal.aborted) wake(false)
      }),
  }
}
