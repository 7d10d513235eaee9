/**
 * Removes what is kept of forgotten requests beside the journal: roll-ups of days (made anew from what the journal still
 * says), torn lines, and the state's snapshots, which are a cache. Of a workspace every file goes that names its path; but
 * roll-ups of a day whose journal is gone cannot be made anew, and others count in them too, so they only lose the name:
 * what was counted for it counts for no workspace then. Answers what could not be removed, in words.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ForgetWish } from '../../shared/domain/forgetWish.ts'
import { replaceFile } from './atomicFile.ts'
import type { DataFolders } from './dataFolders.ts'
import { dayPathOf } from './journalReading.ts'
import { rollUpsWithoutText } from './rollUpFiles.ts'
import { describeSystemError, isSystemError } from './systemError.ts'

export function forgetRemains(
  folders: Pick<DataFolders, 'state' | 'journal' | 'rollups'>,
  wish: ForgetWish,
): readonly string[] {
  return [
    ...eachMeantIn(folders.rollups, wish, (path, day) => {
      const isMadeAnew = existsSync(dayPathOf(folders.journal, day))
      if (wish.kind !== 'workspace' || isMadeAnew || !isUnnamed(path, wish.path)) remove(path)
    }),
    ...eachMeantIn(join(folders.journal, 'torn'), wish, remove),
    ...['state.json', 'state.json.bak'].flatMap((name) => problemsOf(join(folders.state, name), remove)),
  ]
}

/** Files whose names begin with their day. */
function eachMeantIn(folder: string, wish: ForgetWish, work: (path: string, day: string) => void): readonly string[] {
  return namesIn(folder).flatMap((name) =>
    problemsOf(join(folder, name), (path) => {
      const day = name.slice(0, 10)
      if (isMeant(wish, day, path)) work(path, day)
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

/** Answers false for a file that nobody could read. */
function isUnnamed(path: string, workspace: string): boolean {
  const content = rollUpsWithoutText(readFileSync(path, 'utf8'), workspace)
  if (content !== undefined) replaceFile(path, content)
  return content !== undefined
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
