/**
 * Upstream calls to providers over HTTP: from an endpoint to its provider's row, base URL and key; from the answer's
 * bytes to wire events. The key goes into the one header that the row names and nowhere else: not into an event, a failure
 * or an error.
 */
import type { Failure } from '../../shared/domain/failure.ts'
import type { ProviderId } from '../../shared/domain/ids.ts'
import type { Wire } from '../core/wire/wire.ts'
import type { WireEvent } from '../core/wire/wireEvent.ts'
import { wireOf } from '../core/wire/wires.ts'
import type { Upstream, UpstreamCall, UpstreamEvent } from '../gateway/ports.ts'
import { failureOfNetworkError } from './networkFailure.ts'
import type { ProviderRow } from './providerRow.ts'
import type { UpstreamAnswer, UpstreamHttp, UpstreamOutcome, UpstreamRequest } from './upstreamHttp.ts'

export type ProviderConnection = {
  readonly row: ProviderRow
  /** Up to and including the API's version, with or without a final slash. */
  readonly baseUrl: string
  /** The environment variables that may hold its key. Empty: it needs none. */
  readonly keyEnvironmentNames: readonly string[]
  readonly keyOf: (environmentName: string) => string | undefined
  /** Only where it is reached over a private socket: its path, once a server listens there. */
  readonly socketPath?: () => Promise<string>
}

export type HttpProviderOptions = {
  /** Asked for each call, so that a changed configuration counts at once. */
  readonly providers: () => ReadonlyMap<ProviderId, ProviderConnection>
  readonly http: UpstreamHttp
  /** Unix milliseconds, for headers that name a moment. */
  readonly wallMs: () => number
}

export function createHttpProvider(options: HttpProviderOptions): Upstream {
  return {
    encode: (call) => encode(options.providers().get(call.endpoint.provider)?.row, call),
    stream: (call, signal) => streamCall(options, call, signal),
  }
}

/** Without a row the call will fail before anything is sent. */
function encode(row: ProviderRow | undefined, { endpoint, request }: Pick<UpstreamCall, 'endpoint' | 'request'>) {
  const quirks = row?.quirks ?? ({ maxTokensParameter: 'max_tokens' } as const)
  return wireOf(endpoint.dialect).encode(request, { model: endpoint.upstreamModel, quirks })
}

async function* streamCall(
  options: HttpProviderOptions,
  call: UpstreamCall,
  signal: AbortSignal,
): AsyncGenerator<readonly UpstreamEvent[]> {
  const connection = options.providers().get(call.endpoint.provider)
  if (signal.aborted) return
  if (connection === undefined) return yield [failed(unknownProvider(call.endpoint.provider))]
  const { name, key } = keyFor(connection, call.keyName)
  const request = keyFailureOf(connection.row, name, key) ?? (await requestOf(connection, call, key))
  if ('kind' in request) return yield [failed(request)]
  const answer = await options.http.request(request, signal)
  if (signal.aborted) return closeUnread(answer)
  if (answer.type === 'failure') return yield [failed(answer.failure)]
  const wire = wireOf(call.endpoint.dialect)
  const keys = connection.keyEnvironmentNames.flatMap((one) => connection.keyOf(one) || [])
  for await (const events of readAnswer(wire, answer, options.wallMs, signal)) yield events.map(withoutKeys(keys))
}

function closeUnread(answer: UpstreamOutcome): void {
  if (answer.type === 'answer') answer.close()
}

async function* readAnswer(
  wire: Wire,
  answer: UpstreamAnswer,
  wallMs: () => number,
  signal: AbortSignal,
): AsyncGenerator<readonly UpstreamEvent[]> {
  let isDone = false
  try {
    for await (const events of eventsOf(wire, answer, wallMs)) {
      if (signal.aborted) return
      isDone = events.some((event) => event.type === 'done')
      yield events
      if (isDone) return
    }
  } finally {
    if (isDone && !signal.aborted) void answer.release()
    else answer.close()
  }
}

