/** Opens sessions: what one connected client can do, put together from the gateway's parts. */
import type { Failure } from '../../shared/domain/failure.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import { journalLimits } from '../../shared/protocol/journal.ts'
import type { ProviderStatus } from '../../shared/protocol/status.ts'
import { statsOf } from '../core/metrics/statsOf.ts'
import { listPrompts } from '../core/prompts/library.ts'
import { recordFeedback } from './answerFeedback.ts'
import { allowEndpoint, listBudgets, releaseReservation, removeBudget, setBudget } from './budgetView.ts'
import { type CapturedContent, captureRequest } from './captured.ts'
import { endpointRows, modelRows } from './catalogView.ts'
import { type AdmissionPorts, admitChat } from './chatAdmission.ts'
import type { Environment } from './environment.ts'
import type { Events } from './events.ts'
import { type ExplainPorts, explainRequest } from './explainRequest.ts'
import type { Forgetting } from './forgetting.ts'
import type { HandOver } from './handOver.ts'
import type { KeyCommands } from './keyCommands.ts'
import { type KeyTestPorts, testKey } from './keyTest.ts'
import type { LiveRequest, LiveRequests, Reading } from './liveRequests.ts'
import { createPartStream } from './partStream.ts'
import type { ProviderKeys } from './providerKeys.ts'
import { providerStatusOf } from './providerStatus.ts'
import { type RequestPorts, runRequest } from './requestRun.ts'
import { createRequestWaits, type RequestWaits } from './requestWaits.ts'
import type { Failed, OpenSession, PartSink, Session, SessionOptions } from './session.ts'
import type { Settings } from './settings.ts'
import { daysBack, firstDayOf } from './statsRange.ts'

export type SessionPorts = Omit<RequestPorts, 'waits'> &
  AdmissionPorts &
  ExplainPorts &
  KeyTestPorts & {
    readonly liveRequests: LiveRequests
    readonly environment: Environment
    readonly keys: ProviderKeys
    readonly keyCommands: KeyCommands
    readonly captured: CapturedContent
    readonly events: Events
    readonly forgetting: Pick<Forgetting, 'forget'>
    /** The operating system's account, or WAYBILL_USER. */
    readonly defaultUser: string
    readonly life: DaemonLife
    /** Answers what did not work, in words. */
    readonly refreshCatalog: (signal: AbortSignal) => Promise<readonly string[]>
  }

/** The daemon's own state, from the composition root. */
export type DaemonLife = {
  readonly isDraining: () => boolean
  readonly handOver: Pick<HandOver, 'ask' | 'leave'>
  /** Ends the daemon after the current answers have left. */
  readonly shutDown: () => void
  readonly facts: () => DaemonFacts
}

export type DaemonFacts = Pick<
  ReturnType<Session['status']>,
  | 'version'
  | 'builtAtMs'
  | 'handOver'
  | 'pid'
  | 'node'
  | 'startedAtMs'
  | 'socketPath'
  | 'configFile'
  | 'stateFolder'
  | 'logFile'
  | 'connections'
  | 'memoryBytes'
  | 'idleExitMs'
  | 'network'
  | 'catalog'
  | 'keyFile'
>

/** How long after its end a request can still be asked for by attaching; the journal knows it for longer. */
const attachableMs = 2 * 86_400_000
/** When nobody reads, this much of one answer is kept before its upstream is paused. */
const maxUnreadBytes = 4 * 1024 * 1024

export function createSessions(ports: SessionPorts): OpenSession {
  const withWaits = { ...ports, waits: createRequestWaits() }
  return (options) => openSession(withWaits, options)
}

