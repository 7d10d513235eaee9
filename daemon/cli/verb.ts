/**
 * What a verb of the command line is, and what it is given. A verb answers with the exit code; for a wrong command line
 * it throws a UsageError, for a daemon that cannot be had a NoDaemonError.
 */
import type { ParseArgsConfig } from 'node:util'
import type { DaemonAccess } from './daemonAccess.ts'
import type { ExitCode } from './exitCodes.ts'
import type { Terminal } from './terminal.ts'

export type VerbContext = {
  readonly terminal: Terminal
  readonly daemons: DaemonAccess
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly currentFolder: string
  /** Of this build. */
  readonly version: string
  /** Aborts at the first Ctrl+C. */
  readonly signal: AbortSignal
}

/** Options as `util.parseArgs` (Node 20) gave them: the last of each, all of those that may be repeated. */
export type VerbArguments = {
  readonly positionals: readonly string[]
  readonly text: (option: string) => string | undefined
  readonly all: (option: string) => readonly string[]
  readonly has: (option: string) => boolean
}

export type Verb = {
  readonly name: string
  /** One line in the list of verbs. */
  readonly summary: string
  /** All of `waybill help NAME`: usage, options, examples. */
  readonly help: string
  readonly options: NonNullable<ParseArgsConfig['options']>
  readonly maxPositionals: number
  /** The first Ctrl+C aborts its signal instead of ending the process. */
  readonly endsGently?: true
  readonly run: (context: VerbContext, given: VerbArguments) => Promise<ExitCode>
}
