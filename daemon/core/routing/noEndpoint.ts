/** Says why a plan has no candidate, and what to do about it. Made only when it is needed. */
import type { Failure } from '../../../shared/domain/failure.ts'
import type { ModelId } from '../../../shared/domain/ids.ts'
import type { RejectionReason, RoutePlan } from '../../../shared/domain/routePlan.ts'

const reasonTexts: Readonly<Record<RejectionReason, string>> = {
  'not-in-only': 'its provider is not in `only`',
  ignored: 'its provider is in `ignore`',
  'not-in-order': 'its provider is not in `order` and fallbacks are off',
  'fallbacks-off': 'fallbacks are off',
  'context-too-small': 'the prompt and the answer do not fit its context',
  'output-limit-too-small': 'it cannot give an answer as long as asked for',
  'no-key': 'its provider needs a key: set the environment variable that config.json names',
}

export function noEndpointFailure(plan: RoutePlan, models: readonly ModelId[], profile: string): Failure {
  return { kind: 'no-endpoint', message: messageOf(plan, models, profile) }
}

function messageOf(plan: RoutePlan, models: readonly ModelId[], profile: string): string {
  if (models.length === 0) {
    return `The profile “${profile}” has no model yet. Add a provider (\`waybill providers add\`, or config.json), or switch to the profile “practice” to try without one.`
  }
  if (plan.rejected.length === 0) {
    return `No provider offers ${models.join(', ')}. Expected it under \`providers.….models\` in config.json: add it there, or choose another profile than “${profile}”.`
  }
  const reasons = plan.rejected.map((rejected) => `${rejected.endpoint}: ${reasonTexts[rejected.reason]}`)
  return `No endpoint can take this request under the profile “${profile}”. ${reasons.join('. ')}.`
}
