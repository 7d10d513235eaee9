/**
 * `waybill demo`: the first run, behind `npm start`. One prompt on real code, its answer, waybill and statistics. The
 * first line says where the text goes and what it can cost; nothing but practice happens without a yes.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { promptNameSchema, promptNames } from '../../../shared/domain/prompt.ts'
import { explain } from '../../../shared/protocol/explain.ts'
import { journal } from '../../../shared/protocol/journal.ts'
import { providersAdd } from '../../../shared/protocol/providers.ts'
import { stats } from '../../../shared/protocol/stats.ts'
import { status } from '../../../shared/protocol/status.ts'
import { askModel } from '../askModel.ts'
import { readCodeArgument } from '../codeArgument.ts'
import type { DaemonClient } from '../daemonClient.ts'
import { type Destination, practiceDestination, realDestination } from '../demo/destination.ts'
import { findLocalServer, knownAddresses } from '../demo/findLocalServer.ts'
import { type ExitCode, exitCodes } from '../exitCodes.ts'
import { renderShortExplanation } from '../explainText.ts'
import { inkOf } from '../ink.ts'
import { renderStats } from '../statsText.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usageError.ts'
import type { Verb, VerbArguments, VerbContext } from '../verb.ts'
import { resultOf, withClient } from '../withClient.ts'
import { wrapped } from '../wrapped.ts'

export const demo: Verb = {
  name: 'demo',
  summary: 'See one prompt go through, with its waybill',
  options: { yes: { type: 'boolean', short: 'y' }, practice: { type: 'boolean' } },
  maxPositionals: 2,
  endsGently: true,
  help: `Usage: waybill demo [PROMPT [FILE[:LINE[-LINE]]]] [--yes | --practice]

Runs one prompt on real code and prints the answer, its waybill and the
statistics. Without words it explains a file of this folder. A provider that
you configured, a key in OPENAI_API_KEY or OPENROUTER_API_KEY, or a model
server on this machine is used after you said yes; the provider is then added
to the configuration. Else, and when this is not a terminal, a practice
provider answers: the first one fails on purpose, so that you see the failover.

  -y, --yes        use what was found without asking
      --practice   use practice whatever was found

The daemon that it starts ends by itself after a minute.

Example:
  waybill demo explain daemon/main.ts:1-40`,
  run: async (context, given) => {
    const [promptWord = 'explain', file = defaultFile(context.currentFolder)] = given.positionals
    const prompt = promptNameSchema.safeParse(promptWord)
    if (!prompt.success || prompt.data === 'ask') {
      const known = promptNames.filter((name) => name !== 'ask').join(', ')
      throw new UsageError(`expected a prompt (${known}), found \`${promptWord}\``)
    }
    const { code, document = '' } = readCodeArgument(file, context.currentFolder)
    const work = async (client: DaemonClient): Promise<ExitCode> => {
      const destination = await chooseDestination(context, client, {
        given,
        file,
        textBytes: Buffer.byteLength(code.text),
      })
      if (destination === undefined) return exitCodes.cancelled
      const workspace = { folder: context.currentFolder, document }
      const terminal = inOneStream(context.terminal)
      const wish = { ...destination.wish, prompt: { name: prompt.data, code }, workspace }
      const exitCode = await askModel({ ...context, terminal }, client, wish)
      if (exitCode === exitCodes.ok) {
        await showWhy(terminal, client)
        await showWhatNow(terminal, client)
      }
      return exitCode
    }
    return withClient(context, work, { idleExitMs: 60_000 })
  },
}

function defaultFile(folder: string): string {
  const file = ['daemon/core/resilience/nextStep.ts', 'package.json', 'README.md'].find((name) =>
    existsSync(resolve(folder, name)),
  )
  if (file === undefined) throw new UsageError('expected a file, as in `waybill demo explain src/parse.ts:1-40`')
  return `${file}:1-70`
}

type Choice = { readonly given: VerbArguments; readonly file: string; readonly textBytes: number }

/** Undefined when the person left at the question. */
async function chooseDestination(
  context: VerbContext,
  client: DaemonClient,
  choice: Choice,
): Promise<Destination | undefined> {
  const { terminal } = context
  const { given, file } = choice
  const announce = (destination: Destination): Destination => {
    terminal.out(wrapped(`${file} goes to ${destination.where}. ${destination.cost}`, '', terminal.widthColumns))
    return destination
  }
  const mayBeReal = given.has('yes') || (terminal.isInputTty && terminal.isOutTty)
  const real = given.has('practice') || !mayBeReal ? undefined : await lookForReal(context, client, choice.textBytes)
  const answer = real === undefined ? 'n' : given.has('yes') ? 'y' : await askAbout(context, announce(real))
  if (answer === undefined) return undefined
  const chosen = real !== undefined && answer === 'y' ? real : announce(practiceDestination)
  if (chosen === real && given.has('yes')) announce(real)
  if (chosen.add !== undefined) await addProvider(client, chosen.add)
  terminal.out('\n')
  return chosen
}

async function lookForReal(
  { environment, signal }: VerbContext,
  client: DaemonClient,
  textBytes: number,
): Promise<Destination | undefined> {
  const { providers } = resultOf(await client.request(status, {}))
  const localServer = await findLocalServer(knownAddresses, signal)
  const found = { providers, environment, textBytes }
  return realDestination(localServer === undefined ? found : { ...found, localServer })
}

async function askAbout({ terminal, daemons, signal }: VerbContext, real: Destination): Promise<string | undefined> {
  const { configFile } = daemons.places
  const written = real.add === undefined ? '' : ` The provider \`${real.add.id}\` is then added to ${configFile}.`
  return (await terminal.ask(`Send it?${written} [y = yes, n = practice] `, signal))?.trim()
}

async function addProvider(client: DaemonClient, add: NonNullable<Destination['add']>): Promise<void> {
  resultOf(await client.request(providersAdd, add))
  // The hello came before the configuration knew of this key.
  await client.giveEnvironment(add.keyEnvironmentName === undefined ? [] : [add.keyEnvironmentName])
}

/** The demo is read from top to bottom, so its waybill stands with its answer, also in a pipe. */
function inOneStream(terminal: Terminal): Terminal {
  return { ...terminal, error: terminal.out, isErrorTty: terminal.isOutTty }
}

async function showWhy(terminal: Terminal, client: DaemonClient): Promise<void> {
  const [last] = resultOf(await client.request(journal, { limit: 1 })).waybills
  if (last === undefined) return
  const why = resultOf(await client.request(explain, { requestId: last.requestId }))
  terminal.out(`\n${renderShortExplanation(why, terminal)}`)
}

async function showWhatNow(terminal: Terminal, client: DaemonClient): Promise<void> {
  const today = resultOf(await client.request(stats, { range: 'today', groupBy: 'endpoint' }))
  const ink = inkOf(terminal)
  terminal.out(`\n${ink.bold('Today')}\n${renderStats(today, terminal)}\n`)
  const next = 'Next: `waybill explain`; `waybill help`; `waybill help providers` for your own keys; `waybill doctor`.'
  terminal.out(wrapped(next, '', terminal.widthColumns))
}
