/**
 * What is to be forgotten, noted beside the journal until nothing is kept of it: the wish, then the requests that are meant,
 * a line for each day. They are noted before their lines go, because what else is kept of them is found by them alone.
 * System errors are thrown.
 */
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { type ForgetWish, forgetWishSchema } from '../../shared/domain/forgetWish.ts'
import { replaceFile } from './atomicFile.ts'
import { isSystemError } from './systemError.ts'

/** Begins a note, or goes on with one of the same wish that a crash broke off; answers the requests it names. */
export function noteWish(folder: string, wish: ForgetWish): readonly string[] {
  const [first, ...rest] = linesOf(folder)
  const text = JSON.stringify(wish)
  if (text === JSON.stringify(wishIn(first))) return rest.flatMap(requestsIn)
  replaceFile(pathOf(folder), `${text}\n`)
  return []
}

export function noteRequests(folder: string, requestIds: readonly string[]): void {
  if (requestIds.length === 0) return
  const descriptor = openSync(pathOf(folder), 'a')
  try {
    writeSync(descriptor, `${JSON.stringify(requestIds)}\n`)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

export function dropNote(folder: string): void {
  rmSync(pathOf(folder), { force: true })
}

/** One that a crash broke off, or that is being fulfilled. */
export function unfinishedWish(folder: string): ForgetWish | undefined {
  return wishIn(linesOf(folder)[0])
}

function pathOf(folder: string): string {
  return join(folder, 'forgetting.json')
}

/** None where there is no note. */
function linesOf(folder: string): readonly unknown[] {
  try {
    return readFileSync(pathOf(folder), 'utf8').split('\n').map(parsed)
  } catch (error) {
    if (isSystemError(error)) return []
    throw error
  }
}

/** A line that a crash tore names nothing. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function wishIn(line: unknown): ForgetWish | undefined {
  const wish = forgetWishSchema.safeParse(line)
  return wish.success ? wish.data : undefined
}

function requestsIn(line: unknown): readonly string[] {
  const ids = z.array(z.string()).safeParse(line)
  return ids.success ? ids.data : []
}
