/** Runs the command line without a process: texts in place of a terminal, a fake session behind a real socket. */
import { connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { dispatch } from '../../../daemon/cli/cli.ts'
import type { Terminal } from '../../../daemon/cli/terminal.ts'
import type { VerbContext } from '../../../daemon/cli/verb.ts'
import type { OpenSession } from '../../../daemon/gateway/session.ts'
import { startServing } from '../servers/serving.ts'

export type CliResult = { readonly code: number; readonly out: string; readonly error: string }

export type CliSetting = {
  readonly openSession?: OpenSession
  readonly terminal?: Partial<Terminal>
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly currentFolder?: string
  readonly stateFolder?: string
  readonly signal?: AbortSignal
  /** Called with what ends the connections that are open then. */
  readonly onServing?: (closeConnections: () => void) => void
  /** Called with all of standard output so far, after each piece. */
  readonly onOut?: (out: string) => void
}

export async function runWords(t: TestContext, words: readonly string[], setting: CliSetting = {}): Promise<CliResult> {
  let out = ''
  let error = ''
  const terminal: Terminal = {
    out: (text) => {
      out += text
      setting.onOut?.(out)
    },
    error: (text) => {
      error += text
    },
    isOutTty: false,
    isErrorTty: false,
    isInputTty: true,
    isColored: false,
    widthColumns: Number.POSITIVE_INFINITY,
    readInput: async () => '',
    ask: async () => '',
    askHidden: async () => '',
    ...setting.terminal,
  }
  const context: VerbContext = {
    terminal,
    daemons: await daemonsOf(t, setting),
    environment: setting.environment ?? {},
    currentFolder: setting.currentFolder ?? process.cwd(),
    version: '0.0.1',
    signal: setting.signal ?? new AbortController().signal,
  }
  const code = await dispatch(words, context)
  return { code, out, error }
}

async function daemonsOf(
  t: TestContext,
  { openSession, onServing, stateFolder = '/home/ann' }: CliSetting,
): Promise<VerbContext['daemons']> {
  const places = { configFile: '/home/ann/config.json', stateFolder, logFile: '/home/ann/waybill.log' }
  if (openSession === undefined) {
    return { places, find: async () => undefined, findOrStart: async () => 'the daemon cannot be started: a test' }
  }
  const { socketPath } = await startServing(t, { openSession })
  const sockets = new Set<Socket>()
  onServing?.(() => {
    for (const socket of sockets) socket.destroy()
  })
  const reach = async () => {
    const socket = connect(socketPath)
    sockets.add(socket)
    await new Promise<void>((resolve) => socket.once('connect', resolve))
    const protocolVersions = { min: 1, max: 1 }
    const discovery = {
      schema: 1,
      pid: 1,
      socketPath,
      token: 't',
      version: '0.0.1',
      protocolVersions,
      startedAtMs: 1,
    } as const
    return { socket, discovery }
  }
  return { places, find: reach, findOrStart: reach }
}
