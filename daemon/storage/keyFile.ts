/**
 * Values of keys in one file of the state folder, the last resort where no keychain is: plain text in JSON, mode 0600,
 * replaced as a whole, no backup, so that a removed value is gone. A file that lets others in is closed to them when it
 * is read. One that cannot be understood is left as it is, and its keys are locked.
 */
import { chmodSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import * as z from 'zod'
import type { Log, StoredValue } from '../gateway/ports.ts'
import { replaceFile } from './atomicFile.ts'
import { ensureFolder } from './dataFolders.ts'
import { describeSystemError, isSystemError } from './systemError.ts'

export type KeyFile = {
  readonly read: (account: string) => StoredValue
  /** Why it failed, in words. */
  readonly write: (account: string, value: string) => string | undefined
  /** The file goes with its last value. */
  readonly remove: (account: string) => string | undefined
}

const contentSchema = z.object({ schema: z.literal(1), keys: z.record(z.string(), z.string().min(1)) })

type Reading =
  | { readonly state: 'read'; readonly keys: Readonly<Record<string, string>> }
  | { readonly state: 'unreadable'; readonly reason: string }

export function createKeyFile(path: string, log: Log): KeyFile {
  function read(): Reading {
    try {
      closeToOthers(path, log)
      const content = contentSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')))
      if (content.success) return { state: 'read', keys: content.data.keys }
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) return { state: 'read', keys: {} }
      // The words of a JSON error repeat what was read.
      if (isSystemError(error)) return { state: 'unreadable', reason: `${path}: ${describeSystemError(error)}` }
    }
    const reason = `${path}: expected keys as this version writes them, found other; mend it or move it away`
    return { state: 'unreadable', reason }
  }

  function change(edit: (keys: Readonly<Record<string, string>>) => Readonly<Record<string, string>>) {
    const before = read()
    if (before.state === 'unreadable') return before.reason
    const keys = edit(before.keys)
    try {
      const problem = ensureFolder(dirname(path))
      if (problem !== undefined) return problem
      if (Object.keys(keys).length === 0) rmSync(path, { force: true })
      else replaceFile(path, `${JSON.stringify({ schema: 1, keys }, null, 2)}\n`)
      return undefined
    } catch (error) {
      return `${path}: ${describeSystemError(error)}`
    }
  }

  return {
    read: (account) => {
      const reading = read()
      if (reading.state === 'unreadable') return { state: 'locked', reason: reading.reason }
      const value = Object.hasOwn(reading.keys, account) ? reading.keys[account] : undefined
      return value === undefined ? { state: 'not-set' } : { state: 'set', value }
    },
    write: (account, value) => change((keys) => ({ ...keys, [account]: value })),
    remove: (account) => {
      const reading = read()
      if (reading.state === 'read' && !Object.hasOwn(reading.keys, account)) return undefined
      return change((keys) => Object.fromEntries(Object.entries(keys).filter(([name]) => name !== account)))
    },
  }
}

/** Windows keeps others out by the folder's access list. */
function closeToOthers(path: string, log: Log): void {
  if (process.platform === 'win32') return
  const mode = statSync(path).mode & 0o777
  if ((mode & 0o077) === 0) return
  chmodSync(path, 0o600)
  const advice = 'it is 0600 now; rotate its keys if others use this machine'
  log.warn('the file of keys let others in', { file: path, mode: mode.toString(8), advice })
}
