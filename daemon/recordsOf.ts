/** What is kept of requests, put together: the ledger with its caches, the decisions, the captured content. Part of the composition root. */
import { join } from 'node:path'
import { createLedger } from './gateway/ledger.ts'
import type { Clock, Journal, Log } from './gateway/ports.ts'
import { createCapturedFiles } from './storage/capturedFiles.ts'
import type { Config } from './storage/configSchema.ts'
import type { DataFolders } from './storage/dataFolders.ts'
import { createDecisionFiles } from './storage/decisionFiles.ts'
import { createRollUpFiles } from './storage/rollUpFiles.ts'
import { openStateFile } from './storage/stateFile.ts'

export type RecordsOptions = {
  readonly folders: DataFolders
  readonly journal: Journal
  readonly clock: Clock
  readonly log: Log
  /** The version of this program. */
  readonly build: string
  readonly config: () => Config
  readonly secrets: () => readonly string[]
}

export function recordsOf({ folders, journal, clock, log, build, config, secrets }: RecordsOptions) {
  const cache = openStateFile({ path: join(folders.state, 'state.json'), build, log })
  const ledger = createLedger({ journal, archive: createRollUpFiles(folders.rollups, log), cache, clock, log })
  const decisions = createDecisionFiles(folders.decisions, clock, log)
  const folder = join(folders.state, 'captured')
  const captured = createCapturedFiles({ folder, settings: () => config().capture, secrets, clock, log })
  return {
    ledger,
    decisions,
    captured,
    /** Before the journal is closed. */
    close: () => {
      ledger.snapshotNow()
      decisions.close()
      captured.close()
    },
  }
}
