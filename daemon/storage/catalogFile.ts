/**
 * The catalogue that was fetched last and could be used, kept in the state folder as it came, so that a daemon that starts
 * without a network has it. Neither reading nor keeping it ever fails: what goes wrong is said to the log.
 */
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as z from 'zod'
import type { Log } from '../gateway/ports.ts'
import { replaceFile } from './atomicFile.ts'
import { ensureFolder } from './dataFolders.ts'
import { describeSystemError, isSystemError } from './systemError.ts'

const keptSchema = z.object({
  schema: z.literal(1),
  url: z.string(),
  etag: z.string().exactOptional(),
  fetchedOn: z.string(),
  text: z.string(),
})
type Kept = Omit<z.infer<typeof keptSchema>, 'schema'>

export function openCatalogFile(path: string, log: Log) {
  return {
    read: (): Kept | undefined => {
      try {
        const { schema: _schema, ...kept } = keptSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
        return kept
      } catch (error) {
        if (!isSystemError(error, 'ENOENT')) log.warn('The catalogue that was kept cannot be read', { file: path })
        return undefined
      }
    },
    write: (kept: Kept): void => {
      try {
        const problem = ensureFolder(dirname(path))
        if (problem !== undefined) throw new Error(problem)
        replaceFile(path, JSON.stringify({ schema: 1, ...kept }))
      } catch (error) {
        log.warn('The catalogue cannot be kept', { file: path, reason: describeSystemError(error) })
      }
    },
  }
}
