/**
 * The real way to the daemon: its files in this user's folders, its process started from this program. `problem`: this
 * user has no folders, in words.
 */

import { type DataFolders, dataFoldersOf } from '../storage/dataFolders.ts'
import type { DaemonAccess, ReachedDaemon, StartOptions } from './daemonAccess.ts'
import { findDaemon, startDaemon } from './findDaemon.ts'

/** Long enough for a slow disk and a cold cache; a healthy start takes well under a second. */
const startDeadlineMs = 15_000

/** `program` is what follows the Node executable to run this program's command line. */
export async function ownDaemon(
  environment: Readonly<Record<string, string | undefined>>,
  program: readonly string[],
): Promise<DaemonAccess | { readonly problem: string }> {
  const found = await dataFoldersOf(environment)
  if ('problem' in found) return found
  const folders: DataFolders = found

  async function start({ idleExitMs }: StartOptions): Promise<ReachedDaemon | string> {
    const idle = idleExitMs === undefined ? [] : ['--idle-exit-ms', String(idleExitMs)]
    const commandLine = [...program, 'daemon', ...idle]
    const started = await startDaemon({ folders, commandLine, environment, deadlineMs: startDeadlineMs })
    return started.state === 'started' ? started : started.message
  }

  return {
    places: { configFile: folders.configFile, stateFolder: folders.state, logFile: folders.logFile },
    find: () => findDaemon(folders),
    findOrStart: async (options) => (await findDaemon(folders)) ?? start(options),
  }
}
