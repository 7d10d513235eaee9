/**
 * Who waits for room in budgets, first come first served. When something was settled the waiting are looked at in their
 * order; those that fit together are woken, and so are those for whom waiting is in vain now. A few that may fit later are
 * passed over, so that a large one at the head does not keep small ones waiting; not all are looked at, because a
 * thousand may wait.
 */
import type { Admission } from '../core/budgets/admitAttempt.ts'
import { counterKeyOf } from '../core/budgets/counters.ts'
import type { BudgetAttempt, Promised } from './budgetGate.ts'
import type { Clock } from './ports.ts'

export type RoomQueue = {
  /** A place in the queue, kept over all waits of one request: whoever is woken may find the room taken again. */
  readonly takePlace: () => number
  /**
   * Waits until one of the attempts fits, or waiting is in vain, or the time is over, or the signal aborts; true: it fits.
   */
  readonly untilFits: (wish: RoomWish, signal: AbortSignal) => Promise<boolean>
  /** Something was settled. */
  readonly onRoom: () => void
}

export type RoomWish = {
  readonly attempts: readonly BudgetAttempt[]
  readonly longestMs: number
  readonly place: number
}

type Waiting = Pick<RoomWish, 'attempts' | 'place'> & { readonly wake: (doesFit: boolean) => void }

type Outlook = 'fits' | 'may-fit-later' | 'in-vain'

const passedOver = 16

export function createRoomQueue(
  clock: Clock,
  admit: (attempt: BudgetAttempt, promised: Promised) => Admission,
): RoomQueue {
  /** By their places. */
  const waiting: Waiting[] = []
  let places = 0

  function onRoom(): void {
    const promised: Promised = new Map()
    let misfits = 0
    for (const one of [...waiting]) {
      const outlook = outlookOf(one.attempts, promised)
      if (outlook !== 'may-fit-later') one.wake(outlook === 'fits')
      else misfits += 1
      if (misfits > passedOver) return
    }
  }

  function outlookOf(attempts: Waiting['attempts'], promised: Promised): Outlook {
    let outlook: Outlook = 'in-vain'
    for (const attempt of attempts) {
      const admission = admit(attempt, promised)
      if (admission.state === 'short') {
        if (admission.shortfalls.every(({ reason }) => reason === 'held' || reason === 'rate'))
          outlook = 'may-fit-later'
        continue
      }
      for (const hold of admission.holds) {
        const key = counterKeyOf(hold)
        promised.set(key, (promised.get(key) ?? 0) + hold.amount)
      }
      return 'fits'
    }
    return outlook
  }

  function join(one: Waiting): void {
    const before = waiting.findLastIndex(({ place }) => place < one.place)
    waiting.splice(before + 1, 0, one)
  }

  return {
    onRoom,
    takePlace: () => {
      places += 1
      return places
    },
    untilFits: ({ attempts, longestMs, place }, signal) =>
      new Promise((resolve) => {
        // Something may have been settled since it was found not to fit.
        const outlook = outlookOf(attempts, new Map())
        if (outlook !== 'may-fit-later' || signal.aborted) return resolve(outlook === 'fits')
        const wake = (doesFit: boolean) => {
          waiting.splice(waiting.indexOf(one), 1)
          stopTimer()
          signal.removeEventListener('abort', onAbort)
          resolve(doesFit)
        }
        const onAbort = () => wake(false)
        const one = { attempts, place, wake }
        const stopTimer = clock.startTimer(longestMs, () => wake(false))
        signal.addEventListener('abort', onAbort, { once: true })
        join(one)
      }),
  }
}
