/**
 * A gateway whose upstream calls go over real sockets to providers on the loopback, while its own time is a clock that moves
 * only when told to: what waits for minutes is tested in moments.
 */
import type { TestContext } from 'node:test'
import type { AdmittedRequest } from '../../daemon/gateway/admittedRequest.ts'
import type { ProviderInfo } from '../../daemon/gateway/settings.ts'
import { createHttpProvider } from '../../daemon/providers/httpProvider.ts'
import type { ProviderRowKind } from '../../daemon/providers/providerRow.ts'
import { providerRows } from '../../daemon/providers/specs.ts'
import { createUpstreamHttp } from '../../daemon/providers/upstreamHttp.ts'
import type { Dialect } from '../../shared/domain/dialect.ts'
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { RequestId } from '../../shared/domain/ids.ts'
import type { RateRow } from '../../shared/domain/money.ts'
import type { Timeouts } from '../../shared/domain/profile.ts'
import { endpoint, provider } from './endpoints.ts'
import { createRig, requestFor, settingsWith, startRequest } from './gatewayRig.ts'

export type SocketPlace = {
  readonly baseUrl: string
  /** Names of its keys, which are their values, too; none: it needs none. */
  readonly keys?: readonly string[]
  readonly kind?: ProviderRowKind
  readonly dialect?: Dialect
  readonly isLocal?: boolean
  readonly timeouts?: Timeouts
  readonly rates?: RateRow
  /** Of its one model, over those of the provider. */
  readonly modelTimeouts?: Timeouts
}

/** One endpoint of model `a/x` for each place, asked in their order. */
export function createSocketRig(t: TestContext, places: Readonly<Record<string, SocketPlace>>) {
  const environment = {
    keysOf: (id: string) => places[id]?.keys,
    printOf: (name: string) => `print of ${name}`,
    revision: () => 0,
  }
  const rig = createRig([], environment)
  const http = createUpstreamHttp()
  t.after(() => http.dispose())
  const connections = Object.entries(places).map(([name, place]) => {
    const { kind = 'custom', baseUrl, keys = [] } = place
    return [
      provider(name),
      { row: providerRows[kind], baseUrl, keyEnvironmentNames: keys, keyOf: (key: string) => key },
    ] as const
  })
  const providers = () => new Map(connections)
  const upstream = createHttpProvider({ http, providers, wallMs: rig.clock.wallMs })
  const ports = { ...rig.ports, upstream }
  const endpoints = Object.entries(places).map(([name, place]) => {
    const { dialect = 'openai-chat', isLocal = false, modelTimeouts: timeouts, rates } = place
    const known = { ...(timeouts !== undefined && { timeouts }), ...(rates !== undefined && { rates }) }
    return endpoint(`a/x@${name}`, { dialect, isLocal, ...known })
  })
  let count = 0
  return {
    ...rig,
    ports,
    endpoints,
    /** `patienceMs`: 0 unless said. */
    start: (
      policy: Partial<AdmittedRequest['policy']> = {},
      more: Partial<AdmittedRequest> = {},
      signal?: AbortSignal,
    ) => {
      count += 1
      const requestId = `request-${count}` as RequestId
      const order = Object.keys(places).map(provider)
      const settings = { ...settingsWith(endpoints), providers: new Map(endpoints.map((one) => infoOf(one, places))) }
      const request = requestFor(endpoints, { requestId, settings, ...more })
      const full = { ...request.policy, preferences: { order }, ...policy }
      return startRequest(ports, { ...request, policy: full }, signal)
    },
  }
}

function infoOf(
  one: Endpoint,
  places: Readonly<Record<string, SocketPlace>>,
): readonly [Endpoint['provider'], ProviderInfo] {
  const { baseUrl = '', keys = [], isLocal = false, timeouts = {} } = places[one.provider] ?? {}
  return [
    one.provider,
    { id: one.provider, kind: 'custom', baseUrl, isLocal, isPractice: false, keyEnvironmentNames: keys, timeouts },
  ]
}
