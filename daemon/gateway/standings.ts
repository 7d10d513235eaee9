/** How each endpoint stands now, as planning reads it. */
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import { factsOf, freshStanding } from '../core/routing/endpointFacts.ts'
import type { KeysStanding, PlannedEndpoint } from '../core/routing/planInput.ts'
import type { Environment } from './environment.ts'

export type Standings = { readonly of: (endpoint: Endpoint) => PlannedEndpoint }

export function createStandings(environment: Environment): Standings {
  return {
    of: (endpoint) => ({
      facts: factsOf(endpoint),
      standing: { ...freshStanding, keys: keysStandingOf(environment.keysOf(endpoint.provider)) },
    }),
  }
}

function keysStandingOf(names: readonly string[] | undefined): KeysStanding {
  if (names === undefined) return { state: 'not-needed' }
  return names.length === 0 ? { state: 'missing' } : { state: 'ready', readyAtMs: 0 }
}
