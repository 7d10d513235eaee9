/**
 * The key of the journal's chain: 32 random bytes in a file of their own, mode 0600, in base64url. Made when there is none.
 * `readJournalKey` makes nothing. System errors are thrown; a file that holds something else is said in words.
 */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { replaceFile } from './atomicFile.ts'
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
  return `${path}: expected the journal's key, ${keyBytes} bytes in base64url, found something else; put the file back, or remove it to begin a new chain`
}

export function openJournalKey(path: string): KeyObject | string {
  const known = readJournalKey(path)
  if (known !== undefined) return known
  const key = randomBytes(keyBytes)
  replaceFile(path, `${key.toString('base64url')}\n`)
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
