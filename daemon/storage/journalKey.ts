/**
 * The key of the journal's chain: 32 random bytes in a file of their own, mode 0600, in base64url. Made when there is none.
 * `readJournalKey` makes nothing. System errors are thrown; a file that holds something else is said in words. A key is lost
 * when there is none and lines are chained already: a new one is made, and whoever asked is told, once.
 */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { replaceFile } from './atomicFile.ts'
import { dayPathOf, daysIn } from './journalReading.ts'
import { standingOf } from './lineWriter.ts'
import { isSystemError } from './systemError.ts'

const keyBytes = 32
const keyPattern = /^[A-Za-z0-9_-]{43}\n?$/

/** Beside the journal's folder: who copies the journal does not take the key along. */
export function journalKeyPathOf(journalFolder: string): string {
  return `${journalFolder}.key`
}

/** Undefined: there is no such file. */
export function readJournalKey(path: string): KeyObject | string | undefined {
  const text = textOf(path)
  if (text === undefined) return undefined
  if (keyPattern.test(text)) return createSecretKey(Buffer.from(text.trimEnd(), 'base64url'))
  return `${path}: expected the journal’s key, ${keyBytes} bytes in base64url, found something else; put it back from a copy, or move it away to begin a new chain`
}

/** Answers the key of the journal in the folder, or why there is none; `onLost` before it answers another than lines have. */
export function createJournalKey(folder: string, onLost: () => void): () => KeyObject | string {
  let key: KeyObject | undefined
  return () => {
    const opened = key ?? readJournalKey(journalKeyPathOf(folder)) ?? madeKey(folder, onLost)
    if (typeof opened !== 'string') key = opened
    return opened
  }
}

export function isChained(folder: string): boolean {
  return daysIn(folder).some((day) => (standingOf(dayPathOf(folder, day))?.head ?? '') !== '')
}

function madeKey(folder: string, onLost: () => void): KeyObject {
  const isLost = isChained(folder)
  const key = randomBytes(keyBytes)
  replaceFile(journalKeyPathOf(folder), `${key.toString('base64url')}\n`)
  if (isLost) onLost()
  return createSecretKey(key)
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw error
  }
}
