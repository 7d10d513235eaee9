/**
 * Becomes the daemon as `becomeDaemon` does, and where one runs already that is of a strictly older build, asks it to hand
 * over, waits until it has let go, and tries again. `exists`: the one that runs stays, or another new one was faster.
 *
 * Nobody else is needed for what can go wrong: if this process dies, the old daemon sees its connection end and stays; if
 * the old one dies, its connection ends here, and the next try heals what it left.
 */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Build } from '../shared/domain/build.ts'
import { isStrictlyNewer } from '../shared/domain/newerBuild.ts'
import type { Discovery } from '../shared/protocol/discovery.ts'
import { takeover } from '../shared/protocol/takeover.ts'
import { connectSocket } from './storage/connectSocket.ts'
import { readDiscovery } from './storage/discoveryFile.ts'
import { type BecomeDaemonOptions, type BecomeDaemonResult, becomeDaemon } from './storage/instanceLock.ts'

/** How long one that holds the socket has to announce itself, or to let go of it, and then to answer the first message. */
const patienceMs = 5_000
const lookAgainMs = 10

/** `unclear`: somebody held the socket, and is not to be found or went away: look again. */
type Asked =
  | { readonly state: 'free' | 'unclear' }
  | Extract<BecomeDaemonResult, { readonly state: 'exists' | 'failed' }>

export async function becomeDaemonTakingOver(options: BecomeDaemonOptions): Promise<BecomeDaemonResult> {
  let untilMs = performance.now() + patienceMs
  for (;;) {
    const become = await becomeDaemon(options)
    if (become.state !== 'exists') return become
    const asked = await askToHandOver(options.folders.state, options.build)
    if (asked.state === 'exists' || asked.state === 'failed') return asked
    if (asked.state === 'free') untilMs = performance.now() + patienceMs
    else if (performance.now() > untilMs) return become
    else await pause(lookAgainMs)
  }
}

async function askToHandOver(stateFolder: string, build: Build): Promise<Asked> {
  const reading = readDiscovery(stateFolder)
  if (reading.state === 'unusable') return { state: 'exists' }
  // It is about to write its file, or took it back because it ends.
  if (reading.state === 'absent') return { state: 'unclear' }
  const { discovery } = reading
  // Whether somebody as new waits already, it says itself: in the file of one that was killed this may be who we were to it.
  const { version, builtAtMs } = discovery
  if (builtAtMs === undefined || !isStrictlyNewer(build, { version, builtAtMs })) return { state: 'exists' }
  const connection = await connectSocket(discovery.socketPath)
  if (connection.state !== 'answered') return { state: 'unclear' }
  const { socket } = connection
  try {
    return await askOver(socket, discovery, build)
  } catch {
    return { state: 'unclear' }
  } finally {
    socket.destroy()
  }
}

/** Throws when the connection is lost. */
async function askOver(socket: Socket, discovery: Discovery, build: Build): Promise<Asked> {
  const closed = once(socket, 'close')
  let isHung = false
  // A daemon that hangs takes connections and says nothing.
  const limit = setTimeout(() => {
    isHung = true
    socket.destroy()
  }, patienceMs)
  try {
    const { connectClient } = await import('./cli/daemonClient.ts')
    // In whatever version it speaks: this one message is the same in all of them.
    const { protocolVersions } = discovery
    const client = await connectClient(
      { socket, discovery },
      { version: build.version, environment: {}, protocolVersions },
    )
    clearTimeout(limit)
    const { result, refused } = await client.request(takeover, { build })
    if (result?.state === 'handed-over') {
      await closed
      return { state: 'free' }
    }
    process.stderr.write(`waybill daemon: not started: ${result?.reason ?? refused?.message}\n`)
    return { state: 'exists' }
  } catch (error) {
    if (isHung) return { state: 'failed', message: hungMessage(discovery) }
    throw error
  } finally {
    clearTimeout(limit)
  }
}

function hungMessage({ pid, socketPath }: Discovery): string {
  return `expected the older daemon (process ${pid}) to answer on ${socketPath} within ${patienceMs / 1000} s, but it says nothing; end that process and try again`
}
