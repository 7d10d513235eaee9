/** What one request is planned from: a snapshot of everything that the planner reads. */

import type { PlanInput } from '../core/routing/planInput.ts'
import type { AdmittedRequest } from './admittedRequest.ts'
import type { Standings } from './standings.ts'

export type SnapshotPorts = { readonly standings: Standings; readonly nowMs: number; readonly seed: number }

export function planSnapshot(ports: SnapshotPorts, request: AdmittedRequest, inputTokens: number): PlanInput {
  const { policy, settings } = request
  return {
    nowMs: ports.nowMs,
    seed: ports.seed,
    models: policy.models.map(({ model, sort }) => ({
      model,
      ...(sort !== undefined && { sort }),
      endpoints: (settings.endpoints.byModel.get(model) ?? []).map(ports.standings.of),
    })),
    preferences: policy.preferences,
    ...(policy.strategy !== undefined && { strategy: policy.strategy }),
    needs: { inputTokens, requiredOutputTokens: policy.requiredOutputTokens, parameters: [], modalities: [] },
  }
}
