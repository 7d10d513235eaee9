/**
 * One JSON file that the daemon alone writes, kept in memory and replaced as a whole. Its content carries `schema`, the
 * version of its shape. Opening a file of a newer version is refused. A damaged one is kept aside
 * (`NAME.damaged-TIME`, the file's time of last change in Unix milliseconds), reported, and NAME.bak put in its place;
 * without a usable .bak the defaults are. A missing file means the defaults.
 */
import { readFileSync, renameSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { LowSync } from 'lowdb'
import type * as z from 'zod'
import type { Failure } from '../../shared/domain/failure.ts'
import type { JsonFile, Log } from '../gateway/ports.ts'
import { backupPathOf, replaceFileKeepingBackup } from './atomicFile.ts'
import { ensureFolder } from './dataFolders.ts'
import { describeSystemError, isSystemError } from './systemError.ts'

export type JsonStoreOptions<Content> = {
  readonly path: string
  readonly schema: z.ZodType<Content>
  readonly defaults: Content
  readonly log: Log
}

export type OpenJsonStoreResult<Content> =
  | { readonly state: 'opened'; readonly file: JsonFile<Content> }
  | { readonly state: 'refused'; readonly failure: Failure }

type Reading<Content> =
  | { readonly state: 'good'; readonly content: Content; readonly text: string }
  | { readonly state: 'missing' }
  | { readonly state: 'damaged'; readonly reason: string }
  | { readonly state: 'refused'; readonly reason: string }

export function openJsonStore<Content extends { readonly schema: number }>(
  options: JsonStoreOptions<Content>,
): OpenJsonStoreResult<Content> {
  const { path, defaults, log } = options
  const reading = readContent(path, options)
  if (reading.state === 'refused') return refused(reading.reason)

  let goodText = reading.state === 'good' ? reading.text : undefined
  const store = new LowSync<Content>(
    {
      read: () => (reading.state === 'good' ? reading.content : null),
      write: (content) => {
        const problem = ensureFolder(dirname(path))
        if (problem !== undefined) throw new Error(problem)
        const text = `${JSON.stringify(content)}\n`
        replaceFileKeepingBackup(path, text, goodText)
        goodText = text
      },
    },
    defaults,
  )
  store.read()
  const file: JsonFile<Content> = {
    read: () => store.data,
    write: (content) => {
      const before = store.data
      store.data = content
      try {
        store.write()
        return undefined
      } catch (error) {
        store.data = before
        return { kind: 'ledger-unavailable', message: `${path} cannot be written: ${describeSystemError(error)}` }
      }
    },
  }
  if (reading.state !== 'damaged') return { state: 'opened', file }

  const backup = readContent(backupPathOf(path), options)
  if (backup.state === 'refused') return refused(backup.reason)
  const keptAs = setAside(path)
  log.error(`${path} is damaged (${reading.reason})`, {
    keptAs,
    replacedBy: backup.state === 'good' ? backupPathOf(path) : 'defaults',
  })
  if (backup.state !== 'good') return { state: 'opened', file }
  goodText = backup.text
  store.data = backup.content
  const failure = file.write(backup.content)
  if (failure !== undefined) log.error(failure.message)
  return { state: 'opened', file }
}

function readContent<Content extends { readonly schema: number }>(
  path: string,
  options: JsonStoreOptions<Content>,
): Reading<Content> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return { state: 'missing' }
    return { state: 'refused', reason: `${path} cannot be read: ${describeSystemError(error)}; make it readable` }
  }
  const parsed = parsedOrUndefined(text)
  if (parsed === undefined) return { state: 'damaged', reason: 'expected JSON' }
  const version = schemaOf(parsed)
  if (version !== undefined && version > options.defaults.schema) {
    const reason = `${path}: expected schema ${options.defaults.schema}, found ${version}; a newer Waybill wrote it: update this one`
    return { state: 'refused', reason }
  }
  const decoded = options.schema.safeParse(parsed)
  if (decoded.success) return { state: 'good', content: decoded.data, text }
  const place = decoded.error.issues[0]?.path.join('.') ?? ''
  return { state: 'damaged', reason: `unexpected content at ${place === '' ? 'its top level' : place}` }
}

/** Answers the name under which the damaged file is kept. */
function setAside(path: string): string {
  try {
    const aside = `${path}.damaged-${Math.trunc(statSync(path).mtimeMs)}`
    renameSync(path, aside)
    return basename(aside)
  } catch (error) {
    return `not kept: ${describeSystemError(error)}`
  }
}

function schemaOf(parsed: unknown): number | undefined {
  if (typeof parsed !== 'object' || parsed === null || !('schema' in parsed)) return undefined
  return typeof parsed.schema === 'number' ? parsed.schema : undefined
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refused(message: string): { readonly state: 'refused'; readonly failure: Failure } {
  return { state: 'refused', failure: { kind: 'ledger-unavailable', message } }
}
