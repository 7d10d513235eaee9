/** Says why a plan has no candidate, and what to do about it. Made only when it is needed. */
import type { Failure } from '../../../shared/domain/failure.ts'
import type { RejectionReason, RoutePlan } from '../../../shared/domain/routePlan.ts'
import type { RequestedModel } from './modelReference.ts'

/** Each reason as a clause that follows the name of an endpoint. */
export const rejectionTexts: Readonly<Record<RejectionReason, string>> = {
  'not-in-only': 'its provider is not in `only`',
  ignored: 'its provider is in `ignore`',
  'not-in-order': 'its provider is not in `order` and fallbacks are off',
  'fallbacks-off': 'fallbacks are off',
  'context-too-small': 'the prompt and the answer do not fit its context',
  'output-limit-too-small': 'it cannot give an answer as long as asked for',
  'modality-unsupported': 'it does not read what the prompt holds, such as images',
  'parameter-unsupported': 'it does not support all that the request asks for',
  'data-collection': 'it is not known to leave prompts uncollected',
  'no-zdr': 'it is not known to keep nothing',
  quantization: 'its quantization is not among those allowed',
  'price-too-high': 'it is dearer than `max_price`',
  'price-unknown': 'its price is unknown, and `max_price` is set',
  'keys-refused': 'its provider refused the key',
  'keys-cooling': 'its provider asked to be left alone for a while',
  'breaker-open': 'it failed again and again just now',
  'probe-under-way': 'it failed just now, and another request tries whether it is back',
  'no-key': 'its provider needs a key: set the environment variable that config.json names',
}

/** When all who may take it only have to be left alone for a while, that is what it says, and for how long. */
export function noEndpointFailure(
  plan: RoutePlan,
  models: readonly RequestedModel[],
  profile: string,
  nowMs: number,
): Failure {
  if (plan.reopensAtMs !== undefined) {
    const waiting = plan.rejected.filter(({ reason }) => passingReasons.has(reason))
    return coolingFailure(waiting, Math.max(0, plan.reopensAtMs - nowMs))
  }
  return { kind: 'no-endpoint', message: messageOf(plan, models, profile) }
}

/** Everybody who may take the request has to be left alone for a while. */
export function coolingFailure(cooling: RoutePlan['rejected'], retryAfterMs: number): Failure {
  const reasons = cooling.map((one) => `${one.endpoint}: ${rejectionTexts[one.reason]}`)
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000))
  return {
    kind: 'cooling',
    message: `Every endpoint has to be left alone for a while. ${reasons.join('. ')}. Ask again in ${seconds} s.`,
    retryAfterMs,
  }
}

const passingReasons: ReadonlySet<RejectionReason> = new Set(['keys-cooling', 'breaker-open', 'probe-under-way'])

function messageOf(plan: RoutePlan, models: readonly RequestedModel[], profile: string): string {
  if (models.length === 0) {
    return `The profile “${profile}” has no model yet. Add a provider (\`waybill providers add\`, or config.json), or switch to the profile “practice” to try without one.`
  }
  if (plan.rejected.length === 0) {
    return `No provider offers ${models.map(({ model }) => model).join(', ')}. Expected it under \`providers.….models\` in config.json: add it there, or choose another profile than “${profile}”.`
  }
  const reasons = plan.rejected.map((rejected) => `${rejected.endpoint}: ${rejectionTexts[rejected.reason]}`)
  return `No endpoint can take this request under the profile “${profile}”. ${reasons.join('. ')}.`
}
