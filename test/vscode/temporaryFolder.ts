// A temporary folder for one run: `remove` takes it away, and so does the end of this process. A process that a signal may end
// calls `exitOnSignals` too. The path is short, because sockets come to lie in it.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryFolder {
  readonly path: string
  remove(): void
}

export function createTemporaryFolder(prefix: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), prefix))
  // Processes that were just killed may still be writing their last file.
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  process.once('exit', remove)
  return {
    path,
    remove() {
      process.removeListener('exit', remove)
      remove()
    },
  }
}
