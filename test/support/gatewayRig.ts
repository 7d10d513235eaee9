/** A gateway with fakes at all its ports: what the tests of one request start from. */
import type { AdmittedRequest } from '../../daemon/gateway/admittedRequest.ts'
import { createBudgetGate } from '../../daemon/gateway/budgetGate.ts'
import { endpointTableOf } from '../../daemon/gateway/endpoints.ts'
import { createKeyNotices } from '../../daemon/gateway/keyNotices.ts'
import { createLedger, type Ledger } from '../../daemon/gateway/ledger.ts'
import { createPartStream } from '../../daemon/gateway/partStream.ts'
import type { Log } from '../../daemon/gateway/ports.ts'
import { type RequestPorts, runRequest } from '../../daemon/gateway/requestRun.ts'
import { createRequestWaits } from '../../daemon/gateway/requestWaits.ts'
import type { Settings } from '../../daemon/gateway/settings.ts'
import { createStandings, type KeySource } from '../../daemon/gateway/standings.ts'
import { createStickyRoutes } from '../../daemon/gateway/stickyRoutes.ts'
import type { Budget } from '../../shared/domain/budget.ts'
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { ProfileName, RequestId } from '../../shared/domain/ids.ts'
import type { StreamPart } from '../../shared/domain/streamPart.ts'
import type { Notice } from '../../shared/protocol/notice.ts'
import { createFakeUpstream, type UpstreamStep } from './fakeUpstream.ts'
import { createManualClock, type ManualClock } from './manualClock.ts'
import { createMemoryJournal, type MemoryJournal } from './memoryJournal.ts'

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} }

export const noArchive = { days: () => [], read: () => undefined, write: () => {} }

export function settingsWith(endpoints: readonly Endpoint[]): Settings {
  return {
    endpoints: endpointTableOf(endpoints),
    providers: new Map(),
    profiles: new Map(),
    budgets: [],
    defaultProfile: 'default' as ProfileName,
  }
}

export function requestFor(endpoints: readonly Endpoint[], more: Partial<AdmittedRequest> = {}): AdmittedRequest {
  return {
    requestId: 'request-1' as RequestId,
    caller: { client: 'test', user: 'anna', workspace: '/project' },
    profile: 'work' as ProfileName,
    profileSource: 'default',
    prompt: 'explain',
    messages: [{ role: 'user', content: 'why?' }],
    policy: {
      models: [...new Set(endpoints.map((one) => one.model))].map((model) => ({ model })),
      // Of the same price by id, so that who comes first is no matter of dice.
      preferences: { sort: 'price' },
      parameters: { maxOutputTokens: 1_000 },
      requiredOutputTokens: 1,
      timeouts: {},
      patienceMs: 0,
    },
    settings: settingsWith(endpoints),
    canRewind: false,
    stickyKey: 'session one',
    ...more,
  }
}

const keyless: KeySource = { keysOf: () => undefined, weightOf: () => 1, printOf: () => undefined, revision: () => 0 }

export function createRig(
  script: readonly (readonly UpstreamStep[])[],
  keys: KeySource = keyless,
  budgets: readonly Budget[] = [],
  on: { readonly clock?: ManualClock; readonly journal?: MemoryJournal } = {},
) {
  const notices: Notice[] = []
  const clock = on.clock ?? createManualClock()
  const journal = on.journal ?? createMemoryJournal(clock)
  const ledger: Ledger = createLedger({ journal, archive: noArchive, clock, log: silentLog })
  const upstream = createFakeUpstream(script)
  const waits = createRequestWaits()
  const ports: RequestPorts = {
    waits,
    ledger,
    budgets: createBudgetGate({ ...ledger, clock, budgets: () => budgets, tell: (notice) => notices.push(notice) }),
    upstream,
    clock,
    keys,
    random: { uint32: () => 0 },
    log: silentLog,
    standings: createStandings({ keys, clock, state: ledger.state }),
    notices: createKeyNotices({ log: silentLog, tell: (notice) => notices.push(notice) }),
    decisions: { record: () => {} },
    sticky: createStickyRoutes(clock),
  }
  return { clock, journal, ledger, upstream, ports, notices, waits }
}

/** Runs one request and collects all its parts. */
export function startRequest(ports: RequestPorts, request: AdmittedRequest, signal = new AbortController().signal) {
  const stream = createPartStream(4 * 1024 * 1024)
  const parts: StreamPart[] = []
  stream.attach(0, (fresh) => {
    parts.push(...fresh)
    return undefined
  })
  return { parts, stream, ended: runRequest(ports, request, stream, signal) }
}
