/**
 * The command line `waybill`: picks the verb, gives it what it needs, and turns every way it can end into an exit code
 * and one plain message. `runCli` is the process's own; `dispatch` is the same without a process, for tests.
 */
import type { Build } from '../../shared/domain/build.ts'
import { NoDaemonError } from './daemonAccess.ts'
import { type ExitCode, exitCodes } from './exitCodes.ts'
import { generalHelp } from './generalHelp.ts'
import { ownDaemon } from './ownDaemon.ts'
import { parseArguments } from './parseArguments.ts'
import { createTerminal } from './terminal.ts'
import { UsageError } from './usageError.ts'
import type { Verb, VerbContext } from './verb.ts'
import { verbs } from './verbs.ts'
import { RefusedError } from './withClient.ts'

export type CliOptions = {
  /** What follows the program on the command line. */
  readonly words: readonly string[]
  readonly build: Build
  /** What follows the Node executable to run this program again: for the daemon's own process. */
  readonly program: readonly string[]
}

/** Resolves with the exit code. Set it as `process.exitCode`, so that what was written reaches its pipe. */
export async function runCli(options: CliOptions): Promise<number> {
  const { words, build, program } = options
  const controller = new AbortController()
  const isGentle = verbs.some((verb) => verb.name === words[0] && verb.endsGently === true)
  // Once: a second Ctrl+C ends the process at once.
  if (isGentle) process.once('SIGINT', () => controller.abort())
  const terminal = createTerminal(process.env)
  const daemons = await ownDaemon(process.env, program, build)
  if ('problem' in daemons) {
    terminal.error(`waybill: ${daemons.problem}\n`)
    return exitCodes.noDaemon
  }
  return dispatch(words, {
    terminal,
    daemons,
    environment: process.env,
    currentFolder: process.cwd(),
    version: build.version,
    signal: controller.signal,
  })
}

export async function dispatch(words: readonly string[], context: VerbContext): Promise<ExitCode> {
  const [word = 'help', ...rest] = words
  const { terminal } = context
  if (word === '--version' || word === '-v') {
    terminal.out(`waybill ${context.version}\n`)
    return exitCodes.ok
  }
  if (word === 'help' || word === '--help' || word === '-h') return help(rest[0], context)
  const verb = verbs.find((candidate) => candidate.name === word)
  if (verb === undefined) {
    terminal.error(`waybill: expected a verb, found \`${word}\`; \`waybill help\` lists them\n`)
    return exitCodes.usage
  }
  if (rest.includes('--help') || rest.includes('-h')) return help(word, context)
  return runVerb(verb, rest, context)
}

async function runVerb(verb: Verb, words: readonly string[], context: VerbContext): Promise<ExitCode> {
  try {
    return await verb.run(context, parseArguments(verb, words))
  } catch (error) {
    const { code, message, advice } = endOf(error, verb)
    if (words.includes('--json')) context.terminal.out(`${JSON.stringify({ error: { message } })}\n`)
    context.terminal.error(`waybill ${verb.name}: ${message}${advice}\n`)
    return code
  }
}

type End = { readonly code: ExitCode; readonly message: string; readonly advice: string }

/** A bug goes on as it is: Node prints its stack. */
function endOf(error: unknown, verb: Verb): End {
  if (error instanceof UsageError) {
    return { code: exitCodes.usage, message: error.message, advice: `\nSee \`waybill help ${verb.name}\`.` }
  }
  if (error instanceof NoDaemonError) {
    return { code: exitCodes.noDaemon, message: error.message, advice: '\nRun `waybill doctor` to see what is wrong.' }
  }
  if (error instanceof RefusedError) return { code: exitCodes.failed, message: error.message, advice: '' }
  throw error
}

function help(word: string | undefined, { terminal, version }: VerbContext): ExitCode {
  const verb = verbs.find((candidate) => candidate.name === word)
  if (word !== undefined && verb === undefined) {
    terminal.error(`waybill help: expected a verb, found \`${word}\`; \`waybill help\` lists them\n`)
    return exitCodes.usage
  }
  terminal.out(`${verb === undefined ? generalHelp(verbs, version) : verb.help}\n`)
  return exitCodes.ok
}
