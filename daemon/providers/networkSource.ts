/**
 * The network in force, made anew when the settings change and, because only a look shows that a file of certificates
 * was mended, whenever somebody asks how it is (`look`). The same object as long as nothing has changed.
 */
import type { ConfigProblem, NetworkStatus } from '../../shared/protocol/status.ts'
import { type Network, type NetworkSettings, networkOf } from './network.ts'

export type NetworkSource = {
  readonly current: () => Network
  readonly look: () => void
  readonly problems: () => readonly ConfigProblem[]
  readonly status: () => NetworkStatus
  /** What a log line must never hold. */
  readonly secrets: () => readonly string[]
}

export type NetworkSourceOptions = {
  readonly settings: () => NetworkSettings
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly configFile: string
}

export function createNetworkSource({ settings, environment, configFile }: NetworkSourceOptions): NetworkSource {
  const read = () => networkOf(settings(), environment, configFile)
  let known = read()
  return {
    current: () => known.network,
    look: () => {
      const now = read()
      const isSame = JSON.stringify(now) === JSON.stringify(known)
      if (!isSame) known = now
    },
    problems: () => known.problems,
    status: () => statusOf(known.network),
    secrets: () => Object.values(known.network.proxies).flatMap((proxy) => proxy.secrets),
  }
}

function statusOf({ proxies, noProxyText, extraCaFile, extraCertificates }: Network): NetworkStatus {
  const shown = (['https', 'http'] as const).flatMap((scheme) => {
    const proxy = proxies[`${scheme}:`]
    return proxy === undefined ? [] : [{ scheme, url: proxy.url, source: proxy.source }]
  })
  return {
    proxies: shown,
    ...(noProxyText !== undefined && shown.length > 0 && { noProxy: noProxyText }),
    ...(extraCaFile !== undefined && { extraCa: { file: extraCaFile, certificates: extraCertificates.length } }),
  }
}
