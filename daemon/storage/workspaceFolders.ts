/**
 * Which workspace a client means: the real path of the nearest folder upwards of the document that has `.waybill.json`
 * or `.git`, else of the folder that the client names. The same folder reached through a link is the same workspace.
 * What a repository's own `.waybill.json` says is read only where the client reports that the user trusts it.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import type { WorkspacePath } from '../../shared/domain/ids.ts'
import type { WorkspaceRef } from '../../shared/protocol/workspace.ts'
import type { Log } from '../gateway/ports.ts'

export type FoundWorkspace = { readonly path: WorkspacePath; readonly fileProfile?: string }

const ownFileName = '.waybill.json'
const markers = [ownFileName, '.git']

export function createWorkspaceFolders(log: Log): {
  readonly resolve: (ref: WorkspaceRef) => FoundWorkspace | undefined
} {
  return {
    resolve: (ref) => {
      const folder = nearestMarked(ref) ?? ref.folder
      if (folder === undefined || !isAbsolute(folder)) return undefined
      const path = realPathOf(folder) as WorkspacePath
      const fileProfile = ref.isTrusted === true ? profileInFile(join(path, ownFileName), log) : undefined
      return { path, ...(fileProfile !== undefined && { fileProfile }) }
    },
  }
}

function nearestMarked(ref: WorkspaceRef): string | undefined {
  const start = ref.document === undefined ? ref.folder : dirname(ref.document)
  if (start === undefined || !isAbsolute(start)) return undefined
  for (let folder = start; ; folder = dirname(folder)) {
    if (markers.some((marker) => existsSync(join(folder, marker)))) return folder
    if (folder === dirname(folder)) return undefined
  }
}

/** A folder that is gone keeps the name it had. */
function realPathOf(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return folder
  }
}

function profileInFile(file: string, log: Log): string | undefined {
  if (!existsSync(file)) return undefined
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const profile = (content as { readonly profile?: unknown } | null)?.profile
    if (profile === undefined || typeof profile === 'string') return profile
    log.warn('a workspace file names no profile', { file, place: 'profile', expected: 'a name', found: typeof profile })
  } catch (error) {
    log.warn('a workspace file cannot be read', { file, expected: 'a JSON object', found: String(error) })
  }
  return undefined
}
