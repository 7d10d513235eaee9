/** What one request is planned from: a snapshot of everything that the planner reads. */

import type { Endpoint } from '../../shared/domain/endpoint.ts'
import { usualOutputTokens } from '../core/routing/blendedPrice.ts'
import { factsOf } from '../core/routing/endpointFacts.ts'
import { modalitiesOf, requestedParametersOf } from '../core/routing/parameters.ts'
import type { PlanInput, PlannedEndpoint } from '../core/routing/planInput.ts'
import type { AdmittedRequest } from './admittedRequest.ts'
import type { Standings } from './standings.ts'
import type { StickyRoutes } from './stickyRoutes.ts'

export type SnapshotPorts = {
  readonly standings: Standings
  readonly sticky: Pick<StickyRoutes, 'find'>
  readonly nowMs: number
  readonly seed: number
}

export function planSnapshot(ports: SnapshotPorts, request: AdmittedRequest, inputTokens: number): PlanInput {
  const { policy, settings } = request
  const models = policy.models.map(({ model, sort }) => {
    const sticky = ports.sticky.find(request.stickyKey, model)
    const endpoints = (settings.endpoints.byModel.get(model) ?? []).map((one) => plannedAt(ports, one, inputTokens))
    return { model, ...(sort !== undefined && { sort }), ...(sticky !== undefined && { sticky }), endpoints }
  })
  // 1 stands for a caller that leaves the length to us.
  const isStated = policy.requiredOutputTokens > 1
  const expectedOutputTokens = isStated ? policy.requiredOutputTokens : usualOutputTokens(models)
  return {
    nowMs: ports.nowMs,
    seed: ports.seed,
    models,
    preferences: policy.preferences,
    ...(policy.strategy !== undefined && { strategy: policy.strategy }),
    needs: {
      inputTokens,
      requiredOutputTokens: policy.requiredOutputTokens,
      ...(expectedOutputTokens !== undefined && { expectedOutputTokens }),
      parameters: requestedParametersOf({ parameters: policy.parameters, tools: request.tools ?? [] }),
      modalities: modalitiesOf(request.messages),
    },
  }
}

/** Its price may be another for so long an input. */
function plannedAt({ standings }: SnapshotPorts, endpoint: Endpoint, inputTokens: number): PlannedEndpoint {
  const planned = standings.of(endpoint)
  const isAnotherTier = endpoint.rates?.tiers?.some((tier) => inputTokens > tier.aboveInputTokens) === true
  return isAnotherTier ? { ...planned, facts: factsOf(endpoint, inputTokens) } : planned
}
