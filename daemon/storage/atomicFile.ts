/**
 * Replaces a whole file at once. After a crash at any moment the path names the old bytes or the new ones, never a mix:
 * temporary file beside it, fsync, rename, fsync of the folder. Mode 0600. A symbolic link stays a link; the file it
 * names is replaced. System errors are thrown, and leave the old file and no temporary one.
 *
 * `replaceFileKeepingBackup` first puts `backup` (the last bytes known to be good) under PATH.bak, the same way.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isSystemError } from './systemError.ts'

export function replaceFile(path: string, content: string | Uint8Array): void {
  const target = realPathOf(path)
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`
  try {
    writeThrough(temporary, content)
    renameSync(temporary, target)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  syncFolder(dirname(target))
}

export function backupPathOf(path: string): string {
  return `${path}.bak`
}

export function replaceFileKeepingBackup(path: string, content: string, backup: string | undefined): void {
  if (backup !== undefined) replaceFile(backupPathOf(path), backup)
  replaceFile(path, content)
}

function writeThrough(path: string, content: string | Uint8Array): void {
  const descriptor = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(descriptor, content)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return path
    throw error
  }
}

/** Makes a new or renamed name in the folder survive a power cut. */
export function syncFolder(folder: string): void {
  // Windows has no way to sync a folder; NTFS journals the rename.
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
