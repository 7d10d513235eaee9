/** Runs the built program `waybill`, as a user or an editor does: a verb to its end, or the daemon itself. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Discovery, discoveryFileName, discoverySchema } from '../../shared/protocol/discovery.ts'
import type { OwnHome } from './ownHome.ts'
import { waitFor } from './waitFor.ts'

export const repositoryFolder = join(import.meta.dirname, '../..')
export const bundlePath = join(repositoryFolder, 'dist', 'waybill.cjs')

export type RunOptions = {
  readonly input?: string
  /** Added to the home's own. */
  readonly environment?: Readonly<Record<string, string>>
  readonly currentFolder?: string
  /** Words before the Node executable, such as a program that takes rights away. */
  readonly launcher?: readonly string[]
  /** Another bundle than the one in dist/. */
  readonly program?: string
}

export type Ended = {
  readonly code: number | null
  readonly out: string
  readonly error: string
}

/** No program of a test runs longer: one that hangs is killed, and fails the test by its exit code. */
const endLimitMs = 90_000

export type Running = { readonly child: ChildProcess; readonly ended: Promise<Ended> }

export function startWaybill(home: OwnHome, words: readonly string[], options: RunOptions = {}): Running {
  const bundle = options.program ?? bundlePath
  const [program = process.execPath, ...rest] = [...(options.launcher ?? []), process.execPath, bundle, ...words]
  const child = spawn(program, rest, {
    cwd: options.currentFolder ?? repositoryFolder,
    env: { ...home.environment, ...options.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input ?? '')
  let out = ''
  let error = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    error += text
  })
  const limit = setTimeout(() => child.kill('SIGKILL'), endLimitMs)
  const ended = once(child, 'close').then(([code]) => {
    clearTimeout(limit)
    return { code: code as number | null, out, error }
  })
  return { child, ended }
}

export function waybill(home: OwnHome, words: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return startWaybill(home, words, options).ended
}

export type Daemon = Running & { readonly pid: number; readonly socketPath: string }

export type DaemonOptions = Omit<RunOptions, 'input'> & {
  readonly idleExitMs?: number
  /** How long it waits for a moment without requests, and how long it drains, when a newer build asks. */
  readonly handOver?: { readonly waitMs: number; readonly drainMs: number }
}

/** Resolves when it can be found. Its process is a child of the test, so that its end and exit code are seen. */
export async function startDaemon(home: OwnHome, options: DaemonOptions = {}): Promise<Daemon> {
  const { idleExitMs, handOver, ...run } = options
  const times = {
    '--idle-exit-ms': idleExitMs,
    '--hand-over-wait-ms': handOver?.waitMs,
    '--hand-over-drain-ms': handOver?.drainMs,
  }
  const words = Object.entries(times).flatMap(([option, ms]) => (ms === undefined ? [] : [option, String(ms)]))
  const running = startWaybill(home, ['daemon', ...words], run)
  let end: Ended | undefined
  void running.ended.then((ended) => {
    end = ended
  })
  const discovery = await waitFor('the daemon', () => {
    if (end !== undefined) throw new Error(`the daemon ended with ${end.code}: ${end.error}`)
    const found = discoveryOf(home)
    return found?.pid === running.child.pid ? found : undefined
  })
  return { ...running, pid: discovery.pid, socketPath: discovery.socketPath }
}

export function discoveryOf(home: OwnHome): Discovery | undefined {
  let text: string
  try {
    text = readFileSync(join(home.stateFolder, discoveryFileName), 'utf8')
  } catch {
    // There is none, or it was removed just now: a look before the read would not help.
    return undefined
  }
  return discoverySchema.parse(JSON.parse(text))
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

export async function killHard(daemon: Daemon): Promise<void> {
  daemon.child.kill('SIGKILL')
  await daemon.ended
}
