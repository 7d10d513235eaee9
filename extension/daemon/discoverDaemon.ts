/**
 * Finds what the running daemon left to be found by. `stateFolderOf` is where its state lies: WAYBILL_HOME/state, else the
 * operating system's data folder for `waybill`; the daemon's own rule. `readDiscovery` gives the parsed text of its discovery
 * file, not yet decoded, or undefined when there is none: cheap, for the start of every window. The daemon that wrote it may be
 * dead; connect to find out.
 */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import envPaths from 'env-paths'
import type { discoveryFileName } from '../../shared/protocol/discovery.ts'

export function stateFolderOf(environment: Readonly<Record<string, string | undefined>>): string {
  const home = environment.WAYBILL_HOME
  if (home !== undefined && home !== '') return join(resolve(home), 'state')
  return envPaths('waybill', { suffix: '' }).data
}

export async function readDiscovery(stateFolder: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(stateFolder, fileName), 'utf8'))
  } catch {
    return undefined
  }
}

// Written out, because importing the constant would load zod; its type keeps the two equal.
const fileName: typeof discoveryFileName = 'daemon.json'
