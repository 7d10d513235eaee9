/**
 * The configuration that was last in force, kept in the state folder, so that a daemon that finds a damaged config.json
 * at its start goes on with it. Only what was understood is kept, so nothing that somebody hid in an unknown field.
 * Neither reading nor keeping it ever fails: what goes wrong is said to the log.
 */
import { readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Log } from '../gateway/ports.ts'
import { replaceFile } from './atomicFile.ts'
import { type Config, configSchema } from './configSchema.ts'
import { ensureFolder } from './dataFolders.ts'
import { describeSystemError, isSystemError } from './systemError.ts'

/** Undefined: none is kept, or it cannot be read. */
export function readLastGoodConfig(path: string, log: Log): Config | undefined {
  const text = textOf(path, log)
  if (text === undefined) return undefined
  try {
    return configSchema.parse(JSON.parse(text))
  } catch {
    log.warn('The last good configuration that was kept is damaged', { file: path })
    return undefined
  }
}

/** Undefined: there is no configuration file, so that the defaults were last in force. */
export function keepLastGoodConfig(path: string, config: Config | undefined, log: Log): void {
  const text = config && `${JSON.stringify(config, null, 2)}\n`
  if (text === textOf(path, log)) return
  try {
    if (text === undefined) rmSync(path, { force: true })
    else write(path, text)
  } catch (error) {
    log.warn('The last good configuration cannot be kept', { file: path, reason: describeSystemError(error) })
  }
}

function write(path: string, text: string): void {
  const problem = ensureFolder(dirname(path))
  if (problem !== undefined) throw new Error(problem)
  replaceFile(path, text)
}

function textOf(path: string, log: Log): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) {
      log.warn('The last good configuration cannot be read', { file: path, reason: describeSystemError(error) })
    }
    return undefined
  }
}
