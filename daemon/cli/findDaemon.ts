/**
 * Finds the running daemon of the given folders, and starts one if asked. `findDaemon` answers an open socket on which
 * nothing has been sent yet, or undefined when nobody answers. `startDaemon` starts a detached process and waits until a
 * daemon answers, its own or another starter's that was faster; when none does in time, or the process fails, its message
 * quotes what that process wrote.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Build } from '../../shared/domain/build.ts'
import { takesOver } from '../../shared/domain/newerBuild.ts'
import type { Discovery } from '../../shared/protocol/discovery.ts'
import { connectSocket } from '../storage/connectSocket.ts'
import { type DataFolders, ensureFolder } from '../storage/dataFolders.ts'
import { readDiscovery } from '../storage/discoveryFile.ts'
import { describeSystemError } from '../storage/systemError.ts'

export type FoundDaemon = { readonly socket: Socket; readonly discovery: Discovery }

export type StartDaemonOptions = {
  readonly folders: DataFolders
  /** What follows the Node executable: the bundle and its arguments. */
  readonly commandLine: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly deadlineMs: number
}

export type StartDaemonResult =
  | ({ readonly state: 'started' } & FoundDaemon)
  | { readonly state: 'failed'; readonly message: string }

type Look = ({ readonly state: 'found' } & FoundDaemon) | { readonly state: 'absent'; readonly reason: string }

export async function findDaemon(folders: DataFolders): Promise<FoundDaemon | undefined> {
  const look = await lookForDaemon(folders)
  return look.state === 'found' ? { socket: look.socket, discovery: look.discovery } : undefined
}

export async function startDaemon(options: StartDaemonOptions): Promise<StartDaemonResult> {
  const { folders, deadlineMs } = options
  const spawned = spawnDaemon(options)
  if ('problem' in spawned) return { state: 'failed', message: spawned.problem }
  const { child, logStartBytes } = spawned
  const look = await waitForDaemon(folders, endOf(child), deadlineMs)
  if (look.state === 'found') return { ...look, state: 'started' }
  // Not ended here: it may be slow rather than stuck, and may own the journal by now.
  const isRunning = child.exitCode === null && child.signalCode === null && child.pid !== undefined
  const rest = isRunning ? ` (process ${child.pid} still runs; end it to try again)` : ''
  return { state: 'failed', message: `${look.reason}${rest}.${logTail(folders.logFile, logStartBytes)}` }
}

/**
 * Starts a process of this build that asks the older daemon to hand over. Answers the daemon to use: the new one if the old
 * one let go at once, else the old one as soon as it says that it will, or after `deadlineMs`; undefined if nobody is left.
 */
export async function startSuccessor(options: StartDaemonOptions, build: Build): Promise<FoundDaemon | undefined> {
  const { folders, deadlineMs } = options
  const spawned = spawnDaemon(options)
  if ('problem' in spawned) return findDaemon(folders)
  const end = endOf(spawned.child)
  const deadlineAtMs = performance.now() + deadlineMs
  for (;;) {
    const hasEnded = end() !== undefined || spawned.child.exitCode === 0
    const reading = readDiscovery(folders.state)
    const isAsked = reading.state === 'present' && !takesOver(build, reading.discovery)
    const isOver = hasEnded || performance.now() > deadlineAtMs
    const found = isOver || isAsked ? await findDaemon(folders) : undefined
    if (found !== undefined || isOver) return found
    await pause(lookAgainMs)
  }
}

function spawnDaemon(
  options: StartDaemonOptions,
): { readonly child: ChildProcess; readonly logStartBytes: number } | { readonly problem: string } {
  const { folders, commandLine, environment } = options
  const problem = ensureFolder(folders.state) ?? ensureFolder(folders.log)
  if (problem !== undefined) return { problem }
  let output: number
  try {
    output = openSync(folders.logFile, 'a', 0o600)
  } catch (error) {
    return { problem: `${folders.logFile} cannot be written: ${describeSystemError(error)}` }
  }
  const logStartBytes = fstatSync(output).size
  const child = spawn(process.execPath, commandLine, {
    detached: true,
    windowsHide: true,
    cwd: folders.state,
    stdio: ['ignore', output, output],
    env: daemonEnvironment(environment),
  })
  closeSync(output)
  child.unref()
  return { child, logStartBytes }
}

function daemonEnvironment(environment: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name))
  const home = environment.WAYBILL_HOME
  return {
    ...Object.fromEntries(kept),
    // The daemon runs in another folder: a relative path would lead elsewhere.
    ...(home ? { WAYBILL_HOME: resolve(home) } : {}),
    ...(process.versions.electron === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' }),
  }
}

const lookAgainMs = 5

async function waitForDaemon(folders: DataFolders, end: () => string | undefined, deadlineMs: number): Promise<Look> {
  const deadlineAtMs = performance.now() + deadlineMs
  for (;;) {
    // Asked before the look: what a process did before it ended is then seen.
    const ended = end()
    const look = await lookForDaemon(folders)
    if (look.state === 'found') return look
    if (ended !== undefined) return { state: 'absent', reason: ended }
    if (performance.now() > deadlineAtMs) {
      const reason = `expected the daemon to answer within ${deadlineMs / 1000} s, but ${look.reason}`
      return { state: 'absent', reason }
    }
    await pause(lookAgainMs)
  }
}

/** Says how the process failed; one that ends with 0 has found another daemon, which is about to answer. */
function endOf(child: ChildProcess): () => string | undefined {
  let spawnError: Error | undefined
  child.once('error', (error) => {
    spawnError = error
  })
  return () => {
    if (spawnError !== undefined) return `the daemon cannot be started: ${describeSystemError(spawnError)}`
    if (child.signalCode !== null) return `the daemon was ended by ${child.signalCode} while it started`
    if (child.exitCode === null || child.exitCode === 0) return undefined
    return `the daemon ended with exit code ${child.exitCode} while it started`
  }
}

async function lookForDaemon(folders: DataFolders): Promise<Look> {
  const reading = readDiscovery(folders.state)
  if (reading.state === 'absent') return { state: 'absent', reason: 'it has not announced itself' }
  if (reading.state === 'unusable') return { state: 'absent', reason: reading.reason }
  const { discovery } = reading
  const connection = await connectSocket(discovery.socketPath)
  switch (connection.state) {
    case 'answered':
      if (isStill(folders, discovery)) return { state: 'found', socket: connection.socket, discovery }
      // Written by a daemon that is gone; its socket's name belongs to one that is about to announce itself.
      connection.socket.destroy()
      return { state: 'absent', reason: 'another daemon is about to announce itself' }
    case 'nobody':
      return { state: 'absent', reason: `nobody answers on ${discovery.socketPath}` }
    case 'busy':
      return { state: 'absent', reason: `${discovery.socketPath} takes no more connections` }
    case 'unusable':
      return { state: 'absent', reason: `${discovery.socketPath} cannot be connected to: ${connection.reason}` }
  }
}

function isStill(folders: DataFolders, discovery: Discovery): boolean {
  const reading = readDiscovery(folders.state)
  return reading.state === 'present' && reading.discovery.token === discovery.token
}

const tailLines = 10

function logTail(logFile: string, startBytes: number): string {
  try {
    const lines = readFileSync(logFile).subarray(startBytes).toString('utf8').trimEnd().split('\n').slice(-tailLines)
    const text = lines.join('\n').trim()
    return text === '' ? ` It wrote nothing to ${logFile}` : ` The end of ${logFile}:\n${text}`
  } catch (error) {
    return ` ${logFile} cannot be read: ${describeSystemError(error)}`
  }
}