async function requestOf(
  connection: ProviderConnection,
  call: UpstreamCall,
  key: string | undefined,
): Promise<UpstreamRequest | Failure> {
  const { row } = connection
  const place = await placeOf(connection)
  if ('kind' in place) return place
  return {
    ...place,
    method: 'POST',
    url: connection.baseUrl.replace(/\/+$/, '') + pathFor(row, call.endpoint.upstreamModel),
    headers: headersOf(row, key),
    body: call.bodyText ?? encode(row, call),
    connectMs: call.connectMs,
  }
}

/** A model's name may hold slashes that belong to the path, such as `models/x`; nothing else of it may be read as one. */
function pathFor(row: ProviderRow, model: string): string {
  return row.chatPath.replace('{model}', () => model.split('/').map(encodeURIComponent).join('/'))
}

async function placeOf(connection: ProviderConnection): Promise<{ readonly socketPath?: string } | Failure> {
  if (connection.socketPath === undefined) return {}
  try {
    return { socketPath: await connection.socketPath() }
  } catch (error) {
    const failure = failureOfNetworkError(error, `the private socket of ${connection.row.title}`)
    if (failure === undefined) throw error
    return failure
  }
}

function headersOf(row: ProviderRow, key: string | undefined): Readonly<Record<string, string>> {
  return {
    ...row.headers,
    accept: 'text/event-stream',
    // Compressed, a stream would wait in the compressor's buffer.
    'accept-encoding': 'identity',
    'content-type': 'application/json',
    'user-agent': 'waybill',
    ...(key !== undefined && authOf(row, key)),
  }
}

export function authOf({ auth }: ProviderRow, key: string): Readonly<Record<string, string>> {
  return auth === 'bearer' ? { authorization: `Bearer ${key}` } : { [auth]: key }
}

/** A header takes visible ASCII. Other characters are mostly a line end that was copied along. */
function keyFailureOf(row: ProviderRow, name: string | undefined, key: string | undefined): Failure | undefined {
  if (name === undefined) return undefined
  if (key === undefined) return missingKey(row, name)
  return /^[\x21-\x7e]+$/.test(key) ? undefined : unusableKey(row, name)
}

type NamedKey = { readonly name: string | undefined; readonly key: string | undefined }

/** The one asked for, else the first that has a value, else the first. */
function keyFor(connection: ProviderConnection, wanted: string | undefined): NamedKey {
  const names = wanted === undefined ? connection.keyEnvironmentNames : [wanted]
  const name = names.find((candidate) => connection.keyOf(candidate)) ?? names[0]
  return { name, key: name === undefined ? undefined : connection.keyOf(name) || undefined }
}

async function* eventsOf(
  wire: Wire,
  answer: UpstreamAnswer,
  wallMs: () => number,
): AsyncGenerator<readonly UpstreamEvent[]> {
  const { httpStatus, headers } = answer
  if (httpStatus < 200 || httpStatus > 299) {
    const { text } = await collectText(answer, maxErrorLength)
    return yield [failed(wire.failureOf({ httpStatus, headers, bodyText: text, nowMs: wallMs() }))]
  }
  yield [{ type: 'head', httpStatus }]
  const encoding = (headers['content-encoding'] ?? '').toLowerCase()
  if (encoding !== '' && encoding !== 'identity') return yield [failed(compressed(encoding))]
  const contentType = headers['content-type'] ?? ''
  if (/\bjson\b/i.test(contentType)) yield await wholeEventsOf(wire, answer)
  else if (/^text\/html\b/i.test(contentType)) yield [failed(webPage)]
  else yield* streamedEventsOf(wire, answer)
}

async function* streamedEventsOf(wire: Wire, answer: UpstreamAnswer): AsyncGenerator<readonly WireEvent[]> {
  const decoder = wire.createDecoder()
  for await (const text of answer.texts) {
    if (typeof text !== 'string') return yield endOfBroken(decoder.end(), text)
    const events = decoder.decode(text)
    yield events
    if (events.some(isLast)) return
  }
  yield decoder.end()
}

