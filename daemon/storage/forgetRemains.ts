/**
 * Removes what is kept of forgotten requests beside the journal: roll-ups of days (made anew from what the journal still
 * says), torn lines, and the state's snapshots, which are a cache. Of a workspace every file goes that names its path.
 * Answers what could not be removed, in words.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ForgetWish } from '../../shared/domain/forgetWish.ts'
import type { DataFolders } from './dataFolders.ts'
import { describeSystemError, isSystemError } from './systemError.ts'

export function forgetRemains(
  folders: Pick<DataFolders, 'state' | 'journal' | 'rollups'>,
  wish: ForgetWish,
): readonly string[] {
  return [
    ...removeIn(folders.rollups, wish),
    ...removeIn(join(folders.journal, 'torn'), wish),
    ...['state.json', 'state.json.bak'].flatMap((name) => problemsOf(join(folders.state, name), remove)),
  ]
}

/** Files whose names begin with their day. */
function removeIn(folder: string, wish: ForgetWish): readonly string[] {
  return namesIn(folder).flatMap((name) =>
    problemsOf(join(folder, name), (path) => {
      if (isMeant(wish, name.slice(0, 10), path)) remove(path)
    }),
  )
}

function isMeant(wish: ForgetWish, day: string, path: string): boolean {
  switch (wish.kind) {
    case 'all':
      return true
    case 'before':
      return day < wish.day
    case 'workspace':
      return readFileSync(path).includes(JSON.stringify(wish.path))
  }
}

function remove(path: string): void {
  rmSync(path, { force: true })
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return []
    throw error
  }
}

function problemsOf(path: string, work: (path: string) => void): readonly string[] {
  try {
    work(path)
    return []
  } catch (error) {
    if (!isSystemError(error)) throw error
    return [`${path}: ${describeSystemError(error)}`]
  }
}
