/**
 * Answers `waybill/explain`: of a past request from the journal and the recorded decisions, of one not sent by planning
 * it now. The latter sends, reserves and records nothing.
 */
import type * as z from 'zod'
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { RequestId } from '../../shared/domain/ids.ts'
import type { Caller } from '../../shared/domain/waybill.ts'
import type { Explanation, explain } from '../../shared/protocol/explain.ts'
import { tokensOfBytes } from '../core/quota/attemptCost.ts'
import { boundFor } from '../core/quota/bound.ts'
import { requestBytes } from '../core/quota/requestBytes.ts'
import { answerOf, explainAttempts, outlookOf } from '../core/routing/explainAnswer.ts'
import { explainPlan, type RecordedPlan } from '../core/routing/explainPlan.ts'
import { noEndpointFailure } from '../core/routing/noEndpoint.ts'
import { planRoute } from '../core/routing/planRoute.ts'
import { type AdmittedRequest, fruitless } from './admittedRequest.ts'
import { boundedCallOf } from './boundedCall.ts'
import { type AdmissionPorts, admitChat } from './chatAdmission.ts'
import { fittedRequestOf } from './fittedRequest.ts'
import { planSnapshot } from './planSnapshot.ts'
import type { Clock, Decisions, Random, Upstream } from './ports.ts'
import type { Failed } from './session.ts'
import type { Standings } from './standings.ts'
import type { StickyRoutes } from './stickyRoutes.ts'

export type ExplainPorts = AdmissionPorts & {
  readonly decisions: Decisions
  readonly sticky: Pick<StickyRoutes, 'find'>
  readonly standings: Standings
  readonly clock: Clock
  readonly random: Random
  readonly upstream: Pick<Upstream, 'encode'>
}

type ExplainParams = z.infer<(typeof explain)['params']>

export function explainRequest(
  ports: ExplainPorts,
  { requestId, chat }: ExplainParams,
  asker: Omit<Caller, 'workspace'>,
): Explanation | Failed {
  if (chat !== undefined) {
    // What was not sent counts towards no share.
    const noting = { ...ports, ledger: { ...ports.ledger, note: () => undefined } }
    return explainWish(ports, admitChat(noting, { ...chat, requestId: noRequest }, asker))
  }
  // The params name one of the two.
  return explainPast(ports, requestId ?? noRequest)
}

/** Nothing that is not sent appears anywhere under an id. */
const noRequest = 'not-sent' as RequestId

function explainPast(ports: ExplainPorts, requestId: RequestId): Explanation | Failed {
  const waybill = ports.ledger.findWaybill(requestId)
  if (waybill === undefined) {
    return { failure: { kind: 'not-found', message: `No request ${requestId} is known to this daemon.` } }
  }
  const recorded = ports.decisions.find(requestId)
  const known: readonly RecordedPlan[] =
    recorded.length > 0 || waybill.plan === undefined ? recorded : [{ atMs: waybill.startedAtMs, plan: waybill.plan }]
  const plans = known.map(explainPlan)
  return { answer: answerOf(waybill, plans.at(-1)), plans, attempts: explainAttempts(waybill), waybill }
}

function explainWish(ports: ExplainPorts, request: AdmittedRequest): Explanation | Failed {
  if (request.refusal !== undefined) return { failure: request.refusal }
  const nowMs = ports.clock.wallMs()
  const inputTokens = tokensOfBytes(requestBytes(request))
  const at = { standings: ports.standings, sticky: ports.sticky, nowMs, seed: ports.random.uint32() }
  const input = planSnapshot(at, request, inputTokens)
  const plan = explainPlan({
    atMs: nowMs,
    plan: planRoute(input),
    input,
    ...(request.auto !== undefined && { auto: request.auto.decision }),
  })
  const [first] = plan.plan.candidates
  const endpoint = first === undefined ? undefined : request.settings.endpoints.byId.get(first)
  const answer =
    endpoint === undefined
      ? noEndpointFailure(plan.plan, fruitless(request), nowMs).message
      : outlookOf(plan, undefined)
  const firstTokenMs = plan.scores[0]?.firstTokenMs
  return {
    answer,
    plans: [plan],
    attempts: [],
    ...(endpoint !== undefined && {
      forecast: {
        ...forecastAt(ports, endpoint, request, inputTokens),
        ...(firstTokenMs !== undefined && { firstTokenMs }),
      },
    }),
  }
}

function forecastAt(
  { upstream }: Pick<ExplainPorts, 'upstream'>,
  endpoint: Endpoint,
  request: AdmittedRequest,
  inputTokens: number,
) {
  const { request: chat } = fittedRequestOf(request, endpoint)
  const { maxOutputTokens } = chat.parameters
  const { input } = boundedCallOf(upstream, chat, endpoint)
  return { inputTokens, maxOutputTokens, bound: boundFor(input, endpoint, maxOutputTokens).money }
}