function openSession(ports: SessionPorts & { readonly waits: RequestWaits }, options: SessionOptions): Session {
  const { settings, profiles, workspaces, ledger, liveRequests, environment, events, life } = ports
  environment.accept(options.environment)
  const readings = new Set<Reading>()
  const asker = { client: options.client, user: options.user ?? ports.defaultUser }
  const unsubscribe = events.subscribe((event) => {
    if (options.topics.includes(event.topic)) options.onEvent(event)
  })

  /** Reads a request until it ends, is taken over, or this session is gone. */
  async function follow(live: LiveRequest, after: number, sink: PartSink, signal: AbortSignal) {
    const reading = live.read(after, sink)
    readings.add(reading)
    signal.addEventListener('abort', reading.cancel, { once: true })
    if (signal.aborted) reading.cancel()
    const how = await reading.end
    signal.removeEventListener('abort', reading.cancel)
    readings.delete(reading)
    if (how === 'taken-over') return { state: 'taken-over' } as const
    return resultOf(await live.ended)
  }

  return {
    chat: async (params, sink, signal) => {
      if (life.isDraining())
        return failed(
          'draining',
          'The daemon hands over or ends, so it takes no new request; connect again and repeat it.',
        )
      if (liveRequests.find(params.requestId) !== undefined) {
        return failed(
          'invalid-request',
          `Request ${params.requestId} exists already; use waybill/chat/attach to go on with it, or choose a fresh id.`,
        )
      }
      const request = admitChat(ports, params, asker)
      const stream = createPartStream(maxUnreadBytes)
      const live = liveRequests.start({
        requestId: params.requestId,
        stream,
        onDisconnect: params.onDisconnect ?? 'cancel',
        run: async (abort) => {
          await ports.keys.whenRead()
          const waybill = await runRequest(ports, request, stream, abort)
          captureRequest(ports.captured, request, stream.parts(), ports.clock.wallMs())
          events.emit({ topic: 'requests', waybill })
          return waybill
        },
      })
      return follow(live, 0, sink, signal)
    },
    attach: async (params, sink, signal) => {
      const live = liveRequests.find(params.requestId)
      if (live?.hasReader() === true && params.takeOver === false) return { state: 'in-use' }
      if (live !== undefined) return follow(live, params.after, sink, signal)
      const waybill = ledger.findWaybill(params.requestId, ports.clock.wallMs() - attachableMs)
      if (waybill !== undefined) return resultOf(waybill)
      return failed('not-found', `No request ${params.requestId} is known to this daemon.`)
    },
    prompts: () => ({ prompts: listPrompts() }),
    profiles: (params) => {
      const workspace = params.workspace && workspaces.resolve(params.workspace)
      const { name, source } = profiles.choose(undefined, workspace)
      const current = { profile: name, source, ...(workspace !== undefined && { workspace: workspace.path }) }
      return { profiles: profiles.list(), current }
    },
    showProfile: ({ profile }) => {
      const shown = profiles.show(profile)
      return 'kind' in shown ? { failure: shown } : shown
    },
    setProfile: (params) => {
      const workspace = workspaces.resolve(params.workspace)
      if (workspace === undefined) {
        return failed(
          'invalid-request',
          'A profile is chosen for a workspace: expected `workspace.folder` or `workspace.document` with an absolute path; neither came.',
        )
      }
      const failure = profiles.set(workspace.path, params.profile)
      if (failure !== undefined) return { failure }
      events.emit({ topic: 'profiles', workspace: workspace.path })
      const { name, source } = profiles.choose(undefined, workspace)
      return { workspace: workspace.path, profile: name, source }
    },
    stats: (params) => {
      const { range = 'today', groupBy = 'model', workspace } = params
      const firstDay = firstDayOf(ports.clock.wallMs(), daysBack[range])
      return { range, groupBy, ...statsOf(ledger.rollUpsSince(firstDay), groupBy, workspace) }
    },
    journal: async ({ limit = journalLimits.usual, requestId, withContent = false, ...where }, signal) => {
      if (requestId === undefined) return ledger.pages.page({ limit, ...where }, signal)
      const waybill = await ledger.pages.find(requestId, signal)
      const captured = withContent ? ports.captured.find(requestId) : undefined
      return { waybills: waybill === undefined ? [] : [waybill], ...(captured !== undefined && { captured }) }
    },
    forget: async ({ wish }) => {
      const report = await ports.forgetting.forget(wish)
      return 'kind' in report ? { failure: report } : report
    },
    explain: (params) => explainRequest(ports, params, asker),
    feedback: (params) => {
      const recorded = recordFeedback(ports, params)
      return 'kind' in recorded ? { failure: recorded } : recorded
    },
    catalogModels: (params) => ({ models: modelRows(settings.current(), params), ...catalogDated(settings.current()) }),
    catalogEndpoints: ({ model }) => {
      const current = settings.current()
      const endpoints = endpointRows(current, ports.standings, model, ports.clock.wallMs())
      if (endpoints.length > 0) return { model, endpoints, ...catalogDated(current) }
      return failed(
        'not-found',
        `No configured provider offers ${model}. \`waybill models\` lists those that can be asked.`,
      )
    },
    refreshCatalog: async (signal) => {
      const problems = await ports.refreshCatalog(signal)
      const current = settings.current()
      return { problems, modelCount: current.endpoints.byModel.size, ...catalogDated(current) }
    },
    budgets: () => listBudgets(ports),
    setBudget: (params) => setBudget(ports, params),
    removeBudget: (params) => removeBudget(ports, params),
    releaseReservation: (params) => releaseReservation(ports, params),
    allowEndpoint: (params) => allowEndpoint(ports, params),
    status: () => {
      const unavailable = ledger.unavailable()
      return {
        ...life.facts(),
        defaultProfile: settings.current().defaultProfile,
        requestsUnderWay: liveRequests.underWay(),
        requestsWaiting: ports.waits.list(),
        providers: providerStatuses(ports),
        configProblems: settings.problems(),
        configInForce: settings.inForce(),
        ledger: unavailable === undefined ? { state: 'open' } : { state: 'unavailable', reason: unavailable.message },
      }
    },
    addProvider: (params) => {
      const failure = settings.addProvider(params)
      if (failure !== undefined) return { failure }
      const provider = providerStatuses(ports).find((status) => status.id === params.id)
      if (provider === undefined)
        return failed(
          'invalid-request',
          `Provider ${params.id} was written but could not be read back; see \`waybill doctor\`.`,
        )
      return { provider }
    },
    keys: { ...ports.keyCommands, test: (params, signal) => testKey(ports, params, asker, signal) },
    setEnvironment: (params) => ({ accepted: environment.accept(params.environment) }),
    shutdown: () => {
      const requestsInterrupted = liveRequests.underWay().length
      life.shutDown()
      return { requestsInterrupted }
    },
    takeOver: ({ build }) => life.handOver.ask(build, asker),
    environmentNames: environment.names,
    dispose: () => {
      life.handOver.leave(asker)
      unsubscribe()
      for (const reading of readings) reading.leave()
    },
  }
}

function resultOf(waybill: Waybill): { readonly state: 'ended' | 'interrupted'; readonly waybill: Waybill } | Failed {
  switch (waybill.outcome) {
    case 'succeeded':
      return { state: 'ended', waybill }
    case 'interrupted':
      return { state: 'interrupted', waybill }
    case 'cancelled':
      return { failure: { kind: 'cancelled', message: 'The request was cancelled.' }, waybill }
    case 'failed':
      return { failure: waybill.failure ?? { kind: 'provider-error', message: 'The request failed.' }, waybill }
  }
}

function catalogDated({ catalogDate }: Settings): { readonly catalogDate?: string } {
  return catalogDate === undefined ? {} : { catalogDate }
}

function providerStatuses(ports: SessionPorts): readonly ProviderStatus[] {
  const { providers, endpoints } = ports.settings.current()
  const sources = {
    endpoints,
    keys: ports.keys,
    state: ports.ledger.state(),
    nowMs: ports.clock.wallMs(),
  }
  return [...providers.values()].map((provider) => providerStatusOf(provider, sources))
}

function failed(kind: Failure['kind'], message: string): Failed {
  return { failure: { kind, message } }
}
