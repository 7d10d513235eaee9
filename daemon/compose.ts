/**
 * The daemon's composition root: the one file that knows every concrete part. `runDaemon` becomes the user's one daemon,
 * or ends at once because another is.
 */
import { createServer, type Server } from 'node:net'
import { dirname } from 'node:path'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import type { Build } from '../shared/domain/build.ts'
import type { Notice } from '../shared/protocol/notice.ts'
import { catalogStatusOf, connectionsOf, practiceSpecOf, refreshSettingsOf } from './connectionsOf.ts'
import { type DaemonOptions, daemonOptionsOf } from './daemonOptions.ts'
import { createBudgetGate } from './gateway/budgetGate.ts'
import { createCatalogRefresh } from './gateway/catalogRefresh.ts'
import { createEvents } from './gateway/events.ts'
import { createHandOver } from './gateway/handOver.ts'
import { createKeyNotices } from './gateway/keyNotices.ts'
import { createLiveRequests } from './gateway/liveRequests.ts'
import { createProfiles } from './gateway/profiles.ts'
import { createSessions } from './gateway/sessions.ts'
import { createStandings } from './gateway/standings.ts'
import { createStickyRoutes } from './gateway/stickyRoutes.ts'
import { createIdleExit } from './idleExit.ts'
import { forgettingOf, openJournalOf } from './journalOf.ts'
import { openCatalog } from './openCatalog.ts'
import { openChoices } from './openChoices.ts'
import { opened } from './opened.ts'
import { openKeys } from './openKeys.ts'
import { createCatalogFetch } from './providers/catalogFetch.ts'
import { createHttpProvider } from './providers/httpProvider.ts'
import { createNetworkSource } from './providers/networkSource.ts'
import { createPracticeServers } from './providers/practice/practiceServers.ts'
import { createUpstreamHttp } from './providers/upstreamHttp.ts'
import { recordsOf } from './recordsOf.ts'
import { serveConnections } from './servers/connections.ts'
import { keepEarlyConnections } from './servers/earlyConnections.ts'
import { createSettingsSource } from './settingsSource.ts'
import { openConfigFile } from './storage/configFile.ts'
import { type DataFolders, dataFoldersOf } from './storage/dataFolders.ts'
import type { BecomeDaemonResult } from './storage/instanceLock.ts'
import { createLog } from './storage/logFile.ts'
import { accountName } from './storage/osUser.ts'
import { createWorkspaceFolders } from './storage/workspaceFolders.ts'
import { systemClock, systemRandom } from './systemPorts.ts'
import { becomeDaemonTakingOver } from './takeOver.ts'

/** How long requests under way may take to be broken off. */
const interruptGraceMs = 5_000
/** How long clients that do not read are waited for at the end. */
const closeGraceMs = 1_000

/** Resolves with the exit code once the daemon has ended. `words` are its options, as `waybill help daemon` says. */
export async function runDaemon(words: readonly string[], build: Build): Promise<number> {
  const times = daemonOptionsOf(words)
  if (times === undefined) return refuseToStart('expected the options of `waybill help daemon`', 2)
  const folders = await dataFoldersOf(process.env)
  if ('problem' in folders) return refuseToStart(folders.problem, 1)
  const server = createServer({ noDelay: true })
  const identity = { ...build, pid: process.pid, startedAtMs: systemClock.wallMs() }
  const early = keepEarlyConnections(server)
  let daemon: OpenDaemon | undefined
  const become = await becomeDaemonTakingOver({
    folders,
    server,
    build,
    startedAtMs: identity.startedAtMs,
    beforeAnnounce: (place) => {
      daemon = openDaemon({ folders, server, ...place, identity, times })
      early.handOver()
    },
  }).catch((error: unknown) => ({ state: 'failed' as const, message: messageOf(error) }))
  if (become.state === 'exists') return 0
  if (become.state === 'failed' || daemon === undefined) {
    early.drop()
    return refuseToStart(become.state === 'failed' ? become.message : 'the daemon did not open', 1)
  }
  daemon.onAnnounced(become)
  await daemon.ended
  become.close()
  return 0
}

type OpenOptions = {
  readonly folders: DataFolders
  readonly server: Server
  readonly socketPath: string
  readonly token: string
  readonly identity: Build & { readonly pid: number; readonly startedAtMs: number }
  readonly times: DaemonOptions
}

type OpenDaemon = {
  /** Clients can find it from now on, by what `announced` can change and take back. */
  readonly onAnnounced: (announced: Announced) => void
  /** Settles when everything is written and closed. */
  readonly ended: Promise<void>
}

type Announced = Pick<Extract<BecomeDaemonResult, { readonly state: 'won' }>, 'announceHandOver' | 'close'>

