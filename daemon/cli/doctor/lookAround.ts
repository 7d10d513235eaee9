/**
 * Gathers what doctor judges: looks at files, starts the daemon if none runs, knocks at local model servers. What cannot
 * be found out becomes a fact of its own, so that everything else is judged all the same.
 */
import { accessSync, constants, type Stats, statfsSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { journal } from '../../../shared/protocol/journal.ts'
import { status } from '../../../shared/protocol/status.ts'
import { journalKeyProblem } from '../../storage/journalAudit.ts'
import { describeSystemError } from '../../storage/systemError.ts'
import type { DaemonClient } from '../daemonClient.ts'
import type { VerbContext } from '../verb.ts'
import { resultOf, withClient } from '../withClient.ts'
import type { DoctorFacts, FolderFact, LocalProviderFact, StatusResult } from './facts.ts'

export async function lookAround(context: VerbContext): Promise<DoctorFacts> {
  const { places } = context.daemons
  const folders = [
    folderFact('configuration', dirname(places.configFile)),
    folderFact('state', places.stateFolder),
    folderFact('journal', join(places.stateFolder, 'journal')),
  ]
  // Before a daemon may start and make a new key.
  const keyProblem = journalKeyProblem(places.stateFolder)
  const freeBytes = freeBytesOf(places.stateFolder)
  const facts = {
    buildVersion: context.version,
    nodeVersion: process.versions.node,
    folders,
    presentEnvironmentNames: new Set(Object.keys(context.environment).filter((name) => context.environment[name])),
    nowMs: Date.now(),
    ...(freeBytes === undefined ? {} : { freeBytes }),
    ...(keyProblem === undefined ? {} : { journalKeyProblem: keyProblem }),
  }
  try {
    return await withClient(
      context,
      async (client) => {
        const current = resultOf(await client.request(status, {}))
        return {
          ...facts,
          daemon: { version: client.daemonVersion, status: current },
          localProviders: await localProviderFacts(current),
          ...(await journalFacts(client)),
        }
      },
      { idleExitMs: 60_000 },
    )
  } catch (error) {
    return { ...facts, daemon: { problem: messageOf(error) }, localProviders: [] }
  }
}

async function journalFacts(client: DaemonClient): Promise<Pick<DoctorFacts, 'newestRequestAtMs' | 'journalProblem'>> {
  try {
    const [newest] = resultOf(await client.request(journal, { limit: 1 })).waybills
    return newest === undefined ? {} : { newestRequestAtMs: newest.startedAtMs }
  } catch (error) {
    return { journalProblem: messageOf(error) }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function folderFact(name: string, path: string): FolderFact {
  try {
    return factOf(name, path, statSync(path, { throwIfNoEntry: false }))
  } catch (error) {
    return { name, path, state: 'unknown', reason: describeSystemError(error) }
  }
}

function factOf(name: string, path: string, existing: Stats | undefined): FolderFact {
  if (existing === undefined) {
    const state = isWritable(nearestExisting(path)) ? 'missing' : 'not-writable'
    return { name, path, state }
  }
  if (!existing.isDirectory()) return { name, path, state: 'no-folder' }
  const state = isWritable(path) ? 'writable' : 'not-writable'
  return process.platform === 'win32' ? { name, path, state } : { name, path, state, mode: existing.mode & 0o777 }
}

function nearestExisting(path: string): string {
  const parent = dirname(path)
  return parent === path || statSync(parent, { throwIfNoEntry: false }) !== undefined ? parent : nearestExisting(parent)
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

function freeBytesOf(stateFolder: string): number | undefined {
  try {
    const existing =
      statSync(stateFolder, { throwIfNoEntry: false }) === undefined ? nearestExisting(stateFolder) : stateFolder
    const { bavail, bsize } = statfsSync(existing)
    return bavail * bsize
  } catch {
    return undefined
  }
}

const knockMs = 1000
const loopbackUrl = /^https?:\/\/(?:localhost|127\.[\d.]+|\[::1\])(?=[:/]|$)/

async function localProviderFacts({ providers }: StatusResult): Promise<readonly LocalProviderFact[]> {
  const local = providers.filter(
    ({ isLocal, isPractice, baseUrl }) =>
      (isLocal || loopbackUrl.test(baseUrl)) && !isPractice && URL.canParse(baseUrl),
  )
  return Promise.all(
    local.map(async ({ id, baseUrl }) => {
      const { hostname, port, protocol } = new URL(baseUrl)
      const portNumber = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
      const isListening = await isTaken(hostname.replace(/^\[|\]$/g, ''), portNumber)
      return { id, address: `${hostname}:${portNumber}`, isListening }
    }),
  )
}

function isTaken(host: string, port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect({ host, port, timeout: knockMs })
    const end = (isListening: boolean) => {
      socket.destroy()
      settle(isListening)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
  })
}
