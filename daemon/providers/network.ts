/**
 * How calls to providers leave this machine: through which proxy, if any, and whose certificates are trusted beside
 * Node's own. From the configuration (`network`), else from the environment that the daemon was started with.
 *
 * - `proxy` of the configuration is for every call; else `HTTPS_PROXY` is for https, `HTTP_PROXY` for http, `ALL_PROXY`
 *   for both, lower case first. Source: curl's manual page, "ENVIRONMENT" (2026-10).
 * - A proxy's user name and password go to the proxy alone; `url` is what may be shown.
 * - What cannot be used is left out and is a problem in words.
 */
import type { ConfigProblem } from '../../shared/protocol/status.ts'
import { readCertificates } from './extraCertificates.ts'
import { isWithoutProxy, type NoProxyRule, noProxyRulesOf } from './noProxy.ts'

export type NetworkSettings = {
  readonly proxy?: string
  readonly noProxy?: string
  /** Absolute path of a file of PEM certificates. */
  readonly extraCaFile?: string
}

export type HttpProxy = {
  /** Scheme, host and port, without user name and password. */
  readonly url: string
  /** The value of `Proxy-Authorization`. */
  readonly authorization?: string
  /** Where it was set, such as `HTTPS_PROXY`. */
  readonly source: string
  /** Its password in each form that it takes. */
  readonly secrets: readonly string[]
}

export type Network = {
  readonly proxies: { readonly 'http:'?: HttpProxy; readonly 'https:'?: HttpProxy }
  readonly noProxy: readonly NoProxyRule[]
  /** As it was written. */
  readonly noProxyText?: string
  /** PEM, in addition to Node's own; empty: nothing is added. */
  readonly extraCertificates: readonly string[]
  readonly extraCaFile?: string
}

export const directNetwork: Network = { proxies: {}, noProxy: [], extraCertificates: [] }

type Variables = Readonly<Record<string, string | undefined>>

/** `configFile` is where a problem of the settings is said to be. */
export function networkOf(
  settings: NetworkSettings,
  environment: Variables,
  configFile: string,
): { readonly network: Network; readonly problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = []
  const decoded = (scheme: 'http' | 'https') => {
    const found = settings.proxy === undefined ? variableOf(environment, scheme) : [configProxyPlace, settings.proxy]
    if (found === undefined) return undefined
    const [source = '', text = ''] = found
    const proxy = proxyOf(text, source)
    if (proxy !== undefined) return proxy
    const file = source === configProxyPlace ? configFile : 'the environment'
    const isKnown = problems.some(({ place }) => place === source)
    if (!isKnown)
      problems.push({ file, place: source, expected: proxyWords, found: schemeWords(text), effect: 'ignored' })
    return undefined
  }
  const http = decoded('http')
  const https = decoded('https')
  const noProxyText = settings.noProxy ?? firstSet(environment, ['no_proxy', 'NO_PROXY'])?.[1]
  const extra = extraOf(settings.extraCaFile, environment)
  if ('problem' in extra) {
    const problem = { file: configFile, place: 'network.extraCaFile', expected: 'a readable file of PEM certificates' }
    problems.push({ ...problem, found: extra.problem, effect: 'leads-nowhere' })
  }
  const network = {
    proxies: { ...(http !== undefined && { 'http:': http }), ...(https !== undefined && { 'https:': https }) },
    noProxy: noProxyRulesOf(noProxyText ?? ''),
    ...(noProxyText !== undefined && { noProxyText }),
    extraCertificates: 'problem' in extra ? [] : extra.certificates,
    ...(settings.extraCaFile !== undefined && !('problem' in extra) && { extraCaFile: settings.extraCaFile }),
  }
  return { network, problems }
}

/** Undefined: the call goes to its address directly. */
export function proxyFor(network: Network, url: URL): HttpProxy | undefined {
  const proxy = url.protocol === 'https:' ? network.proxies['https:'] : network.proxies['http:']
  return proxy === undefined || isWithoutProxy(url, network.noProxy) ? undefined : proxy
}

const configProxyPlace = 'network.proxy'

function variableOf(environment: Variables, scheme: 'http' | 'https') {
  const own = scheme === 'https' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY']
  return firstSet(environment, [...own, 'all_proxy', 'ALL_PROXY'])
}

function firstSet(environment: Variables, names: readonly string[]): readonly [string, string] | undefined {
  for (const name of names) {
    const text = environment[name]?.trim() ?? ''
    if (text !== '') return [name, text]
  }
  return undefined
}

const proxyWords = 'the address of a proxy, such as http://proxy.example:3128 (http and https are spoken, SOCKS is not)'

function proxyOf(text: string, source: string): HttpProxy | undefined {
  // Without a scheme it is http, as everywhere.
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  if (!URL.canParse(full)) return undefined
  const { protocol, origin, username, password } = new URL(full)
  if (protocol !== 'http:' && protocol !== 'https:') return undefined
  if (username === '' && password === '') return { url: origin, source, secrets: [] }
  const pair = Buffer.from(`${unescaped(username)}:${unescaped(password)}`).toString('base64')
  const secrets = [pair, password, unescaped(password)].filter((secret) => secret !== '')
  return { url: origin, authorization: `Basic ${pair}`, source, secrets }
}

/** A lone `%` in a password is itself. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Never the address itself: it may hold a password. */
function schemeWords(text: string): string {
  const scheme = /^([a-z][a-z0-9+.-]{0,15}):\/\//i.exec(text)?.[1]
  return scheme === undefined ? 'a text that is no address' : `an address that begins with ${scheme.toLowerCase()}://`
}

type Certificates = { readonly certificates: readonly string[] } | { readonly problem: string }

/** What Node itself adds from NODE_EXTRA_CA_CERTS is not in its list of roots, so that it is added again here. */
function extraOf(file: string | undefined, environment: Variables): Certificates {
  if (file === undefined) return { certificates: [] }
  const own = readCertificates(file)
  const ofNode = environment.NODE_EXTRA_CA_CERTS ? readCertificates(environment.NODE_EXTRA_CA_CERTS) : undefined
  if ('problem' in own || ofNode === undefined || 'problem' in ofNode) return own
  return { certificates: [...own.certificates, ...ofNode.certificates] }
}
