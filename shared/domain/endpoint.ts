/** One callable (provider, model): the unit of health, price and limits. */
import type { EndpointId, ModelId, ProviderId } from './ids.ts'
import type { RateRow } from './money.ts'

/** The provider's wire format. */
export type Dialect = 'openai-chat'

export type Endpoint = {
  readonly id: EndpointId
  readonly provider: ProviderId
  readonly model: ModelId
  /** The model's name in the provider's own API. */
  readonly upstreamModel: string
  readonly dialect: Dialect
  /** Missing: the price is unknown. */
  readonly rates?: RateRow
  /** Input and output together, in tokens. */
  readonly contextTokens?: number
  readonly outputTokens?: number
  /** Runs on this machine: text does not leave it, and a model may first have to load. */
  readonly isLocal: boolean
  readonly isPractice: boolean
}

export type EndpointHealth = {
  readonly failuresInARow: number
  readonly lastSuccessAtMs?: number
  readonly lastFailureAtMs?: number
}
