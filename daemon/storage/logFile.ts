/**
 * The daemon's diagnostics as JSON lines: `{at, level, message, ...fields}`. Never throws: a full disk must not end the
 * daemon, so a line that finds no room is lost. Every value that `secrets` gives is replaced before a line is
 * written (values shorter than 4 characters are no secrets: replacing them would make the log unreadable).
 *
 * At 5 MB the file is copied to NAME.1 and emptied, so there are two files of 5 MB at most. It keeps its inode: the
 * daemon's own standard output goes to the same file and must not go on into a removed one.
 */
import { copyFileSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock, Log } from '../gateway/ports.ts'
import { ensureFolder } from './dataFolders.ts'

export type LogFileOptions = {
  readonly path: string
  readonly clock: Clock
  /** Asked for every line. */
  readonly secrets: () => readonly string[]
}

type Level = 'info' | 'warn' | 'error'
type Fields = Readonly<Record<string, unknown>>

const maxFileBytes = 5_000_000
const maxLineCharacters = 20_000
const shortestSecret = 4
const replacement = '[secret]'

export function createLog(options: LogFileOptions): Log {
  const { path, clock, secrets } = options
  let descriptor: number | undefined
  const write = (level: Level, message: string, fields: Fields = {}) => {
    try {
      const at = new Date(clock.wallMs()).toISOString()
      const bytes = Buffer.from(`${encode({ at, level, message, ...fields }, secrets())}\n`)
      descriptor ??= open(path)
      if (fstatSync(descriptor).size + bytes.length > maxFileBytes) rotate(path, descriptor)
      writeSync(descriptor, bytes)
    } catch {
      // There is nobody left to tell; the next line tries again.
    }
  }
  return {
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
  }
}

function open(path: string): number {
  ensureFolder(dirname(path))
  return openSync(path, 'a', 0o600)
}

function rotate(path: string, descriptor: number): void {
  try {
    copyFileSync(path, `${path}.1`)
  } catch {
    // Without room for the copy the older half is lost; growing on would be worse.
  }
  ftruncateSync(descriptor, 0)
}

function encode(record: Fields, secrets: readonly string[]): string {
  const { at, level, message } = record
  // Redacted before it is shortened: half a secret would not be found.
  const line = redact(tryEncode(record) ?? JSON.stringify({ at, level, message }), secrets)
  if (line.length <= maxLineCharacters) return line
  return JSON.stringify({ at, level, message: 'A log line was too long', start: line.slice(0, maxLineCharacters) })
}

/** Undefined: the fields form a circle or hold what JSON cannot. */
function tryEncode(record: Fields): string | undefined {
  try {
    return JSON.stringify(record, (_name, value: unknown) => {
      if (!(value instanceof Error)) return value
      return { ...value, name: value.name, message: value.message, stack: value.stack }
    })
  } catch {
    return undefined
  }
}

function redact(line: string, secrets: readonly string[]): string {
  // The longest first: a secret that begins with another must not leave its end behind.
  const longestFirst = secrets
    .filter((secret) => secret.length >= shortestSecret)
    .toSorted((a, b) => b.length - a.length)
  return longestFirst.reduce((text, secret) => text.replaceAll(JSON.stringify(secret).slice(1, -1), replacement), line)
}
