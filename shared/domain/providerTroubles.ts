/**
 * What keeps a provider or a request waiting, in words: a key that was refused or has to wait, a breaker that is open, a
 * request that waits for the first endpoint to come back. The same words in every client. Pure; loads no schema.
 */
import { formatTimeLeft } from './format.ts'
import type { KeyStandingStatus, OpenBreaker } from './providerStanding.ts'

export type ProviderTrouble = {
  /** Nothing of the provider can be called until a person does something. */
  readonly isFatal: boolean
  readonly found: string
  /** What to do. */
  readonly advice: string
}

type Standing = {
  readonly keys?: readonly KeyStandingStatus[]
  readonly openBreakers?: readonly OpenBreaker[]
}

/** Empty: nothing is wrong, as far as is known. `nowMs` is of the clock that the moments are of. */
export function providerTroublesOf(
  { keys = [], openBreakers = [] }: Standing,
  nowMs: number,
): readonly ProviderTrouble[] {
  const isOut = keys.length > 0 && keys.every(({ state }) => outStates.has(state))
  return [
    ...keys.flatMap((key) => keyTroubles(key, isOut, nowMs)),
    ...openBreakers.map((one) => breakerTrouble(one, nowMs)),
  ]
}

const outStates: ReadonlySet<KeyStandingStatus['state']> = new Set(['refused', 'not-set', 'locked', 'disabled'])

/** In a word or two how it stands; undefined: as far as is known it can be called. */
export function standingWord({ keys = [], openBreakers = [] }: Standing, nowMs: number): string | undefined {
  if (keys.length === 0 || keys.some(({ state }) => state === 'ready')) {
    return openBreakers.some(({ state }) => state === 'open') ? 'breaker open' : undefined
  }
  const times = keys.flatMap(({ state, untilMs }) => (state === 'cooling' && untilMs !== undefined ? [untilMs] : []))
  if (times.length > 0) return `cooling ${formatTimeLeft(Math.min(...times) - nowMs)}`
  if (keys.some(({ state }) => state === 'refused')) return 'key refused'
  if (keys.some(({ state }) => state === 'locked')) return 'key locked'
  return keys.every(({ state }) => state === 'disabled') ? 'keys disabled' : undefined
}

/** What is missing is not known. */
type Wait = {
  readonly untilMs?: number | undefined
  readonly endpoint?: string | undefined
  readonly budget?: string | undefined
}

/** `waiting 12 s for gpt-5-mini at openai`, `waiting at most 9 s for room in budget month`. */
export function waitWords({ untilMs, endpoint, budget }: Wait, nowMs: number): string {
  const left = untilMs === undefined ? '' : ` ${formatTimeLeft(untilMs - nowMs)}`
  if (budget !== undefined) return `waiting${left === '' ? '' : ` at most${left}`} for room in budget ${budget}`
  return `waiting${left} for ${endpoint === undefined ? 'an endpoint' : endpointName(endpoint)}`
}

/** `author/slug@provider` as `slug at provider`. */
export function endpointName(endpoint: string): string {
  const at = endpoint.lastIndexOf('@')
  const model = endpoint.slice(0, at)
  // The author is part of the model's id, but not of what people call it.
  return `${model.slice(model.indexOf('/') + 1)} at ${endpoint.slice(at + 1)}`
}

function keyTroubles(key: KeyStandingStatus, isFatal: boolean, nowMs: number): readonly ProviderTrouble[] {
  const { name, place } = key
  const which = name === undefined ? 'a call without a key' : keyWords(name, place)
  const forbidden = (key.forbiddenEndpoints ?? []).map((endpoint) => ({
    isFatal: false,
    found: `${which} may not use ${endpoint} (403)`,
    advice: 'allow it at the provider, or leave that model out',
  }))
  const own = keyTrouble(key, which, nowMs)
  const isHopeless = isFatal && (key.state === 'refused' || key.state === 'locked')
  return own === undefined ? forbidden : [{ isFatal: isHopeless, ...own }, ...forbidden]
}

/** A key of one's own naming, or the variable that holds it. */
function keyWords(name: string, place: KeyStandingStatus['place']): string {
  return isStored(place) ? `the key “${name}”` : `the key in ${name}`
}

type Words = Pick<ProviderTrouble, 'found' | 'advice'>

function keyTrouble(
  { name, place, state, untilMs, httpStatus, lockedBecause }: KeyStandingStatus,
  which: string,
  nowMs: number,
): Words | undefined {
  const left = untilMs === undefined ? 'a while' : formatTimeLeft(untilMs - nowMs)
  switch (state) {
    case 'ready':
    case 'disabled':
      return undefined
    case 'not-set':
      if (isStored(place)) return { found: `${which} has no value`, advice: '`waybill keys rotate` gives it one' }
      return { found: `${name ?? 'the key'} has no value`, advice: 'set it where you start your editor or shell' }
    case 'locked':
      return {
        found: `${which} is locked: ${lockedBecause ?? 'it cannot be reached'}`,
        advice: 'unlock it; it is tried again with the next request, and by `waybill keys`',
      }
    case 'cooling':
      return {
        found: `${which} has to wait ${left}: the provider’s limit was reached`,
        advice: 'nothing, it goes on by itself; a second key or another provider would bridge the wait',
      }
    case 'refused':
      return refusedWords(which, { httpStatus, left, place })
  }
}

function isStored(place: KeyStandingStatus['place']): boolean {
  return place === 'keychain' || place === 'file'
}

type Refusal = {
  readonly httpStatus: number | undefined
  readonly left: string
  readonly place: KeyStandingStatus['place']
}

function refusedWords(which: string, { httpStatus, left, place }: Refusal): Words {
  const until = `it is not used for ${left}`
  switch (httpStatus) {
    case 402:
      return {
        found: `the provider wants payment for ${which} (402); ${until}`,
        advice: 'add credit there, or set another key',
      }
    case 403:
      return {
        found: `${which} may use nothing that is configured here (403); ${until}`,
        advice: 'allow it at the provider, or set another key',
      }
    default:
      return {
        found: `${which} was refused (${httpStatus ?? 401}); ${until}`,
        advice: isStored(place)
          ? '`waybill keys rotate` puts a valid one in its place'
          : 'set a valid one where you start your editor or shell; a new value counts at once',
      }
  }
}

function breakerTrouble({ endpoint, state, reopensAtMs }: OpenBreaker, nowMs: number): ProviderTrouble {
  const advice = 'nothing, it is tried again by itself; `waybill log` shows what failed'
  const left = reopensAtMs === undefined ? 'a while' : formatTimeLeft(reopensAtMs - nowMs)
  const then = {
    open: `is left alone for ${left}`,
    'half-open': 'is tried by the next request',
    probing: 'is being tried now',
  }[state]
  return { isFatal: false, found: `${endpoint} failed too often and ${then}`, advice }
}
