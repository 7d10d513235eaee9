/**
 * Which addresses are called without the proxy. Addresses of this machine never go through one, whatever is set.
 *
 * `NO_PROXY` in its usual forms, separated by commas or spaces: `host` and `.host` (both with all names below), `*.host`,
 * `host:port`, an address, a range of addresses (`10.0.0.0/8`, `fd00::/8`), `*` for everything.
 * Source: curl's manual page, "NO_PROXY" (2026-10). Pure.
 */
import { BlockList, isIP, isIPv6 } from 'node:net'

export type NoProxyRule = {
  /** Name without a leading dot, address without brackets, range, or `*`. Lower case. */
  readonly host: string
  /** Missing: every port. */
  readonly port?: number
}

export function noProxyRulesOf(text: string): readonly NoProxyRule[] {
  return text
    .toLowerCase()
    .split(/[\s,]+/)
    .flatMap((entry) => ruleOf(entry))
}

export function isWithoutProxy(url: URL, rules: readonly NoProxyRule[]): boolean {
  const host = bareHostOf(url.hostname)
  if (isOfThisMachine(host)) return true
  const port = Number(url.port === '' ? defaultPorts[url.protocol] : url.port)
  return rules.some((rule) => (rule.port === undefined || rule.port === port) && isHostIn(host, rule.host))
}

const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

function ruleOf(entry: string): readonly NoProxyRule[] {
  // `[::1]:8080` and `host:8080`, but not `::1`.
  const withPort = /^(\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(entry)
  const host = bareHostOf(withPort?.[1] ?? entry).replace(/^(?:\*?\.)(?=.)/, '')
  if (host === '') return []
  return [withPort === null ? { host } : { host, port: Number(withPort[2]) }]
}

function isHostIn(host: string, wanted: string): boolean {
  if (wanted === '*' || host === wanted) return true
  if (isIP(host) > 0) return isAddressIn(host, wanted)
  return host.endsWith(`.${wanted}`)
}

function isAddressIn(address: string, wanted: string): boolean {
  const [base = '', bits] = wanted.split('/')
  if (isIP(base) === 0 || isIP(base) !== isIP(address)) return false
  const mostBits = isIPv6(base) ? 128 : 32
  const prefix = bits === undefined ? mostBits : Number(bits)
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > mostBits || bits === '') return false
  const family = isIPv6(base) ? 'ipv6' : 'ipv4'
  const list = new BlockList()
  list.addSubnet(base, prefix, family)
  return list.check(address, family)
}

/** Also 0.0.0.0 and ::, which reach this machine too. */
function isOfThisMachine(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true
  return ['127.0.0.0/8', '0.0.0.0', '::1', '::', '::ffff:127.0.0.0/104'].some((range) => isAddressIn(host, range))
}

/** A URL writes IPv6 addresses in brackets, and a name may end with the root's dot. */
function bareHostOf(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '').replace(/(?<=.)\.$/, '')
}
