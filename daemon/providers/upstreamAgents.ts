/**
 * undici's agents: kept-alive connections, shared by calls to the same place with the same connect limit. A part of
 * `upstreamHttp`, and loaded with it on first use; what proxies and extra certificates need, only when they are used.
 *
 * A changed network closes the connections of the old one once their calls are over.
 */
import type { SecureContext } from 'node:tls'
import type { Agent, Dispatcher, Pool } from 'undici'
import { type HttpProxy, type Network, proxyFor } from './network.ts'

export type CallPlace = {
  readonly url: URL
  /** In place of the URL's host; never through a proxy. */
  readonly socketPath?: string
  readonly connectMs: number
}

export type UpstreamAgents = {
  /** `proxy` is what the call goes through. */
  readonly agentFor: (place: CallPlace) => Promise<{ readonly agent: Dispatcher; readonly proxy?: HttpProxy }>
  /** Closes all connections, also those in use. */
  readonly dispose: () => Promise<void>
}

/** A connect limit that follows a deadline makes a new agent each time: only the latest are kept. */
const maxAgents = 32

export function createUpstreamAgents(network: () => Network): UpstreamAgents {
  const agents = new Map<string, Promise<Dispatcher>>()
  /** Also those that end by themselves: at the end all are closed. */
  const open = new Set<Dispatcher>()
  let current = network()
  let trust: ReturnType<typeof trustOf> | undefined

  const create = async (place: CallPlace, proxy: HttpProxy | undefined) => {
    trust ??= trustOf(current)
    const secureContext = await trust
    const agent =
      proxy === undefined ? await directAgent(place, secureContext) : await proxyAgent(place, proxy, secureContext)
    open.add(agent)
    return agent
  }
  const retire = (key: string, agent: Promise<Dispatcher>) => {
    agents.delete(key)
    // Waits for the calls that use it; nobody waits for this.
    void agent
      .then(async (one) => {
        await one.close()
        open.delete(one)
      })
      .catch(() => undefined)
  }
  const followNetwork = () => {
    const now = network()
    if (now === current) return
    current = now
    trust = undefined
    for (const [key, agent] of agents) retire(key, agent)
  }
  return {
    agentFor: async (place) => {
      followNetwork()
      const proxy = place.socketPath === undefined ? proxyFor(current, place.url) : undefined
      const key = `${place.socketPath ?? place.url.origin} ${place.connectMs}`
      const agent = agents.get(key) ?? create(place, proxy)
      // Taken out and put in again, so that the one used longest ago stands first.
      agents.delete(key)
      agents.set(key, agent)
      const [oldest] = agents
      if (agents.size > maxAgents && oldest !== undefined) retire(...oldest)
      return { agent: await agent, ...(proxy !== undefined && { proxy }) }
    },
    dispose: async () => {
      const made = await Promise.allSettled(agents.values())
      agents.clear()
      for (const one of made) if (one.status === 'fulfilled') open.add(one.value)
      await Promise.all([...open].map((agent) => agent.destroy()))
      open.clear()
    },
  }
}

/** The limits of an attempt are the only ones. */
const noLimits = { headersTimeout: 0, bodyTimeout: 0 } as const

async function directAgent(
  { socketPath, connectMs }: CallPlace,
  secureContext: SecureContext | undefined,
): Promise<Agent> {
  const { default: AgentClass } = await import('undici/lib/dispatcher/agent.js')
  return new AgentClass({
    ...noLimits,
    connect: {
      ...tlsOptions(connectMs, secureContext),
      ...(socketPath !== undefined && { socketPath }),
    },
  })
}

/**
 * https goes through a tunnel that the proxy cannot look into; http is handed to the proxy whole, because many proxies
 * tunnel to port 443 only. What the proxy takes to open a tunnel counts as connecting.
 */
async function proxyAgent(
  { connectMs }: CallPlace,
  proxy: HttpProxy,
  secureContext: SecureContext | undefined,
): Promise<Dispatcher> {
  const [{ default: ProxyAgentClass }, { default: PoolClass }, { default: openTunnel }] = await Promise.all([
    import('undici/lib/dispatcher/proxy-agent.js'),
    import('undici/lib/dispatcher/pool.js'),
    import('undici/lib/api/api-connect.js'),
  ])
  const tls = tlsOptions(connectMs, secureContext)
  return new ProxyAgentClass({
    ...noLimits,
    uri: proxy.url,
    ...(proxy.authorization !== undefined && { token: proxy.authorization }),
    proxyTunnel: false,
    requestTls: tls,
    proxyTls: tls,
    clientFactory: (origin: URL, options: object) => {
      // The way to the proxy itself. Only all of undici gives its pools the method that asks for a tunnel.
      const pool = new PoolClass(origin, { ...options, headersTimeout: connectMs })
      const connect = (tunnel: Dispatcher.ConnectOptions) => openTunnel.call(pool, tunnel).catch(throwFinal)
      return Object.assign(pool, { connect })
    },
    factory: (origin: string | URL, options: Pool.Options) => new PoolClass(origin, { ...options, ...noLimits }),
  })
}

/** undici takes an error of its own sockets for one of a kept-alive connection, and would connect again without end. */
function throwFinal(cause: unknown): never {
  const isOfSocket = cause instanceof Error && 'code' in cause && cause.code === 'UND_ERR_SOCKET'
  throw isOfSocket
    ? Object.assign(new Error('the proxy closed the connection', { cause }), { code: 'ECONNRESET' })
    : cause
}

function tlsOptions(connectMs: number, secureContext: SecureContext | undefined) {
  return { timeout: connectMs, ...(secureContext !== undefined && { secureContext }) }
}

/** Made once and shared: to read all of Node's roots takes tens of milliseconds. */
async function trustOf({ extraCertificates }: Network): Promise<SecureContext | undefined> {
  if (extraCertificates.length === 0) return undefined
  const { createSecureContext, rootCertificates } = await import('node:tls')
  return createSecureContext({ ca: [...rootCertificates, ...extraCertificates] })
}
