/**
 * Forgets past requests everywhere: first in the journal, then in all that was made from it or beside it. One wish after
 * the other; what a crash broke off is done at the next start. A wish is over only when nothing is kept beside the journal
 * either; what cannot be removed there is told, and not tried again by itself: later requests are not meant.
 */
import type { Failure } from '../../shared/domain/failure.ts'
import type { ForgetWish } from '../../shared/domain/forgetWish.ts'
import type { Ledger } from './ledger.ts'
import type { Forgotten, Journal, Log } from './ports.ts'

export type Forgetting = {
  readonly forget: (wish: ForgetWish) => Promise<ForgetReport | Failure>
  /** Takes up a wish that was not fulfilled. */
  readonly resume: () => Promise<void>
}

export type ForgetReport = {
  readonly requests: number
  readonly removedDays: readonly string[]
  readonly problems: readonly string[]
}

/** What is kept of requests beside the journal; answers what could not be removed, in words. */
export type Remains = (wish: ForgetWish, forgotten: Forgotten) => readonly string[]

export type ForgettingPorts = {
  readonly ledger: Pick<Ledger, 'forget'>
  readonly journal: Pick<Journal, 'unfinishedForget' | 'forgetDone'>
  readonly remains: Remains
  readonly log: Log
}

export function createForgetting({ ledger, journal, remains, log }: ForgettingPorts): Forgetting {
  let last: Promise<unknown> = Promise.resolve()

  async function forget(wish: ForgetWish): Promise<ForgetReport | Failure> {
    const forgotten = await ledger.forget(wish)
    if ('kind' in forgotten) return forgotten
    const left = remains(wish, forgotten)
    const notDone = journal.forgetDone()
    const problems = notDone === undefined ? left : [...left, notDone.message]
    const requests = forgotten.requestIds.size
    log.info('requests were forgotten at the user’s wish', { kind: wish.kind, requests, problems })
    return { requests, removedDays: forgotten.removedDays, problems }
  }

  const inTurn = (wish: ForgetWish): Promise<ForgetReport | Failure> => {
    const turn = last.then(() => forget(wish))
    last = turn.catch(() => undefined)
    return turn
  }
  return {
    forget: inTurn,
    resume: async () => {
      const wish = journal.unfinishedForget()
      const report = wish && (await inTurn(wish))
      if (report !== undefined && 'kind' in report)
        log.error('a wish to forget is still not fulfilled', { reason: report.message })
    },
  }
}
