/** The catalogue as clients see it: models, and the endpoints of one with how they stand now. */
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { ModelId, ProviderId } from '../../shared/domain/ids.ts'
import type { RateRow } from '../../shared/domain/money.ts'
import type { CatalogEndpointRow, CatalogModelRow, EndpointState } from '../../shared/protocol/catalog.ts'
import type { Standing } from '../core/routing/planInput.ts'
import type { Settings } from './settings.ts'
import type { Standings } from './standings.ts'

export type ModelFilter = { readonly filter?: string | undefined; readonly provider?: ProviderId | undefined }

export function modelRows({ endpoints }: Settings, { filter = '', provider }: ModelFilter): readonly CatalogModelRow[] {
  const words = filter.toLowerCase().split(/\s+/)
  const rows = [...endpoints.byModel].flatMap(([model, all]) => {
    const own = provider === undefined ? all : all.filter((endpoint) => endpoint.provider === provider)
    const isWanted = own.length > 0 && words.every((word) => model.toLowerCase().includes(word))
    return isWanted ? [{ row: rowOf(model, own), isPractice: own.every(({ isPractice }) => isPractice) }] : []
  })
  return rows
    .sort((a, b) => Number(a.isPractice) - Number(b.isPractice) || (a.row.model < b.row.model ? -1 : 1))
    .map(({ row }) => row)
}

function rowOf(model: ModelId, endpoints: readonly Endpoint[]): CatalogModelRow {
  const contexts = endpoints.flatMap(({ contextTokens }) => contextTokens ?? [])
  const inputModalities = endpoints.find((endpoint) => endpoint.inputModalities !== undefined)?.inputModalities
  const [cheapest] = endpoints.flatMap(({ rates }) => rates ?? []).sort((a, b) => weightOf(a) - weightOf(b))
  return {
    model,
    providers: endpoints.map((endpoint) => endpoint.provider),
    ...(contexts.length > 0 && { contextTokens: Math.max(...contexts) }),
    ...(inputModalities !== undefined && { inputModalities }),
    ...(cheapest !== undefined && { cheapest }),
  }
}

/** Four tokens of input for each of output, as prompts on code mostly are. */
function weightOf(rates: RateRow): number {
  return 4 * rates.inputNanodollarsPerMillionTokens + rates.outputNanodollarsPerMillionTokens
}

export function endpointRows(
  settings: Settings,
  standings: Standings,
  model: ModelId,
  nowMs: number,
): readonly CatalogEndpointRow[] {
  return (settings.endpoints.byModel.get(model) ?? []).map((endpoint) => {
    const { standing } = standings.of(endpoint)
    const { id, supportedParameters, model: _model, dialect: _dialect, ...facts } = endpoint
    const { state, reopensAtMs } = stateOf(standing, nowMs)
    return {
      endpoint: id,
      ...facts,
      ...(supportedParameters !== undefined && { supportedParameters: [...supportedParameters].sort() }),
      state,
      ...(reopensAtMs !== undefined && { reopensAtMs }),
      isUnstable: standing.unstableUntilMs > nowMs,
      ...(standing.latency !== undefined && { firstTokenMs: standing.latency }),
      ...(standing.throughput !== undefined && { tokensPerSecond: standing.throughput }),
      ...(standing.measured !== undefined && { failedRatio: standing.measured.failedRatio }),
    }
  })
}

function stateOf(
  { keys, openUntilMs, isProbing }: Standing,
  nowMs: number,
): { readonly state: EndpointState; readonly reopensAtMs?: number } {
  if (keys.state === 'missing') return { state: 'no-key' }
  if (keys.state === 'refused') return { state: 'keys-refused' }
  if (openUntilMs > nowMs) return { state: 'breaker-open', reopensAtMs: openUntilMs }
  if (keys.state === 'ready' && keys.readyAtMs > nowMs) return { state: 'keys-cooling', reopensAtMs: keys.readyAtMs }
  if (isProbing) return { state: 'probing' }
  return { state: openUntilMs > 0 ? 'half-open' : 'ready' }
}
