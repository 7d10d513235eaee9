/**
 * Makes this process the one daemon of its state folder, or says that there is one already.
 *
 * The server listens on a private name, which link(2) then gives the public one: the name appears only when somebody
 * already answers behind it, and exactly one of any number of starters gets it. A socket that somebody answers is never
 * removed; one that a killed daemon left is healed (healing.ts). Then `beforeAnnounce` runs (open the journal there:
 * nobody else owns it any more, and nobody finds this daemon yet), and the discovery file is written.
 *
 * `close` removes the discovery file and the public name if they are still ours, and stops listening; it must be called
 * while the server listens and may be called twice. Connections that are open stay open.
 *
 * On Windows a named pipe does all this by itself: it has one first instance and ends with its process. That branch is
 * untested: no Windows machine was at hand.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, linkSync, realpathSync, rmSync } from 'node:fs'
import type { Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Build } from '../../shared/domain/build.ts'
import type { Discovery } from '../../shared/protocol/discovery.ts'
import { protocolVersions } from '../../shared/protocol/version.ts'
import { connectSocket } from './connectSocket.ts'
import { type DataFolders, ensureFolder } from './dataFolders.ts'
import { removeDiscovery, writeDiscovery } from './discoveryFile.ts'
import { identityOf } from './fileIdentity.ts'
import { healSocket, sweepDeadNames } from './healing.ts'
import { chooseSocketPlace, newPrivateName, openSocketPlace, type SocketPlace } from './socketPlace.ts'
import { describeSystemError, isSystemError } from './systemError.ts'

export type BecomeDaemonOptions = {
  readonly folders: DataFolders
  /** Not listening yet. */
  readonly server: Server
  readonly build: Build
  readonly startedAtMs: number
  /** A throw gives everything up again and comes out of `becomeDaemon`. */
  readonly beforeAnnounce?: (place: { readonly socketPath: string; readonly token: string }) => void | Promise<void>
}

export type BecomeDaemonResult =
  | {
      readonly state: 'won'
      readonly discovery: Discovery
      /** Names the build that this daemon hands over to in the discovery file, or no longer. */
      readonly announceHandOver: (to: Build | undefined) => void
      readonly close: () => void
    }
  | { readonly state: 'exists' }
  | { readonly state: 'failed'; readonly message: string }

type Taken = { readonly state: 'won'; readonly release: () => void } | Exclude<BecomeDaemonResult, { state: 'won' }>

export async function becomeDaemon(options: BecomeDaemonOptions): Promise<BecomeDaemonResult> {
  const { folders, server, build, startedAtMs } = options
  const problem = ensureFolder(folders.state)
  if (problem !== undefined) return { state: 'failed', message: problem }
  const place = chooseSocketPlace({ platform: process.platform, stateFolder: realpathSync(folders.state) })
  const placeProblem = openSocketPlace(place)
  if (placeProblem !== undefined) return { state: 'failed', message: placeProblem }

  const taken =
    place.kind === 'pipe'
      ? await takePipe(place.socketPath, server)
      : await takeSocket({ ...place, stateFolder: folders.state }, server)
  if (taken.state !== 'won') return taken
  const token = randomBytes(32).toString('base64url')
  const close = () => {
    removeDiscovery(folders.state, token)
    taken.release()
    if (server.listening) server.close()
  }
  const discovery = {
    schema: 1,
    pid: process.pid,
    socketPath: place.socketPath,
    token,
    ...build,
    protocolVersions,
    startedAtMs,
  } as const
  try {
    await options.beforeAnnounce?.({ socketPath: place.socketPath, token })
  } catch (error) {
    close()
    throw error
  }
  try {
    writeDiscovery(folders.state, discovery)
  } catch (error) {
    close()
    return { state: 'failed', message: `cannot write into ${folders.state}: ${describeSystemError(error)}` }
  }
  const announceHandOver = (to: Build | undefined) => {
    try {
      writeDiscovery(folders.state, to === undefined ? discovery : { ...discovery, handOverTo: to })
    } catch {
      // Who does not read of it asks once more, in vain.
    }
  }
  return { state: 'won', discovery, announceHandOver, close }
}

/** How long other starters may hold the healing claim before this one gives up. */
const takeDeadlineMs = 15_000

/** `folder` is the socket's own. */
type Place = Exclude<SocketPlace, { kind: 'pipe' }> & { readonly stateFolder: string }

async function takeSocket(place: Place, server: Server): Promise<Taken> {
  const deadlineAtMs = performance.now() + takeDeadlineMs
  while (performance.now() < deadlineAtMs) {
    const privateName = newPrivateName()
    const privatePath = join(place.folder, privateName)
    try {
      await listen(server, privatePath)
      chmodSync(privatePath, 0o600)
      const taken = await linkOrYield(place, privateName)
      if (taken?.state === 'won') {
        rmSync(privatePath, { force: true })
        await sweepDeadNames(place.folder)
        return { state: 'won', release: releaseOf(place.socketPath) }
      }
      stopListening(server, privatePath)
      if (taken !== undefined) return taken
    } catch (error) {
      stopListening(server, privatePath)
      // Another starter's sweep may remove a private name before it listens: take a new one.
      if (isSystemError(error, 'ENOENT')) continue
      return { state: 'failed', message: `cannot listen on ${place.socketPath}: ${describeSystemError(error)}` }
    }
    await pause(2 + Math.random() * 15)
  }
  return {
    state: 'failed',
    message: `expected to take over the dead socket ${place.socketPath} within ${takeDeadlineMs / 1000} s, but another starting daemon holds it; end that process and try again`,
  }
}

/** Undefined: another starter is healing; try again. */
async function linkOrYield(
  place: Place,
  privateName: string,
): Promise<{ readonly state: 'won' } | Exclude<BecomeDaemonResult, { state: 'won' }> | undefined> {
  for (;;) {
    try {
      linkSync(join(place.folder, privateName), place.socketPath)
      return { state: 'won' }
    } catch (error) {
      if (!isSystemError(error, 'EEXIST')) throw error
    }
    const connection = await connectSocket(place.socketPath)
    switch (connection.state) {
      case 'answered':
        connection.socket.destroy()
        return { state: 'exists' }
      case 'busy':
        return { state: 'exists' }
      case 'unusable':
        return { state: 'failed', message: `cannot connect to ${place.socketPath}: ${connection.reason}` }
      case 'nobody':
        if ((await healSocket(place, privateName)) === 'taken') return undefined
    }
  }
}

function releaseOf(socketPath: string): () => void {
  const own = identityOf(socketPath)
  return () => {
    if (own !== undefined && identityOf(socketPath) === own) rmSync(socketPath, { force: true })
  }
}

async function takePipe(pipeName: string, server: Server): Promise<Taken> {
  try {
    await listen(server, pipeName)
    return { state: 'won', release: () => undefined }
  } catch (error) {
    if (isSystemError(error, 'EADDRINUSE')) return { state: 'exists' }
    return { state: 'failed', message: `cannot listen on ${pipeName}: ${describeSystemError(error)}` }
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((settle, fail) => {
    server.once('error', fail)
    server.listen(path, () => {
      server.off('error', fail)
      settle()
    })
  })
}

function stopListening(server: Server, privatePath: string): void {
  if (server.listening) server.close()
  rmSync(privatePath, { force: true })
}
