/**
 * `state.json`, the newest snapshot of the journal's state, and `state.json.bak`, the one before it: only a cache, mode
 * 0600. Replaced as a whole with fsync, so that after a crash at any moment one of the two is whole. A digest tells what
 * was damaged or edited; a snapshot of another schema or build is left alone, because another build may count otherwise.
 * What cannot be read or written is a line in the log and nothing more: the journal is the truth.
 */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, renameSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod'
import type { JournalSnapshot } from '../core/journal/snapshot.ts'
import type { Log, StateCache, StateSnapshot } from '../gateway/ports.ts'
import { backupPathOf, replaceFile, syncFolder } from './atomicFile.ts'
import { describeSystemError, isSystemError } from './systemError.ts'

export type StateFileOptions = {
  readonly path: string
  /** Which program wrote it: its version. */
  readonly build: string
  readonly log: Log
}

const schema = 1

const fileSchema = z.object({
  schema: z.literal(schema),
  build: z.string(),
  place: z.object({
    day: z.string(),
    offsetBytes: z.number().int().positive(),
    print: z.string(),
    head: z.string().exactOptional(),
  }),
  digest: z.string(),
  state: z.unknown(),
})

export function openStateFile({ path, build, log }: StateFileOptions): StateCache {
  let next: StateSnapshot | undefined
  let isWriting = false
  let saves = 0

  /** Undefined: there is none, or it was said why it counts for nothing. */
  const read = (from: string): StateSnapshot | undefined => {
    const reading = readSnapshot(from, build)
    if (typeof reading === 'string') log.warn(`${from} is left alone: ${reading}; the state comes from the journal`)
    return typeof reading === 'string' ? undefined : reading
  }
  const write = async (): Promise<void> => {
    if (isWriting) return
    isWriting = true
    while (next !== undefined) {
      const text = textOf(next, build)
      next = undefined
      const save = ++saves
      await replaceKeepingLast(path, text, () => save === saves).catch(tell)
    }
    isWriting = false
  }
  const tell = (error: unknown) => {
    if (!isSystemError(error)) throw error
    log.warn(`${path} cannot be written; the next start reads more of the journal`, {
      reason: describeSystemError(error),
    })
  }

  return {
    *snapshots() {
      for (const from of [path, backupPathOf(path)]) {
        const snapshot = read(from)
        if (snapshot !== undefined) yield snapshot
      }
    },
    save: (snapshot) => {
      next = snapshot
      void write()
    },
    saveNow: (snapshot) => {
      next = undefined
      // One that is being written is not put in the place of this one.
      saves += 1
      try {
        keepLast(path)
        replaceFile(path, textOf(snapshot, build))
      } catch (error) {
        tell(error)
      }
    },
  }
}

function textOf({ place, state }: StateSnapshot, build: string): string {
  const content = JSON.stringify(state)
  const head = JSON.stringify({ schema, build, place, digest: digestOf(build, place, content) })
  return `${head.slice(0, -1)},"state":${content}}\n`
}

/** A text: why it counts for nothing. */
function readSnapshot(path: string, build: string): StateSnapshot | string | undefined {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    return isSystemError(error) ? describeSystemError(error) : 'expected JSON'
  }
  const decoded = fileSchema.safeParse(json)
  if (!decoded.success) return `expected a snapshot of schema ${schema}`
  const { place, state, digest } = decoded.data
  if (decoded.data.build !== build) return `expected one of build ${build}, found one of ${decoded.data.build}`
  if (digest !== digestOf(build, place, JSON.stringify(state))) return 'it is damaged: its digest is another'
  // Whole as it was written; the reducer's side knows whether its shape is this build's.
  return { place, state: state as JournalSnapshot }
}

function digestOf(build: string, place: StateSnapshot['place'], content: string): string {
  const { day, offsetBytes, print, head = '' } = place
  return createHash('sha256')
    .update(JSON.stringify([build, day, offsetBytes, print, head]))
    .update(content)
    .digest('base64url')
}

/** The steps that wait for the disk let requests go on. `isNewest` is asked before anything changes its name. */
async function replaceKeepingLast(path: string, text: string, isNewest: () => boolean): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    if (!isNewest()) return await rm(temporary, { force: true })
    // In one turn: nobody else puts one of his own between them.
    keepLast(path)
    renameSync(temporary, path)
    syncFolder(dirname(path))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Between this and the new one only the backup is there: it is read then. */
function keepLast(path: string): void {
  try {
    renameSync(path, backupPathOf(path))
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error
  }
}
