/**
 * Tries one key. By default with the provider's list of models, which costs nothing; a list that the provider also shows to
 * somebody without a key proves nothing. On request with a call of one token of the provider's cheapest model, which is
 * reserved, billed and journalled like any other request.
 */
import type * as z from 'zod'
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { ProviderId, RequestId } from '../../shared/domain/ids.ts'
import type { Caller } from '../../shared/domain/waybill.ts'
import type { keysTest } from '../../shared/protocol/keys.ts'
import { shortFailure } from '../core/budgets/budgetTexts.ts'
import { requestBytes } from '../core/quota/requestBytes.ts'
import type { FetchedText } from './catalogRefresh.ts'
import { type AdmissionPorts, admitChat } from './chatAdmission.ts'
import { createPartStream } from './partStream.ts'
import type { ProviderKeys } from './providerKeys.ts'
import { createRequestRecord } from './requestRecord.ts'
import type { Failed } from './session.ts'
import { type TryPorts, tryEndpoint } from './tryEndpoint.ts'

type Params = z.infer<(typeof keysTest)['params']>
type Result = z.infer<(typeof keysTest)['result']>

export type KeyTestPorts = AdmissionPorts &
  TryPorts & {
    readonly keys: Pick<ProviderKeys, 'valueOf' | 'printOf' | 'readAgain'>
    /** The provider's list of models with this key; without a name without any. */
    readonly listWithKey: (provider: ProviderId, name: string | undefined, signal: AbortSignal) => Promise<FetchedText>
  }

export async function testKey(
  ports: KeyTestPorts,
  params: Params,
  asker: Omit<Caller, 'workspace'>,
  signal: AbortSignal,
): Promise<Result | Failed> {
  const { provider, name, paid } = params
  const keys = ports.settings.current().providers.get(provider)?.keys ?? []
  if (!keys.some((key) => key.name === name)) {
    return { failure: { kind: 'not-found', message: 'Expected a key as `waybill keys` names it, found another.' } }
  }
  if (ports.keys.valueOf(provider, name) === undefined) await ports.keys.readAgain()
  if (ports.keys.valueOf(provider, name) === undefined) {
    return { state: 'unknown', message: 'It has no value that can be reached now; `waybill keys` says why.' }
  }
  return paid === undefined
    ? testByList(ports, params, signal)
    : testByCall(ports, { ...params, requestId: paid.requestId }, asker, signal)
}

async function testByList(ports: KeyTestPorts, { provider, name }: Params, signal: AbortSignal): Promise<Result> {
  const listed = await ports.listWithKey(provider, name, signal)
  if (listed.state === 'failed') return resultOf(listed)
  const open = await ports.listWithKey(provider, undefined, signal)
  if (open.state === 'failed') return { state: 'accepted', httpStatus: 200, message: `${provider} takes this key.` }
  const message = `${provider} lists its models to anybody, so that its list proves nothing; a paid call would.`
  return { state: 'unproven', httpStatus: 200, message }
}

const refusals: ReadonlySet<number> = new Set([401, 402, 403])

function resultOf({
  reason,
  httpStatus,
}: {
  readonly reason: string
  readonly httpStatus?: number | undefined
}): Result {
  const status = httpStatus === undefined ? {} : { httpStatus }
  if (httpStatus === undefined || !refusals.has(httpStatus)) {
    return { state: 'unknown', ...status, message: `It could not be tried: ${reason}.` }
  }
  return { state: 'refused', ...status, message: `The provider refuses it (${httpStatus}).` }
}

async function testByCall(
  ports: KeyTestPorts,
  { provider, name, requestId }: Params & { readonly requestId: RequestId },
  asker: Omit<Caller, 'workspace'>,
  signal: AbortSignal,
): Promise<Result | Failed> {
  const { endpoints } = ports.settings.current()
  const endpoint = cheapestOf([...endpoints.byId.values()].filter((one) => one.provider === provider))
  if (endpoint === undefined)
    return { state: 'unknown', message: `No model of ${provider} is known that could be asked.` }
  const chat = {
    requestId,
    messages: [{ role: 'user' as const, content: 'Say: ok' }],
    parameters: { maxOutputTokens: 1 },
    models: [endpoint.model],
    provider: { only: [provider] },
  }
  const request = admitChat(ports, chat, asker)
  const record = createRequestRecord(ports, request)
  const attempt = {
    request,
    record,
    stream: createPartStream(maxAnswerBytes),
    endpoint,
    key: name,
    inputBytes: requestBytes(request),
    candidates: [endpoint],
    hasOthers: false,
    attemptsOnEndpoint: 1,
    canWait: () => false,
  }
  const tried = await tryEndpoint(ports, attempt, signal).catch((error: unknown) => {
    record.abandon()
    record.end('interrupted', undefined)
    throw error
  })
  if (!('outcome' in tried)) {
    const failure = 'refused' in tried ? tried.refused : shortFailure(tried.short, 0)
    record.end('failed', failure)
    return { failure }
  }
  const { cost, attempts } = record.end(tried.outcome, tried.failure)
  // One token may say nothing, which is a failed answer, but one to this key.
  const isAnswered = attempts.some(({ headMs }) => headMs !== undefined)
  if (isAnswered) return { state: 'accepted', message: `${endpoint.id} answered with this key.`, cost }
  const { message = 'it was broken off', httpStatus } = tried.failure ?? {}
  return { ...resultOf({ reason: message.replace(/\.$/, ''), httpStatus }), cost }
}

const maxAnswerBytes = 1024 * 1024

/** By the price of as many tokens in as out; what has no price comes last. */
function cheapestOf(endpoints: readonly Endpoint[]): Endpoint | undefined {
  const priceOf = ({ rates }: Endpoint) =>
    rates === undefined
      ? Number.POSITIVE_INFINITY
      : rates.inputNanodollarsPerMillionTokens + rates.outputNanodollarsPerMillionTokens
  return endpoints.reduce<Endpoint | undefined>(
    (best, one) => (best === undefined || priceOf(one) < priceOf(best) ? one : best),
    undefined,
  )
}