/** A cut after the finish reason lost nothing but the end mark; any other broken end is the failure that it is. */
function endOfBroken(events: readonly WireEvent[], failure: Failure): readonly WireEvent[] {
  const isWhole = failure.kind === 'truncated' && events.some((event) => event.type === 'done')
  return isWhole ? events : [...events.filter((event) => !isLast(event)), failed(failure)]
}

async function wholeEventsOf(wire: Wire, answer: UpstreamAnswer): Promise<readonly WireEvent[]> {
  const { text, failure } = await collectText(answer, maxAnswerLength)
  return failure === undefined ? wire.decodeAnswer(text) : [failed(failure)]
}

/** In UTF-16 code units. */
const maxErrorLength = 64 * 1024
const maxAnswerLength = 16 * 1024 * 1024

async function collectText(
  answer: UpstreamAnswer,
  maxLength: number,
): Promise<{ readonly text: string; readonly failure?: Failure }> {
  let text = ''
  for await (const piece of answer.texts) {
    if (typeof piece !== 'string') return { text, failure: piece }
    text += piece
    if (text.length > maxLength) return { text: text.slice(0, maxLength), failure: bodyTooLarge }
  }
  return { text }
}

function isLast(event: WireEvent): boolean {
  return event.type === 'done' || event.type === 'failure'
}

function failed(failure: Failure): WireEvent {
  return { type: 'failure', failure }
}

/** A provider may put anything into its error code, even what it was sent. */
function withoutKeys(keys: readonly string[]): (event: UpstreamEvent) => UpstreamEvent {
  const lowerKeys = keys.map((key) => key.toLowerCase())
  return (event) => {
    if (event.type !== 'failure') return event
    const { kind, providerCode, httpStatus, retryAfterMs } = event.failure
    if (providerCode === undefined || !lowerKeys.some((key) => repeats(providerCode, key))) return event
    return failed({
      kind,
      message: 'Expected an answer; the provider sent an error that repeats the key. Its code is left out.',
      ...(httpStatus !== undefined && { httpStatus }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    })
  }
}

/** A code is short: it may hold only the beginning or the end of a key, and that is too much as well. */
const pieceLength = 8

function repeats(code: string, lowerKey: string): boolean {
  if (code.includes(lowerKey)) return true
  for (let start = 0; start + pieceLength <= code.length; start++) {
    if (lowerKey.includes(code.slice(start, start + pieceLength))) return true
  }
  return false
}

const bodyTooLarge: Failure = {
  kind: 'protocol-violation',
  message: 'Expected an answer of at most 16 MB; the provider sent more.',
}

const webPage: Failure = {
  kind: 'protocol-violation',
  message: 'Expected an answer; a web page came. Check the base URL, and whether the network asks for a sign-in.',
}

function compressed(encoding: string): Failure {
  // A header may hold anything, even what was sent.
  const came = /^(x-)?(gzip|deflate|compress|br|zstd)$/.test(encoding) ? encoding : 'of another name'
  return {
    kind: 'protocol-violation',
    message: `Expected an uncompressed answer; content-encoding ${came} came. Check the base URL and what stands in between.`,
  }
}

function unknownProvider(provider: ProviderId): Failure {
  return { kind: 'not-found', message: `Expected provider ${provider} in the configuration; it is not there any more.` }
}

function missingKey(row: ProviderRow, keyEnvironmentName: string): Failure {
  return {
    kind: 'bad-credentials',
    message: `${row.title} needs a key; the environment variable ${keyEnvironmentName} is not set. Set it, and start the client again.`,
  }
}

function unusableKey(row: ProviderRow, keyEnvironmentName: string): Failure {
  const where = `the environment variable ${keyEnvironmentName}`
  return {
    kind: 'bad-credentials',
    message: `${row.title} needs a key of visible ASCII characters; ${where} holds others, perhaps a space or line end. Set it again.`,
  }
}
