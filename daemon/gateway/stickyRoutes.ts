/**
 * Which endpoint holds which conversation in its prompt cache: the one that answered it last, for ten idle minutes (OpenRouter,
 * "Prompt caching", 2026-08). An answer that failed changes nothing. In memory only: after a restart a conversation is
 * planned like a new one.
 */
import type { EndpointId, ModelId } from '../../shared/domain/ids.ts'
import type { Clock } from './ports.ts'

export type StickyRoutes = {
  readonly find: (key: string, model: ModelId) => EndpointId | undefined
  readonly onAnswer: (key: string, model: ModelId, endpoint: EndpointId) => void
}

const idleMs = 10 * 60_000
/** The one used longest ago goes first. */
const maxRoutes = 2_000

export function createStickyRoutes(clock: Pick<Clock, 'monotonicMs'>): StickyRoutes {
  const routes = new Map<string, { readonly endpoint: EndpointId; readonly atMs: number }>()
  return {
    find: (key, model) => {
      const route = routes.get(`${model} ${key}`)
      return route === undefined || clock.monotonicMs() - route.atMs >= idleMs ? undefined : route.endpoint
    },
    onAnswer: (key, model, endpoint) => {
      const name = `${model} ${key}`
      routes.delete(name)
      routes.set(name, { endpoint, atMs: clock.monotonicMs() })
      const [oldest] = routes.keys()
      if (routes.size > maxRoutes && oldest !== undefined) routes.delete(oldest)
    },
  }
}
