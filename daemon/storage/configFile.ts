/**
 * config.json: read at the start and whenever it changes, written only by an explicit command. A reading that fails
 * leaves the last good configuration in force, at the start that of an earlier daemon, and says in `problems` which
 * file, where, what was expected and what was found; a missing file means the defaults. `update` keeps unknown fields, key order and indentation, and is refused
 * while the last reading failed or the file's bytes are not those last read.
 */
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Failure } from '../../shared/domain/failure.ts'
import type { ConfigInForce, ConfigProblem } from '../../shared/protocol/status.ts'
import type { ConfigSource, Log } from '../gateway/ports.ts'
import { replaceFile } from './atomicFile.ts'
import { ignoredProblems, referenceProblems, shapeProblems } from './configProblems.ts'
import { type Config, configSchema, defaultConfig } from './configSchema.ts'
import { ensureFolder } from './dataFolders.ts'
import { findJsonSyntaxError } from './jsonSyntax.ts'
import { keepLastGoodConfig, readLastGoodConfig } from './lastGoodConfig.ts'
import { describeSystemError, isSystemError } from './systemError.ts'
import { startWatching } from './watchFile.ts'

export type ConfigFile = ConfigSource<Config> & {
  /** Ends the watch. */
  readonly close: () => void
}

export type ConfigFileOptions = {
  readonly path: string
  /** Where the last good configuration is kept for the next start. */
  readonly lastGoodPath: string
  readonly log: Log
}

type Reading =
  /** In force. `problems` are names that lead nowhere and fields that nobody reads. */
  | { readonly state: 'good'; readonly config: Config; readonly problems: readonly ConfigProblem[] }
  | { readonly state: 'bad' | 'unreadable'; readonly problems: readonly ConfigProblem[] }

/** Undefined: there is no file. */
type FileText = string | undefined

export function openConfigFile({ path, lastGoodPath, log }: ConfigFileOptions): ConfigFile {
  let text: FileText
  let reading = readingOf(path, undefined)
  let config = defaultConfig
  /** What is in force while the file is refused. */
  let standIn: ConfigInForce = 'defaults'
  const listeners = new Set<() => void>()

  const take = (newText: FileText, newReading: Reading) => {
    text = newText
    reading = newReading
    if (newReading.state === 'good') {
      config = newReading.config
      standIn = newText === undefined ? 'defaults' : 'last-good'
      keepLastGoodConfig(lastGoodPath, newText === undefined ? undefined : config, log)
    }
    for (const problem of newReading.problems) log.warn('The configuration has a problem', problem)
  }
  const announce = () => {
    for (const listener of [...listeners]) listener()
  }
  const readFirst = () => {
    const loaded = load(path)
    if (loaded.state === 'loaded') take(loaded.text, readingOf(path, loaded.text))
    else take(undefined, unreadable(path, loaded.reason))
  }
  const readAgain = () => {
    const loaded = load(path)
    if (loaded.state === 'loaded' && loaded.text === text && reading.state !== 'unreadable') return
    readFirst()
    announce()
  }

  const folderProblem = ensureFolder(dirname(path))
  if (folderProblem !== undefined) log.warn(folderProblem)
  // First the watch, then the look: a change in between is seen.
  const stopWatching = startWatching(path, readAgain)
  readFirst()
  const lastGood = reading.state === 'good' ? undefined : readLastGoodConfig(lastGoodPath, log)
  if (lastGood !== undefined) {
    config = lastGood
    standIn = 'last-good'
  }

  return {
    current: () => config,
    problems: () => reading.problems,
    inForce: () => (reading.state === 'good' ? 'newest' : standIn),
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    update: (change) => {
      if (reading.state !== 'good') return refusal(path, 'it has problems; mend them first', reading.problems)
      const loaded = load(path)
      if (loaded.state === 'unreadable') return refusal(path, `it cannot be read: ${loaded.reason}`, [])
      if (loaded.text !== text) {
        readAgain()
        return refusal(path, 'it was changed in the meantime and has now been read again; look at it and repeat', [])
      }
      const newText = changedText(text, change)
      const newReading = readingOf(path, newText)
      if (newReading.state !== 'good') return refusal(path, 'the change does not fit', newReading.problems)
      const problem = write(path, newText)
      if (problem !== undefined) return { kind: 'ledger-unavailable', message: `${path} cannot be written: ${problem}` }
      take(newText, newReading)
      announce()
      return undefined
    },
    close: stopWatching,
  }
}

/** Refuses what it would otherwise replace, and keeps a byte order mark: equal texts must mean equal bytes. */
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

type Loaded =
  | { readonly state: 'loaded'; readonly text: FileText }
  | { readonly state: 'unreadable'; readonly reason: string }

function load(path: string): Loaded {
  try {
    return { state: 'loaded', text: strictDecoder.decode(readFileSync(path)) }
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return { state: 'loaded', text: undefined }
    const reason = isSystemError(error) ? describeSystemError(error) : 'bytes that are not UTF-8'
    return { state: 'unreadable', reason }
  }
}

function unreadable(path: string, reason: string): Reading {
  const problem = { file: path, place: 'the whole file', expected: 'readable text in UTF-8', found: reason }
  return { state: 'unreadable', problems: [{ ...problem, effect: 'refused' }] }
}

function readingOf(path: string, text: FileText): Reading {
  if (text === undefined) return { state: 'good', config: defaultConfig, problems: [] }
  const json = withoutMark(text)
  const syntaxError = findJsonSyntaxError(json)
  if (syntaxError !== undefined) {
    const { line, column, expected, found } = syntaxError
    const place = `line ${line}, column ${column}`
    return { state: 'bad', problems: [{ file: path, place, expected, found, effect: 'refused' }] }
  }
  const content: unknown = JSON.parse(json)
  const decoded = configSchema.safeParse(content)
  if (!decoded.success) return { state: 'bad', problems: shapeProblems(path, content, decoded.error) }
  const problems = [...referenceProblems(path, decoded.data), ...ignoredProblems(path, content)]
  return { state: 'good', config: decoded.data, problems }
}

/** Some editors begin a file with a byte order mark. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

/** The text was read and decoded before, so it is an object. */
function changedText(text: FileText, change: (file: Record<string, unknown>) => Record<string, unknown>): string {
  const before: Record<string, unknown> = text === undefined ? { ...defaultConfig } : JSON.parse(withoutMark(text))
  const indentation = /^\s*\{\s*?\n([ \t]+)/.exec(withoutMark(text ?? ''))?.[1] ?? '  '
  return `${JSON.stringify(change(before), null, indentation)}\n`
}

function write(path: string, text: string): string | undefined {
  const problem = ensureFolder(dirname(path))
  if (problem !== undefined) return problem
  try {
    replaceFile(path, text)
    return undefined
  } catch (error) {
    return describeSystemError(error)
  }
}

function refusal(path: string, reason: string, problems: readonly ConfigProblem[]): Failure {
  const places = problems.map(({ place, expected, found }) => ` ${place}: expected ${expected}, found ${found}.`)
  return { kind: 'invalid-request', message: `${path} was not written: ${reason}.${places.join('')}` }
}
