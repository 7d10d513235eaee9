/** What one request is planned from: a snapshot of everything that the planner reads. */

import { modalitiesOf, requestedParametersOf } from '../core/routing/parameters.ts'
import type { PlanInput } from '../core/routing/planInput.ts'
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
  return {
    nowMs: ports.nowMs,
    seed: ports.seed,
    models: policy.models.map(({ model, sort }) => {
      const sticky = ports.sticky.find(request.stickyKey, model)
      const endpoints = (settings.endpoints.byModel.get(model) ?? []).map(ports.standings.of)
      return { model, ...(sort !== undefined && { sort }), ...(sticky !== undefined && { sticky }), endpoints }
    }),
    preferences: policy.preferences,
    ...(policy.strategy !== undefined && { strategy: policy.strategy }),
    needs: {
      inputTokens,
      requiredOutputTokens: policy.requiredOutputTokens,
      parameters: requestedParametersOf({ parameters: policy.parameters, tools: request.tools ?? [] }),
      modalities: modalitiesOf(request.messages),
    },
  }
}
