/**
 * Closed days' roll-ups, `rollups/YYYY-MM-DD.json`: immutable once written, and only a cache, since each can be made
 * again from its day's journal. So a file that cannot be read or written is a warning and nothing more.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RollUp } from '../core/metrics/rollUp.ts'
import type { Log } from '../gateway/ports.ts'
import { replaceFile } from './atomicFile.ts'
import { ensureFolder } from './dataFolders.ts'
import { describeSystemError, isSystemError } from './systemError.ts'

/** An older build makes the day anew instead of reading a newer file. */
const schema = 1

export type RollUpFiles = {
  readonly read: (day: string) => readonly RollUp[] | undefined
  readonly write: (day: string, rollUps: readonly RollUp[]) => void
}

export function createRollUpFiles(folder: string, log: Log): RollUpFiles {
  const pathOf = (day: string) => join(folder, `${day}.json`)
  return {
    read: (day) => {
      try {
        const content: unknown = JSON.parse(readFileSync(pathOf(day), 'utf8'))
        return rollUpsOf(content)
      } catch (error) {
        if (!isSystemError(error, 'ENOENT')) log.warn('roll-ups of a day cannot be read and are made anew', { day })
        return undefined
      }
    },
    write: (day, rollUps) => {
      try {
        const problem = ensureFolder(folder)
        if (problem !== undefined) throw new Error(problem)
        replaceFile(pathOf(day), JSON.stringify({ schema, rollUps }))
      } catch (error) {
        log.warn('roll-ups of a day cannot be kept', { day, reason: describeSystemError(error) })
      }
    },
  }
}

function rollUpsOf(content: unknown): readonly RollUp[] | undefined {
  if (typeof content !== 'object' || content === null) return undefined
  const file = content as { readonly schema?: unknown; readonly rollUps?: unknown }
  return file.schema === schema && Array.isArray(file.rollUps) ? (file.rollUps as readonly RollUp[]) : undefined
}
