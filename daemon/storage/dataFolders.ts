/**
 * Where Waybill's files lie. `chooseFolders` is the pure half; `dataFoldersOf` answers for this process and creates
 * nothing; `ensureFolder` creates one folder with mode 0700, or says in words why it cannot.
 *
 * `WAYBILL_HOME` overrides everything: HOME/config and HOME/state, sockets in state. Else the operating system's places:
 * its configuration folder, and for the state its data folder on every system: budgets and the audit journal are
 * worth keeping, and macOS lets cleaners empty the folder for logs.
 */
import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { isAbsolute, posix, resolve, win32 } from 'node:path'
import { describeSystemError, isSystemError } from './systemError.ts'

export type DataFolders = {
  readonly config: string
  readonly state: string
  readonly journal: string
  readonly rollups: string
  readonly decisions: string
  readonly log: string
  readonly configFile: string
  readonly lastGoodConfigFile: string
  readonly logFile: string
}

export type FolderCircumstances = {
  readonly platform: NodeJS.Platform
  /** Value of WAYBILL_HOME, made absolute; empty counts as not set. */
  readonly home: string | undefined
  /** The operating system's folders for this program. */
  readonly standard: { readonly config: string; readonly data: string }
}

export function chooseFolders(circumstances: FolderCircumstances): DataFolders {
  const { join } = circumstances.platform === 'win32' ? win32 : posix
  const { home, standard } = circumstances
  const isOverridden = home !== undefined && home !== ''
  const config = isOverridden ? join(home, 'config') : standard.config
  const state = isOverridden ? join(home, 'state') : standard.data
  const log = join(state, 'log')
  return {
    config,
    state,
    journal: join(state, 'journal'),
    rollups: join(state, 'rollups'),
    decisions: join(state, 'decisions'),
    log,
    configFile: join(config, 'config.json'),
    lastGoodConfigFile: join(state, 'config.last-good.json'),
    logFile: join(log, 'waybill.log'),
  }
}

/** `problem`: the user has no home folder, in words. */
export async function dataFoldersOf(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<DataFolders | { readonly problem: string }> {
  const home = environment.WAYBILL_HOME
  if (home !== undefined && home !== '') return foldersIn(home)
  const standard = await standardFolders()
  if (standard !== undefined && isAbsolute(standard.config) && isAbsolute(standard.data)) {
    return chooseFolders({ platform: process.platform, home: undefined, standard })
  }
  return {
    problem:
      'expected a home folder for this user, found none: HOME is empty or missing, and the system’s list of users names none; set HOME, or WAYBILL_HOME to a folder of your own',
  }
}

/** Undefined: there is no home folder. With an empty HOME they are relative. */
async function standardFolders(): Promise<FolderCircumstances['standard'] | undefined> {
  try {
    // Loaded only here: it asks for the home folder as it loads.
    const { default: envPaths } = await import('env-paths')
    return envPaths('waybill', { suffix: '' })
  } catch (error) {
    if (isSystemError(error)) return undefined
    throw error
  }
}

/** Where everything lies with that WAYBILL_HOME. */
export function foldersIn(home: string): DataFolders {
  // Standard folders are not asked for.
  return chooseFolders({ platform: process.platform, home: resolve(home), standard: { config: '', data: '' } })
}

/**
 * Makes the folder and what is missing above it. One that is there already and lets others in is closed to them: the
 * folder's mode is the gate to the socket and to the files.
 */
export function ensureFolder(path: string): string | undefined {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    if (process.platform === 'win32') return undefined
    const { mode } = statSync(path)
    if ((mode & 0o077) !== 0) chmodSync(path, 0o700)
    return undefined
  } catch (error) {
    return `expected a folder of one's own at ${path}, found: ${describeSystemError(error)}; make it writable or set WAYBILL_HOME to another folder`
  }
}
