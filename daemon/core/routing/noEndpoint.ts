/** Says why a plan has no candidate, and what to do about it. Made only when it is needed. */
import type { Failure } from '../../../shared/domain/failure.ts'
import type { ProfileName, ProviderId } from '../../../shared/domain/ids.ts'
import type { ProviderKey } from '../../../shared/domain/providerKey.ts'
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
  'no-key': 'its provider needs a key that is not set; `waybill providers` names its variable',
}

/** What was asked for, and what there is. */
export type FruitlessRequest = {
  readonly models: readonly RequestedModel[]
  readonly profile: ProfileName
  /** The providers that may answer; missing: all. */
  readonly only?: readonly string[] | undefined
  readonly providers: ReadonlyMap<ProviderId, KnownProvider>
}

type KnownProvider = {
  readonly id: ProviderId
  readonly isLocal: boolean
  readonly isPractice: boolean
  readonly keys: readonly ProviderKey[]
}

/** When all who may take it only have to be left alone for a while, that is what it says, and for how long. */
export function noEndpointFailure(plan: RoutePlan, request: FruitlessRequest, nowMs: number): Failure {
  if (plan.reopensAtMs !== undefined) {
    const waiting = plan.rejected.filter(({ reason }) => passingReasons.has(reason))
    return coolingFailure(waiting, Math.max(0, plan.reopensAtMs - nowMs))
  }
  return { kind: 'no-endpoint', message: messageOf(plan, request) }
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

function messageOf({ rejected }: RoutePlan, request: FruitlessRequest): string {
  const { models, profile, providers } = request
  if (models.length === 0) return noModelText(request)
  if (rejected.length === 0) {
    return `No provider offers ${models.map(({ model }) => model).join(', ')}. Expected it under \`providers.….models\` in config.json: add it there, or choose another profile than “${profile}”.`
  }
  return `No endpoint can take this request under the profile “${profile}”. ${reasonsOf(rejected, providers).join('. ')}.`
}

const practiceHint = 'switch to the profile “practice” to try without one'

function noModelText({ profile, only, providers }: FruitlessRequest): string {
  const real = [...providers.values()].filter(({ isPractice }) => !isPractice)
  if (real.length === 0) {
    return `The profile “${profile}” has no model yet. Add a provider (\`waybill providers add\`, or config.json), or ${practiceHint}.`
  }
  const local = real.filter(({ isLocal }) => isLocal).map(({ id }) => id)
  if (only?.length === 0 && local.length === 0) {
    return `The profile “${profile}” has nobody to ask: none of your providers runs on this machine. Add one that does (\`waybill help providers\`), or choose another profile.`
  }
  const asked = only?.length === 0 ? local : real.map(({ id }) => id)
  return `The profile “${profile}” has no model: none is known of ${asked.join(', ')}. \`waybill models --refresh\` asks again, \`waybill doctor\` says what is wrong.`
}

/** A sentence for each provider and reason: many models of one share what is wrong. */
function reasonsOf(rejected: RoutePlan['rejected'], providers: FruitlessRequest['providers']): readonly string[] {
  const groups = new Map<string, RoutePlan['rejected'][number][]>()
  for (const one of rejected) {
    const name = `${one.reason} ${providerOf(one.endpoint)}`
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [one])
    else group.push(one)
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const provider = providerOf(first.endpoint)
    const who = others.length === 0 ? first.endpoint : `${provider} (${others.length + 1} models)`
    return [`${who}: ${first.reason === 'no-key' ? keyText(providers.get(provider)) : rejectionTexts[first.reason]}`]
  })
}

function providerOf(endpoint: string): ProviderId {
  return endpoint.slice(endpoint.lastIndexOf('@') + 1) as ProviderId
}

function keyText(provider: KnownProvider | undefined): string {
  const keys = provider?.keys ?? []
  const usable = keys.filter(({ isDisabled }) => !isDisabled)
  const variables = usable.filter(({ place }) => place === 'env')
  if (keys.length === 0) return rejectionTexts['no-key']
  if (usable.length === 0) return `its provider’s keys are disabled, \`waybill keys enable ${provider?.id} NAME\``
  if (variables.length < usable.length) return 'its provider’s key is locked or has no value, see `waybill keys`'
  const names = variables.map(({ name }) => name).join(' or ')
  return `its provider needs a key, set ${names} where you start your editor or shell`
}
