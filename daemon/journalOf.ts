/** The journal and what forgets in it and beside it, put together. Part of the composition root. */

import type { ForgetWish } from '../shared/domain/forgetWish.ts'
import { utcDayOf } from '../shared/domain/utcDay.ts'
import type { CapturedContent, CapturedKey } from './gateway/captured.ts'
import { createForgetting, type Forgetting } from './gateway/forgetting.ts'
import type { Ledger } from './gateway/ledger.ts'
import type { Clock, Log } from './gateway/ports.ts'
import { type Config, journalLimitsOf } from './storage/configSchema.ts'
import type { DataFolders } from './storage/dataFolders.ts'
import type { DecisionFiles } from './storage/decisionFiles.ts'
import { forgetRemains } from './storage/forgetRemains.ts'
import { type JournalFiles, type OpenJournalResult, openJournal } from './storage/journalFiles.ts'

type JournalParts = {
  readonly folders: DataFolders
  readonly config: { readonly current: () => Config }
  readonly clock: Clock
  readonly log: Log
}

export function openJournalOf({ folders, config, clock, log }: JournalParts): OpenJournalResult {
  return openJournal({ folder: folders.journal, retention: () => journalLimitsOf(config.current()), clock, log })
}

type ForgettingParts = {
  readonly folders: DataFolders
  readonly journal: JournalFiles
  readonly ledger: Ledger
  readonly decisions: DecisionFiles
  readonly captured: Pick<CapturedContent, 'forget'>
  readonly log: Log
}

/** Takes up at once what a crash broke off. */
export function forgettingOf({ folders, journal, ledger, decisions, captured, log }: ForgettingParts): Forgetting {
  const forgetting = createForgetting({
    ledger,
    journal,
    remains: (wish, { requestIds }) => [
      ...decisions.forget(wish, requestIds),
      ...captured.forget((one) => requestIds.has(one.requestId) || isCapturedMeant(wish, one)),
      ...forgetRemains(folders, wish),
    ],
    log,
  })
  forgetting
    .resume()
    .catch((error: unknown) => log.error('a wish to forget cannot be fulfilled', { error: String(error) }))
  return forgetting
}

/** The journal may have lost a request's lines to their age before its content goes. */
function isCapturedMeant(wish: ForgetWish, { workspace, atMs }: CapturedKey): boolean {
  switch (wish.kind) {
    case 'all':
      return true
    case 'before':
      return utcDayOf(atMs) < wish.day
    case 'workspace':
      return workspace === wish.path
  }
}
