/** One callable (provider, model): the unit of health, price and limits. */
import type { Dialect } from './dialect.ts'
import type { EndpointId, ModelId, ProviderId } from './ids.ts'
import type { RateRow } from './money.ts'
import type { ParameterName } from './parameterName.ts'
import type { Timeouts } from './profile.ts'

export const modalities = ['text', 'image', 'file', 'audio', 'video'] as const
export type Modality = (typeof modalities)[number]

export type Endpoint = {
  readonly id: EndpointId
  readonly provider: ProviderId
  readonly model: ModelId
  /** The model's name in the provider's own API. */
  readonly upstreamModel: string
  readonly dialect: Dialect
  /** In force now. Missing: the price is unknown. */
  readonly rates?: RateRow
  /** Input and output together, in tokens. */
  readonly contextTokens?: number
  readonly outputTokens?: number
  /** Missing: unknown, and taken to read whatever is sent. */
  readonly inputModalities?: readonly Modality[]
  /** Missing: unknown, and taken to support whatever is asked. */
  readonly supportedParameters?: ReadonlySet<ParameterName>
  /** Such as `fp8`, in OpenRouter's words. */
  readonly quantization?: string
  /** Whether the provider may learn from what it is sent; `deny`: it promises not to. Missing: unknown. */
  readonly dataCollection?: 'allow' | 'deny'
  /** Nothing is kept at all (zero data retention). Missing: unknown. */
  readonly isZdr?: boolean
  /** Runs on this machine: text does not leave it, and a model may first have to load. */
  readonly isLocal: boolean
  readonly isPractice: boolean
  /** Of this model alone; over those of its provider. */
  readonly timeouts?: Timeouts
}

export type EndpointHealth = {
  readonly failuresInARow: number
  readonly lastSuccessAtMs?: number
  readonly lastFailureAtMs?: number
}
