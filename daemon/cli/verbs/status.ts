/** `waybill status`: which daemon runs and how it is. Starts none. */
import type * as z from 'zod'
import { formatSeconds } from '../../../shared/domain/format.ts'
import { providerTroublesOf, standingWord, waitWords } from '../../../shared/domain/providerTroubles.ts'
import { type ProviderStatus, status as statusType } from '../../../shared/protocol/status.ts'
import { configEffectText } from '../configEffect.ts'
import { connectClient } from '../daemonClient.ts'
import { exitCodes } from '../exitCodes.ts'
import { handOverWords } from '../handOverWords.ts'
import { type Ink, inkOf } from '../ink.ts'
import { renderTable } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import type { Verb } from '../verb.ts'
import { resultOf } from '../withClient.ts'
import { wrapped } from '../wrapped.ts'

export const status: Verb = {
  name: 'status',
  summary: 'Say which daemon runs and how it is',
  options: { json: { type: 'boolean' } },
  maxPositionals: 0,
  help: `Usage: waybill status [--json]

Says which daemon runs, what it is doing, which requests wait and for whom,
which providers it knows, which of their keys were refused or have to wait,
which endpoints are left alone, what is wrong with its configuration, and
whether it waits to hand over to a newer build. It starts none: exit code 3 if
none runs.`,
  run: async (context, given) => {
    const { terminal } = context
    const reached = await context.daemons.find()
    if (reached === undefined) {
      terminal.out(given.has('json') ? '{"running":false}\n' : 'No daemon runs; the next prompt starts one.\n')
      return exitCodes.noDaemon
    }
    const client = await connectClient(reached, context)
    try {
      const current = resultOf(await client.request(statusType, {}))
      terminal.out(
        given.has('json')
          ? `${JSON.stringify({ running: true, ...current })}\n`
          : renderStatus(current, terminal, Date.now()),
      )
      return exitCodes.ok
    } finally {
      client.close()
    }
  },
}

type Status = z.infer<(typeof statusType)['result']>

type StatusTerminal = Pick<Terminal, 'isColored' | 'widthColumns'>

export function renderStatus(current: Status, terminal: StatusTerminal, nowMs: number): string {
  const ink = inkOf(terminal)
  const memory = `${Math.round(current.memoryBytes / 1e6)} MB`
  const idle =
    current.idleExitMs === undefined ? 'stays up' : `ends ${formatSeconds(current.idleExitMs)} after its last client`
  const lines = [
    `${ink.bold('Waybill')} ${current.version}, process ${current.pid} since ${new Date(current.startedAtMs).toISOString()}`,
    `  node       ${current.node}, memory ${memory}, ${idle}`,
    `  socket     ${current.socketPath}`,
    `  config     ${current.configFile}`,
    `  state      ${current.stateFolder}`,
    `  log        ${current.logFile}`,
    `  profile    ${current.defaultProfile} by default`,
    `  clients    ${current.connections}, requests under way ${current.requestsUnderWay.length}`,
    ...(current.requestsWaiting ?? []).map(
      (wait) => `  ${ink.yellow('waiting')}    ${wait.requestId.slice(0, 8)} is ${waitWords(wait, nowMs)}`,
    ),
    `  ledger     ${ledgerText(current, ink)}`,
    ...handOverLines(current, ink, nowMs),
    ...catalogLines(current, ink),
    ...keyFileLines(current, ink),
    ...current.configProblems.map((problem) => {
      const { file, place, expected, found, effect } = problem
      const label = effect === 'refused' ? ink.red('config') : ink.yellow('config')
      return `  ${label}     ${file}, ${place}: expected ${expected}, found ${found}; ${configEffectText(problem, current)}`
    }),
  ]
  const write = (line: string) => wrapped(line, ' '.repeat(13), terminal.widthColumns)
  return `${lines.map(write).join('')}\n${renderProviders(current.providers, terminal, nowMs)}`
}

export function renderProviders(providers: readonly ProviderStatus[], terminal: StatusTerminal, nowMs: number): string {
  const ink = inkOf(terminal)
  const rows = providers.map((provider) => [
    provider.isPractice ? `${provider.id} (practice)` : provider.id,
    provider.kind,
    stateText(provider, nowMs),
    String(provider.modelCount),
    provider.isPractice || provider.isLocal ? 'this machine' : hostOf(provider.baseUrl),
  ])
  const columns = [
    { title: 'PROVIDER' },
    { title: 'KIND', optional: true },
    { title: 'STATE', shrinks: true, least: 22 },
    { title: 'MODELS', align: 'right' },
    { title: 'TEXT GOES TO', shrinks: true },
  ] as const
  const table = renderTable(columns, rows, { widthColumns: terminal.widthColumns, ofTitle: ink.dim })
  const write = (text: string, hanging: string) => wrapped(text, hanging, terminal.widthColumns)
  const troubles = providers.flatMap((provider) =>
    (hasTroubles(provider) ? providerTroublesOf(provider, nowMs) : []).map(({ isFatal, found, advice }) => {
      const id = isFatal ? ink.red(provider.id) : ink.yellow(provider.id)
      return write(`${id}: ${found}`, '  ') + write(`  ${ink.bold('->')} ${advice}`, '     ')
    }),
  )
  return troubles.length === 0 ? table : `${table}\n${troubles.join('')}`
}

/** What a provider without a key needs stands in its row; that a key is locked does not say why. */
function hasTroubles({ state, keys = [] }: ProviderStatus): boolean {
  return state === 'ready' || keys.some((key) => key.state === 'locked')
}

function stateText(provider: ProviderStatus, nowMs: number): string {
  if (provider.state === 'invalid') return provider.state
  const word = standingWord(provider, nowMs)
  if (word !== undefined || provider.state === 'ready') return word ?? provider.state
  return provider.keyEnvironmentName === undefined ? 'no key' : `no key in ${provider.keyEnvironmentName}`
}

function ledgerText(current: Status, ink: Ink): string {
  if (current.ledger.state === 'open') return 'open'
  return ink.red(`closed, no requests are taken: ${current.ledger.reason ?? 'the journal cannot be written'}`)
}

function handOverLines({ handOver }: Status, ink: Ink, nowMs: number): readonly string[] {
  return handOver === undefined ? [] : [`  ${ink.yellow('hand-over')}  ${handOverWords(handOver, nowMs)}`]
}

function catalogLines({ catalog }: Status, ink: Ink): readonly string[] {
  if (catalog?.problem !== undefined) {
    return [`  ${ink.yellow('catalogue')}  ${catalog.problem}; what was known before stays in force`]
  }
  return catalog?.date === undefined ? [] : [`  catalogue  of ${catalog.date}`]
}

function keyFileLines({ keyFile }: Status, ink: Ink): readonly string[] {
  if (keyFile === undefined) return []
  return [
    `  ${ink.yellow('keys')}       ${keyFile.keys} in plain text in ${keyFile.path}, which only your account can read`,
  ]
}

function hostOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl
}
