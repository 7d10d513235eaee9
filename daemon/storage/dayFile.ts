/**
 * One journal file that is being appended to. `appendWhole` writes the text with one write, or leaves the file as it was
 * and says why in words. `startSync` and `syncNow` bring what was appended to the disk. Opening throws system errors.
 */
import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { syncFolder } from './atomicFile.ts'
import { describeSystemError } from './systemError.ts'

/** The system calls that a full or failing disk makes fail. */
export type DiskCalls = {
  /** Answers how many bytes were taken; fewer than given is possible. */
  readonly write: (descriptor: number, bytes: Buffer) => number
  readonly truncate: (descriptor: number, lengthBytes: number) => void
  readonly sync: (descriptor: number, onDone: (error: Error | null) => void) => void
  readonly syncNow: (descriptor: number) => void
}

export const systemDiskCalls: DiskCalls = {
  write: (descriptor, bytes) => writeSync(descriptor, bytes),
  truncate: ftruncateSync,
  sync: fdatasync,
  syncNow: fdatasyncSync,
}

export type DayFile = {
  readonly day: string
  /** Bytes of whole lines. */
  readonly sizeBytes: () => number
  readonly appendWhole: (text: string) => string | undefined
  readonly startSync: (onDone: (problem: string | undefined) => void) => void
  readonly syncNow: () => string | undefined
  /** A file that holds nothing is removed. */
  readonly close: () => void
}

export function openDayFile(path: string, day: string, calls: DiskCalls): DayFile {
  const isNew = !existsSync(path)
  const descriptor = openSync(path, 'a', 0o600)
  if (isNew) syncFolder(dirname(path))
  let goodBytes = fstatSync(descriptor).size
  let hasLeftover = false
  let syncsUnderWay = 0
  let isClosed = false

  const cutBack = (): string | undefined => {
    try {
      calls.truncate(descriptor, goodBytes)
      hasLeftover = false
      return undefined
    } catch (error) {
      hasLeftover = true
      return describeSystemError(error)
    }
  }
  const closeWhenIdle = () => {
    // The number of a closed descriptor may name another file when a sync that is under way comes to it.
    if (isClosed && syncsUnderWay === 0) closeSync(descriptor)
  }

  return {
    day,
    sizeBytes: () => goodBytes,
    appendWhole: (text) => {
      const leftover = hasLeftover ? cutBack() : undefined
      if (leftover !== undefined) return `a half-written line cannot be removed: ${leftover}`
      const bytes = Buffer.from(text)
      try {
        const writtenBytes = calls.write(descriptor, bytes)
        if (writtenBytes === bytes.length) {
          goodBytes += bytes.length
          return undefined
        }
        cutBack()
        return `only ${writtenBytes} of ${bytes.length} bytes found room: the disk or a limit for files is full`
      } catch (error) {
        cutBack()
        return describeSystemError(error)
      }
    },
    startSync: (onDone) => {
      syncsUnderWay++
      calls.sync(descriptor, (error) => {
        syncsUnderWay--
        closeWhenIdle()
        onDone(error === null ? undefined : describeSystemError(error))
      })
    },
    syncNow: () => {
      try {
        calls.syncNow(descriptor)
        return undefined
      } catch (error) {
        return describeSystemError(error)
      }
    },
    close: () => {
      if (isClosed) return
      isClosed = true
      closeWhenIdle()
      if (goodBytes === 0) rmSync(path, { force: true })
    },
  }
}