/** Throws, with words for the user, when the state of this user cannot be opened. */
function openDaemon(options: OpenOptions): OpenDaemon {
  const { folders, server, socketPath, token, identity, times } = options
  const { idleExitMs } = times
  const clock = systemClock
  let secrets: () => readonly string[] = () => []
  const log = createLog({ path: folders.logFile, clock, secrets: () => secrets() })
  const config = openConfigFile({ path: folders.configFile, lastGoodPath: folders.lastGoodConfigFile, log })
  const { catalog, catalogFile } = openCatalog(() => config.current().catalog?.url, folders, log)
  const settings = createSettingsSource({ config, catalog, wallMs: clock.wallMs })
  const events = createEvents(log)
  const tellConfig = () => events.emit({ topic: 'config', problems: problems() })
  const { keys, keysForSessions, keyFileStatus } = openKeys({ settings, folders, log, onChange: tellConfig })
  const network = createNetworkSource({
    settings: () => config.current().network ?? {},
    environment: process.env,
    configFile: folders.configFile,
  })
  // Before any other listener: they may ask for its problems.
  settings.onChange(network.look)
  const problems = () => [...settings.problems(), ...network.problems()]
  secrets = () => [...keys.secrets(), ...network.secrets()]
  for (const problem of network.problems()) log.warn('The network has a problem', problem)
  const journal = opened(openJournalOf({ folders, config, clock, log })).journal
  const choices = openChoices(folders.state, log)
  const records = recordsOf({
    ...{ folders, journal, clock, log, secrets: () => secrets() },
    build: identity.version,
    config: config.current,
  })
  const { ledger, decisions, captured } = records
  const practice = createPracticeServers({
    folder: dirname(socketPath),
    specOf: (id) => practiceSpecOf(settings.current(), id),
    wallMs: clock.wallMs,
  })
  const http = createUpstreamHttp(network.current)
  const upstream = createHttpProvider({
    http,
    providers: () => connectionsOf(settings.current(), keys, practice),
    wallMs: clock.wallMs,
  })
  const catalogFetch = createCatalogFetch(http, () => connectionsOf(settings.current(), keys, practice))
  const refresh = createCatalogRefresh({
    catalog,
    fetch: catalogFetch,
    file: catalogFile,
    clock,
    log,
    settings: () => refreshSettingsOf(config.current(), settings.current()),
    isWatched: () => connections.count() > 0,
  })
  const workspaces = createWorkspaceFolders(log)
  const profiles = createProfiles(settings, choices)
  const countHeld = () => liveRequests.countHeld()
  const idle = createIdleExit(clock, idleExitMs, () => connections.count() + countHeld() > 0, shutDown)
  const handOver = createHandOver({
    build: { version: identity.version, builtAtMs: identity.builtAtMs },
    limits: times.handOver,
    clock,
    log,
    countHeld,
    announce: (to) => announced?.announceHandOver(to),
    end: shutDown,
  })
  const liveRequests = createLiveRequests(clock, () => {
    idle.onChange()
    handOver.onChange()
  })
  let isEnding = false
  let announced: Announced | undefined
  let onEnded: () => void = () => {}
  const ended = new Promise<void>((resolve) => {
    onEnded = resolve
  })

  const tell = (notice: Notice) => events.emit({ topic: 'notices', notice })
  const openSession = createSessions({
    ledger,
    budgets: createBudgetGate({ ...ledger, clock, budgets: () => settings.current().budgets, tell }),
    upstream,
    clock,
    random: systemRandom,
    ...keysForSessions(ledger),
    listWithKey: catalogFetch.listWithKey,
    standings: createStandings({ keys, clock, state: ledger.state }),
    notices: createKeyNotices({ log, tell }),
    decisions,
    captured,
    forgetting: forgettingOf({ folders, journal, ledger, decisions, captured, log }),
    sticky: createStickyRoutes(clock),
    settings: { ...settings, problems },
    profiles,
    workspaces,
    liveRequests,
    events,
    log,
    refreshCatalog: refresh.now,
    defaultUser: process.env.WAYBILL_USER || accountName(),
    life: {
      isDraining: () => isEnding || handOver.isDraining(),
      handOver,
      shutDown,
      facts: () => {
        network.look()
        return {
          ...identity,
          ...handOver.status(),
          node: process.version,
          socketPath,
          configFile: folders.configFile,
          stateFolder: folders.state,
          logFile: folders.logFile,
          connections: connections.count(),
          memoryBytes: process.memoryUsage.rss(),
          idleExitMs,
          network: network.status(),
          catalog: catalogStatusOf(config.current(), catalog.date(), refresh.problem()),
          ...keyFileStatus(),
        }
      },
    },
  })
  const connections = serveConnections({
    server,
    openSession,
    log,
    daemon: identity,
    // A Windows pipe's access list does not keep other users out.
    ...(process.platform === 'win32' && { requiredToken: token }),
  })
  connections.onCountChange(() => {
    idle.onChange()
    refresh.onChange()
  })
  settings.onChange(() => {
    refresh.onChange()
    tellConfig()
    events.emit({ topic: 'profiles' })
  })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, shutDown)

  function shutDown(): void {
    if (isEnding) return
    isEnding = true
    handOver.stop()
    log.info('the daemon ends')
    // The answer to whoever asked for this leaves first.
    setImmediate(() => {
      close().then(onEnded, (error: unknown) => {
        log.error('the daemon ended badly', { error: messageOf(error) })
        onEnded()
      })
    })
  }

  async function close(): Promise<void> {
    idle.stop()
    refresh.stop()
    keys.stop()
    // A request that does not end stays open in the journal, and the next start closes it.
    await Promise.race([liveRequests.interruptAll(), pause(interruptGraceMs, undefined, { ref: false })])
    // Whoever follows them is answered in this turn, before the connections end.
    await nextTurn()
    await Promise.all([http.dispose(), practice.dispose()])
    records.close()
    const failure = journal.close()
    if (failure !== undefined) log.error('the journal could not be closed', { reason: failure.message })
    config.close()
    // Only now may another daemon begin; and before the connections end, so that who waits for that can start it.
    announced?.close()
    await connections.closeAll(closeGraceMs)
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.off(signal, shutDown)
  }

  return {
    onAnnounced: (own) => {
      announced = own
      refresh.start()
      log.info('the daemon listens', { socketPath, version: identity.version, pid: identity.pid })
      idle.onChange()
    },
    ended,
  }
}

function refuseToStart(message: string, exitCode: number): number {
  process.stderr.write(`waybill daemon: ${message}\n`)
  return exitCode
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
