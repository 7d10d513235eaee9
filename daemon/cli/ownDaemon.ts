/**
 * The real way to the daemon: its files in this user's folders, its process started from this program. `problem`: this
 * user has no folders, in words.
 */

import type { Build } from '../../shared/domain/build.ts'
import { takesOver } from '../../shared/domain/newerBuild.ts'
import { type DataFolders, dataFoldersOf } from '../storage/dataFolders.ts'
import type { DaemonAccess, ReachedDaemon, StartOptions } from './daemonAccess.ts'
import { findDaemon, startDaemon, startSuccessor } from './findDaemon.ts'

/** Long enough for a slow disk and a cold cache; a healthy start takes well under a second. */
const startDeadlineMs = 15_000
/** For the answer of an older daemon, which it gives at once; what it has to do may take longer. */
const handOverDeadlineMs = 5_000

/** `program` is what follows the Node executable to run this program's command line. */
export async function ownDaemon(
  environment: Readonly<Record<string, string | undefined>>,
  program: readonly string[],
  build: Build,
): Promise<DaemonAccess | { readonly problem: string }> {
  const found = await dataFoldersOf(environment)
  if ('problem' in found) return found
  const folders: DataFolders = found

  async function start({ idleExitMs }: StartOptions): Promise<ReachedDaemon | string> {
    const started = await startDaemon({ ...processOf(idleExitMs), deadlineMs: startDeadlineMs })
    return started.state === 'started' ? started : started.message
  }

  function processOf(idleExitMs?: number) {
    const idle = idleExitMs === undefined ? [] : ['--idle-exit-ms', String(idleExitMs)]
    return { folders, environment, commandLine: [...program, 'daemon', ...idle] }
  }

  /** A strictly older daemon is asked to hand over: at once if it has nothing to do, else it is used as long as it goes on. */
  async function findOrStart(options: StartOptions): Promise<ReachedDaemon | string> {
    const found = await findDaemon(folders)
    if (found === undefined) return start(options)
    if (!takesOver(build, found.discovery)) return found
    found.socket.destroy()
    return (await startSuccessor({ ...processOf(), deadlineMs: handOverDeadlineMs }, build)) ?? start(options)
  }

  return {
    places: { configFile: folders.configFile, stateFolder: folders.state, logFile: folders.logFile },
    find: () => findDaemon(folders),
    findOrStart,
  }
}
