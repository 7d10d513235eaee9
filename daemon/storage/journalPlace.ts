/**
 * A place in the journal between two lines: a day, a number of bytes, and a print of the bytes just before. A file that
 * was cut, rewritten or replaced since has another print there. System errors are thrown.
 */
import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { JournalPlace } from '../gateway/ports.ts'

const printedBytes = 512
const newline = 0x0a

/** Undefined where no line ends. */
export function placeAt(path: string, day: string, offsetBytes: number): JournalPlace | undefined {
  const descriptor = openSync(path, 'r')
  try {
    if (offsetBytes <= 0 || offsetBytes > fstatSync(descriptor).size) return undefined
    const before = Buffer.alloc(Math.min(printedBytes, offsetBytes))
    const count = readSync(descriptor, before, 0, before.length, offsetBytes - before.length)
    if (count < before.length || before.at(-1) !== newline) return undefined
    return { day, offsetBytes, print: createHash('sha256').update(before).digest('base64url').slice(0, 22) }
  } finally {
    closeSync(descriptor)
  }
}
