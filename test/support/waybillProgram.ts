/** Runs the built program `waybill`, as a user or an editor does: a verb to its end, or the daemon itself. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
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
  const [program = process.execPath, ...rest] = [...(options.launcher ?? []), process.execPath, bundlePath, ...words]
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

export type DaemonOptions = Omit<RunOptions, 'input'> & { readonly idleExitMs?: number }

/** Resolves when it can be found. Its process is a child of the test, so that its end and exit code are seen. */
export async function startDaemon(home: OwnHome, options: DaemonOptions = {}): Promise<Daemon> {
  const { idleExitMs, ...run } = options
  const words = idleExitMs === undefined ? [] : ['--idle-exit-ms', String(idleExitMs)]
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
  const path = join(home.stateFolder, discoveryFileName)
  if (!existsSync(path)) return undefined
  try {
    return discoverySchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    // The one of a killed daemon is removed by the next.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
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
