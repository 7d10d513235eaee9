/**
 * Which workspace a client means: the real path of the nearest folder upwards of the document that has `.waybill.json`
 * or `.git`, else of the folder that the client names. The same folder reached through a link is the same workspace.
 * What a repository's own `.waybill.json` says is read only where the client reports that the user trusts it.
 */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import type { WorkspacePath } from '../../shared/domain/ids.ts'
import type { WorkspaceRef } from '../../shared/protocol/workspace.ts'
import type { Log } from '../gateway/ports.ts'
import { findJsonSyntaxError } from './jsonSyntax.ts'
import { describeSystemError, isSystemError } from './systemError.ts'

export type FoundWorkspace = { readonly path: WorkspacePath; readonly fileProfile?: string }

type FileProblem = { readonly place: string; readonly expected: string; readonly found: string }

const ownFileName = '.waybill.json'
const markers = [ownFileName, '.git']

export function createWorkspaceFolders(log: Log): {
  readonly resolve: (ref: WorkspaceRef) => FoundWorkspace | undefined
} {
  /** When the file was written that was last found wrong: it is said once, not at every request. */
  const reported = new Map<string, number | undefined>()
  const profileOf = (file: string): string | undefined => {
    const { profile, problem } = profileInFile(file)
    if (problem === undefined) {
      reported.delete(file)
      return profile
    }
    const writtenAtMs = modifiedAtMs(file)
    if (!reported.has(file) || reported.get(file) !== writtenAtMs) {
      log.warn('A workspace file names no profile', { file, ...problem })
    }
    reported.set(file, writtenAtMs)
    return undefined
  }

  return {
    resolve: (ref) => {
      const folder = nearestMarked(ref) ?? ref.folder
      if (folder === undefined || !isAbsolute(folder)) return undefined
      const path = realPathOf(folder) as WorkspacePath
      const fileProfile = ref.isTrusted === true ? profileOf(join(path, ownFileName)) : undefined
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

/** Undefined: no profile. What is wrong with the file is said without its content. */
function profileInFile(file: string): { readonly profile?: string; readonly problem?: FileProblem } {
  const text = textOf(file)
  if (typeof text !== 'string') return text
  const syntaxError = findJsonSyntaxError(text)
  if (syntaxError !== undefined) {
    const { line, column, expected, found } = syntaxError
    return { problem: { place: `line ${line}, column ${column}`, expected, found } }
  }
  const content: unknown = JSON.parse(text)
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    return { problem: { place: 'the top level', expected: 'an object', found: kindOf(content) } }
  }
  if (!('profile' in content)) return {}
  if (typeof content.profile === 'string') return { profile: content.profile }
  return { problem: { place: 'profile', expected: 'the name of a profile', found: kindOf(content.profile) } }
}

function textOf(file: string): string | { readonly problem?: FileProblem } {
  try {
    const text = readFileSync(file, 'utf8')
    // Some editors begin a file with a byte order mark.
    return text.startsWith('\ufeff') ? text.slice(1) : text
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return {}
    return { problem: { place: 'the whole file', expected: 'readable text', found: describeSystemError(error) } }
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`
}

function modifiedAtMs(file: string): number | undefined {
  try {
    return statSync(file).mtimeMs
  } catch {
    return undefined
  }
}
