/**
 * Mends a day file whose last line was cut by a crash: the bytes after the last whole line are moved to a file of their
 * own in `torn/`, and the day file ends with its last whole line. Answers what was found, undefined if nothing was torn.
 * A day file without one whole line is removed. System errors are thrown and leave the day file as it is.
 */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { replaceFile } from './atomicFile.ts'
import { endOfLastLine } from './journalLines.ts'

export type TornTail = { readonly tornBytes: number; readonly tornFile: string }

export function mendTornTail(dayPath: string, tornFolder: string, atMs: number): TornTail | undefined {
  const descriptor = openSync(dayPath, 'r+')
  try {
    const sizeBytes = fstatSync(descriptor).size
    const endBytes = endOfLastLine(descriptor, sizeBytes)
    if (endBytes === 0 && sizeBytes === 0) rmSync(dayPath, { force: true })
    if (endBytes === sizeBytes) return undefined

    const tail = Buffer.alloc(sizeBytes - endBytes)
    readSync(descriptor, tail, 0, tail.length, endBytes)
    mkdirSync(tornFolder, { recursive: true, mode: 0o700 })
    const tornFile = `${basename(dayPath, '.jsonl')}-at-${endBytes}-${atMs}.torn`
    // Copied before it is cut off: a crash in between leaves the tail twice, never nowhere.
    replaceFile(join(tornFolder, tornFile), tail)
    ftruncateSync(descriptor, endBytes)
    fsyncSync(descriptor)
    if (endBytes === 0) rmSync(dayPath, { force: true })
    return { tornBytes: tail.length, tornFile }
  } finally {
    closeSync(descriptor)
  }
}
