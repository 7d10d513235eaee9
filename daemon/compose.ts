/**
 * The daemon's composition root: the one file that knows every concrete part. `runDaemon` becomes the user's one daemon,
 * or ends at once because another is.
 */
import { createServer, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod'
import type { Failure } from '../shared/domain/failure.ts'
import type { Notice } from '../shared/protocol/notice.ts'
import { catalogSnapshotText } from './catalogSnapshot.ts'
import { catalogStatusOf, connectionsOf, practiceSpecOf, refreshSettingsOf } from './connectionsOf.ts'
import { decodeCatalogDocument } from './core/catalog/catalogDocument.ts'
import { createBudgetGate } from './gateway/budgetGate.ts'
import { createCatalog } from './gateway/catalog.ts'
import { createCatalogRefresh, documentOf } from './gateway/catalogRefresh.ts'
import { createEnvironment } from './gateway/environment.ts'
import { createEvents } from './gateway/events.ts'
import { createKeyNotices } from './gateway/keyNotices.ts'
import { createLedger } from './gateway/ledger.ts'
import { createLiveRequests } from './gateway/liveRequests.ts'
import { type Choices, createProfiles } from './gateway/profiles.ts'
import { createSessions } from './gateway/sessions.ts'
import { createStandings } from './gateway/standings.ts'
import { createStatsChanges } from './gateway/statsChanges.ts'
import { createStickyRoutes } from './gateway/stickyRoutes.ts'
import { createIdleExit } from './idleExit.ts'
import { createCatalogFetch } from './providers/catalogFetch.ts'
import { createHttpProvider } from './providers/httpProvider.ts'
import { createNetworkSource } from './providers/networkSource.ts'
import { createPracticeServers } from './providers/practice/practiceServers.ts'
import { createUpstreamHttp } from './providers/upstreamHttp.ts'
import { serveConnections } from './servers/connections.ts'
import { keepEarlyConnections } from './servers/earlyConnections.ts'
import { createSettingsSource } from './settingsSource.ts'
import { openCatalogFile } from './storage/catalogFile.ts'
import { openConfigFile } from './storage/configFile.ts'
import { type DataFolders, dataFoldersOf } from './storage/dataFolders.ts'
import { createDecisionFiles } from './storage/decisionFiles.ts'
import { becomeDaemon } from './storage/instanceLock.ts'
import { openJournal } from './storage/journalFiles.ts'
import { openJsonStore } from './storage/jsonStore.ts'
import { createLog } from './storage/logFile.ts'
import { accountName } from './storage/osUser.ts'
import { createRollUpFiles } from './storage/rollUpFiles.ts'
import { createWorkspaceFolders } from './storage/workspaceFolders.ts'
import { printOfKey, systemClock, systemRandom } from './systemPorts.ts'

const defaultIdleExitMs = 15 * 60_000
/** How long requests under way may take to be broken off. */
const interruptGraceMs = 5_000
/** How long clients that do not read are waited for at the end. */
const closeGraceMs = 1_000

const choicesSchema: z.ZodType<Choices> = z.object({
  schema: z.literal(1),
  workspaces: z.record(z.string(), z.string()),
})
const noChoices: Choices = { schema: 1, workspaces: {} }

/** Resolves with the exit code once the daemon has ended. `words` are its options, as `waybill help daemon` says. */
export async function runDaemon(words: readonly string[], version: string): Promise<number> {
  const idleExitMs = idleExitMsOf(words)
  if (idleExitMs === undefined) return refuseToStart('expected `--idle-exit-ms MILLISECONDS` or nothing', 2)
  const folders = await dataFoldersOf(process.env)
  if ('problem' in folders) return refuseToStart(folders.problem, 1)
  const server = createServer({ noDelay: true })
  const identity = { version, pid: process.pid, startedAtMs: systemClock.wallMs() }
  const early = keepEarlyConnections(server)
  let daemon: OpenDaemon | undefined
  const become = await becomeDaemon({
    folders,
    server,
    version,
    startedAtMs: identity.startedAtMs,
    beforeAnnounce: (place) => {
      daemon = openDaemon({ folders, server, ...place, identity, idleExitMs })
      early.handOver()
    },
  }).catch((error: unknown) => ({ state: 'failed' as const, message: messageOf(error) }))
  if (become.state === 'exists') return 0
  if (become.state === 'failed' || daemon === undefined) {
    early.drop()
    return refuseToStart(become.state === 'failed' ? become.message : 'the daemon did not open', 1)
  }
  daemon.onAnnounced(become.close)
  await daemon.ended
  become.close()
  return 0
}

type OpenOptions = {
  readonly folders: DataFolders
  readonly server: Server
  readonly socketPath: string
  readonly token: string
  readonly identity: { readonly version: string; readonly pid: number; readonly startedAtMs: number }
  readonly idleExitMs: number
}

type OpenDaemon = {
  /** Clients can find it from now on; `unannounce` takes back what they find it by. */
  readonly onAnnounced: (unannounce: () => void) => void
  /** Settles when everything is written and closed. */
  readonly ended: Promise<void>
}

/** Throws, with words for the user, when the state of this user cannot be opened. */
function openDaemon(options: OpenOptions): OpenDaemon {
  const { folders, server, socketPath, token, identity, idleExitMs } = options
  const clock = systemClock
  let secrets: () => readonly string[] = () => []
  const log = createLog({ path: folders.logFile, clock, secrets: () => secrets() })
  const config = openConfigFile({ path: folders.configFile, lastGoodPath: folders.lastGoodConfigFile, log })
  const catalogFile = openCatalogFile(join(folders.state, 'catalog.json'), log)
  const catalog = createCatalog({
    snapshot: () => decodeCatalogDocument(JSON.parse(catalogSnapshotText()), ''),
    lastGood: () => {
      const kept = config.current().catalog?.url === undefined ? undefined : catalogFile.read()
      return kept?.url === config.current().catalog?.url ? kept && documentOf(kept.text, kept.fetchedOn) : undefined
    },
    log,
  })
  const settings = createSettingsSource({ config, catalog, wallMs: clock.wallMs })
  const environment = createEnvironment(settings, process.env, printOfKey)
  const network = createNetworkSource({
    settings: () => config.current().network ?? {},
    environment: process.env,
    configFile: folders.configFile,
  })
  // Before any other listener: they may ask for its problems.
  settings.onChange(network.look)
  const problems = () => [...settings.problems(), ...network.problems()]
  secrets = () => [...environment.secrets(), ...network.secrets()]
  for (const problem of network.problems()) log.warn('The network has a problem', problem)
  const journal = opened(openJournal({ folder: folders.journal, clock, log })).journal
  const choices = opened(
    openJsonStore({ path: join(folders.state, 'choices.json'), schema: choicesSchema, defaults: noChoices, log }),
  ).file
  const ledger = createLedger({ journal, archive: createRollUpFiles(folders.rollups, log), clock, log })
  const decisions = createDecisionFiles(folders.decisions, clock, log)
  const events = createEvents(log)
  const statsChanges = createStatsChanges(clock, () => events.emit({ topic: 'stats' }))
  ledger.onApplied(statsChanges.onChange)
  const practice = createPracticeServers({
    folder: dirname(socketPath),
    specOf: (id) => practiceSpecOf(settings.current(), id),
    wallMs: clock.wallMs,
  })
  const http = createUpstreamHttp(network.current)
  const upstream = createHttpProvider({
    http,
    providers: () => connectionsOf(settings.current(), environment, practice),
    wallMs: clock.wallMs,
  })
  const refresh = createCatalogRefresh({
    catalog,
    fetch: createCatalogFetch(http, () => connectionsOf(settings.current(), environment, practice)),
    file: catalogFile,
    clock,
    log,
    settings: () => refreshSettingsOf(config.current(), settings.current()),
    isWatched: () => connections.count() > 0,
  })
  const workspaces = createWorkspaceFolders(log)
  const profiles = createProfiles(settings, choices)
  const idle = createIdleExit(clock, idleExitMs, () => connections.count() + liveRequests.countHeld() > 0, shutDown)
  const liveRequests = createLiveRequests(clock, () => idle.onChange())
  let isDraining = false
  let unannounce: () => void = () => {}
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
    environment,
    standings: createStandings({ environment, clock, state: ledger.state }),
    notices: createKeyNotices({ log, tell }),
    decisions,
    sticky: createStickyRoutes(clock),
    settings: { ...settings, problems },
    profiles,
    workspaces,
    liveRequests,
    events,
    statsChanges,
    log,
    refreshCatalog: refresh.now,
    defaultUser: process.env.WAYBILL_USER || accountName(),
    life: {
      isDraining: () => isDraining,
      shutDown,
      facts: () => {
        network.look()
        return {
          ...identity,
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
    events.emit({ topic: 'config', problems: problems() })
    events.emit({ topic: 'profiles' })
  })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, shutDown)

  function shutDown(): void {
    if (isDraining) return
    isDraining = true
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
    // A request that does not end stays open in the journal, and the next start closes it.
    await Promise.race([liveRequests.interruptAll(), pause(interruptGraceMs, undefined, { ref: false })])
    // Whoever follows them is answered in this turn, before the connections end.
    await nextTurn()
    await Promise.all([http.dispose(), practice.dispose()])
    const failure = journal.close()
    if (failure !== undefined) log.error('the journal could not be closed', { reason: failure.message })
    decisions.close()
    config.close()
    // Only now may another daemon begin; and before the connections end, so that who waits for that can start it.
    unannounce()
    await connections.closeAll(closeGraceMs)
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.off(signal, shutDown)
  }

  return {
    onAnnounced: (takeBack) => {
      unannounce = takeBack
      refresh.start()
      log.info('the daemon listens', { socketPath, version: identity.version, pid: identity.pid })
      idle.onChange()
    },
    ended,
  }
}

function opened<Result extends { readonly state: 'opened' }>(
  result: Result | { readonly state: 'refused'; readonly failure: Failure },
): Result {
  if (result.state === 'refused') throw new Error(result.failure.message)
  return result
}

function refuseToStart(message: string, exitCode: number): number {
  process.stderr.write(`waybill daemon: ${message}\n`)
  return exitCode
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function idleExitMsOf(words: readonly string[]): number | undefined {
  if (words.length === 0) return defaultIdleExitMs
  const [option, value] = words
  if (words.length !== 2 || option !== '--idle-exit-ms' || !/^\d{1,12}$/.test(value ?? '')) return undefined
  return Number(value)
}
