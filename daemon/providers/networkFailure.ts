/**
 * What a network error means, by its code: undefined for errors without one, which are bugs and not failures. Messages
 * name the place that was called (`host:port` or a socket's path), never a URL's path or query.
 */
import type { Failure } from '../../shared/domain/failure.ts'

/** Before the provider's response head. `proxyUrl`: what the call went through, without user name and password. */
export function failureOfNetworkError(error: unknown, target: string, proxyUrl?: string): Failure | undefined {
  const code = codeOf(error)
  if (code === undefined) return undefined
  const place = proxyUrl === undefined ? target : `${target} through the proxy ${proxyUrl}`
  const arrival = mayHaveArrived(error, code) ? ({ mayHaveArrived: true } as const) : {}
  if (connectTimeoutCodes.has(code)) {
    return {
      kind: 'timeout',
      phase: 'connect',
      ...arrival,
      message: `Expected a connection to ${place}; none stood in time (${code}). Check the network, and that the server runs.`,
    }
  }
  if (isProtocolCode(code)) {
    return { kind: 'protocol-violation', message: `Expected HTTP from ${place}; what came is none (${code}).` }
  }
  const words = proxyUrl === undefined ? wordsOf(code) : wordsOfProxied(error, code)
  return { kind: 'unreachable', ...arrival, message: `Expected a connection to ${place}; ${words} (${code}).` }
}

/** Unless it is known that no connection came about, the request may have left before the other side closed it. */
function mayHaveArrived(error: unknown, code: string): boolean {
  if (code === 'ETIMEDOUT') return syscallOf(error) === 'read' || syscallOf(error) === 'write'
  const isUnsent = unsentCodes.has(code) || connectTimeoutCodes.has(code) || isCertificateCode(code)
  return !isUnsent && proxyStatusOf(error) === undefined
}

const unsentCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'EACCES',
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
])

function syscallOf(error: unknown): string | undefined {
  const found = [error, ...innerOf(error)].find((one) => one instanceof Error && 'syscall' in one)
  return found instanceof Error && 'syscall' in found ? String(found.syscall) : undefined
}

/** After the response head: the answer's rest is lost. */
export function failureOfBodyError(error: unknown, place: string): Failure | undefined {
  const code = codeOf(error)
  if (code === undefined) return undefined
  if (isProtocolCode(code)) {
    return { kind: 'protocol-violation', message: `Expected an HTTP body from ${place}; what came is none (${code}).` }
  }
  return { kind: 'truncated', message: `Expected a whole answer from ${place}; the connection was cut (${code}).` }
}

/** undici gives no limit to a provider's head; the third is a proxy that does not answer. */
const connectTimeoutCodes: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
  'UND_ERR_HEADERS_TIMEOUT',
])

const codeWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there. Start the server, or correct the base URL',
  ECONNRESET: 'the other side closed the connection before it answered',
  EPIPE: 'the other side closed the connection before it answered',
  UND_ERR_SOCKET: 'the other side closed the connection before it answered',
  ENOTFOUND: 'that name does not exist. Check the base URL and the network',
  EAI_AGAIN: 'the name could not be looked up. Check the network',
  EHOSTUNREACH: 'there is no way to it. Check the network',
  ENETUNREACH: 'there is no way to it. Check the network',
  ENOENT: 'there is no such socket. Its server has ended',
  EACCES: 'this user may not open it',
  EPROTO: 'it does not speak TLS. Check whether the base URL should begin with http:',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS. Check whether the base URL should begin with http:',
}

function wordsOf(code: string): string {
  const words = Object.hasOwn(codeWords, code) ? codeWords[code] : undefined
  if (words !== undefined) return words
  if (isCertificateCode(code)) {
    return 'its certificate is not trusted. Name the file of the certificate authority in network.extraCaFile'
  }
  return 'the connection failed'
}

/** Whether the proxy or the provider is not to be reached, only the proxy could say. */
function wordsOfProxied(error: unknown, code: string): string {
  const httpStatus = proxyStatusOf(error)
  if (httpStatus === 407)
    return 'the proxy wants a user name and password: put them into its address, as user:password@'
  if (httpStatus !== undefined)
    return `the proxy refused it with HTTP ${httpStatus}. Check the proxy, or name the host in NO_PROXY`
  if (isCertificateCode(code)) return wordsOf(code)
  return 'no connection came about. Check network.proxy, HTTPS_PROXY and NO_PROXY, and that the proxy runs'
}

/** undici puts the proxy's status into words only. */
function proxyStatusOf(error: unknown): number | undefined {
  const texts = [error, ...innerOf(error)].map((one) => (one instanceof Error ? one.message : ''))
  const match = texts
    .map((text) => /Proxy response \((\d{3})\)|Proxy Authentication Required \((407)\)/.exec(text))
    .find((found) => found !== null)
  return match === undefined || match === null ? undefined : Number(match[1] ?? match[2])
}

function isCertificateCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_/.test(code)
}

function isProtocolCode(code: string): boolean {
  return code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW'
}

/** Of the error, of what caused it, or of the first address that was tried. */
function codeOf(error: unknown): string | undefined {
  // Some of undici's have no code of their own.
  if (error instanceof Error && error.name === 'HTTPParserError') return 'HPE_INVALID'
  for (const candidate of [error, ...innerOf(error)]) {
    if (typeof candidate === 'object' && candidate !== null && 'code' in candidate) {
      const { code } = candidate
      if (typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code)) return code
    }
  }
  return undefined
}

function innerOf(error: unknown): readonly unknown[] {
  if (!(error instanceof Error)) return []
  return [error.cause, ...(error instanceof AggregateError ? error.errors : [])]
}
