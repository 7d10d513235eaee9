/**
 * How one key of one provider stands, as a reducer. 429: it is left alone until Retry-After, else for 2 s, then twice as
 * long after each further one, at most 60 s. 401 and 402: it is out for 10 minutes, then one call may try it. 403: it is
 * out for that endpoint only, because a permission may be lacking for one model. All this is said of one value of the
 * key, known by its print: another value is a fresh key. Moments are Unix milliseconds.
 */
import * as z from 'zod'
import type { EndpointId } from '../../../shared/domain/ids.ts'
import type { AttemptRecord } from '../../../shared/domain/waybill.ts'

const refusalSchema = z
  .object({
    atMs: z.number(),
    untilMs: z.number(),
    httpStatus: z.number().int(),
    /** The call that tries it again. */
    trial: z.string().exactOptional(),
  })
  .readonly()
export type KeyRefusal = z.infer<typeof refusalSchema>

export const keyStandingSchema = z
  .object({
    /** Not before. */
    readyAtMs: z.number(),
    /** How long the last wait was that no Retry-After gave; 0: none. */
    backOffMs: z.number().nonnegative(),
    refused: refusalSchema.exactOptional(),
    /** By endpoint. */
    forbidden: z.record(z.string(), refusalSchema).exactOptional(),
    /** Of the value that it holds for; missing: the provider needs no key. */
    print: z.string().exactOptional(),
  })
  .readonly()
export type KeyStanding = z.infer<typeof keyStandingSchema>

export const freshKey: KeyStanding = { readyAtMs: 0, backOffMs: 0 }

export const keyRules = { firstBackOffMs: 2_000, longestBackOffMs: 60_000, refusedMs: 600_000 } as const

export type KeyCall = { readonly token: string; readonly endpoint: EndpointId; readonly print?: string | undefined }
export type KeyCallEnd = KeyCall & Pick<AttemptRecord, 'outcome' | 'failure'>

/** What keeps a key from being used: never before `atMs`, or only as soon as a call that tries it has ended. */
export type KeyUse =
  | { readonly state: 'ready' }
  | { readonly state: 'cooling'; readonly atMs: number }
  | { readonly state: 'refused'; readonly atMs: number; readonly isTried: boolean }

/** `print`: of its value now. */
export function keyUseOf(
  key: KeyStanding,
  endpoint: EndpointId,
  now: { readonly ms: number; readonly print?: string | undefined },
): KeyUse {
  if (key.print !== now.print) return { state: 'ready' }
  for (const refusal of [key.refused, key.forbidden?.[endpoint]]) {
    if (refusal === undefined) continue
    const isTried = refusal.trial !== undefined
    if (isTried || now.ms < refusal.untilMs) return { state: 'refused', atMs: refusal.untilMs, isTried }
  }
  return now.ms < key.readyAtMs ? { state: 'cooling', atMs: key.readyAtMs } : { state: 'ready' }
}

export function onKeyCall(key: KeyStanding, call: KeyCall, atMs: number): KeyStanding {
  const tried = (refusal: KeyRefusal): KeyRefusal =>
    refusal.trial === undefined && atMs >= refusal.untilMs ? { ...refusal, trial: call.token } : refusal
  return mapRefusals(key.print === call.print ? key : freshKeyOf(call.print), call.endpoint, tried)
}

export function onKeyCallEnd(key: KeyStanding, call: KeyCallEnd, atMs: number): KeyStanding {
  // A call with a value that was replaced meanwhile: it says nothing of the new one.
  if (key.print !== call.print) return key
  const ended = mapRefusals(key, call.endpoint, (refusal) => withoutTrial(refusal, call.token))
  if (call.outcome === 'succeeded') return accepted(ended, call.endpoint)
  const { failure } = call
  if (failure === undefined || call.outcome !== 'failed') return ended
  const refusal = { atMs, untilMs: atMs + keyRules.refusedMs, httpStatus: failure.httpStatus ?? 401 }
  switch (failure.kind) {
    case 'rate-limited':
      return cooled(ended, failure.retryAfterMs, atMs)
    case 'bad-credentials':
      if (failure.httpStatus !== 403) return { ...ended, refused: refusal }
      return { ...ended, forbidden: { ...ended.forbidden, [call.endpoint]: refusal } }
    case 'payment-required':
      return { ...ended, refused: { ...refusal, httpStatus: failure.httpStatus ?? 402 } }
    default:
      return ended
  }
}

function freshKeyOf(print: string | undefined): KeyStanding {
  return print === undefined ? freshKey : { ...freshKey, print }
}

function cooled(key: KeyStanding, retryAfterMs: number | undefined, atMs: number): KeyStanding {
  if (retryAfterMs !== undefined) return { ...key, readyAtMs: Math.max(key.readyAtMs, atMs + retryAfterMs) }
  // Calls that were under way together are told so together: that is one wait, not many.
  if (atMs < key.readyAtMs) return key
  const backOffMs = Math.min(Math.max(keyRules.firstBackOffMs, 2 * key.backOffMs), keyRules.longestBackOffMs)
  return { ...key, readyAtMs: atMs + backOffMs, backOffMs }
}

/** It may still have to wait: another call may have been told so meanwhile. */
function accepted(key: KeyStanding, endpoint: EndpointId): KeyStanding {
  const forbidden = Object.entries(key.forbidden ?? {}).filter(([id]) => id !== endpoint)
  return {
    ...freshKeyOf(key.print),
    readyAtMs: key.readyAtMs,
    ...(forbidden.length > 0 && { forbidden: Object.fromEntries(forbidden) }),
  }
}

function mapRefusals(key: KeyStanding, endpoint: EndpointId, change: (refusal: KeyRefusal) => KeyRefusal): KeyStanding {
  const here = key.forbidden?.[endpoint]
  return {
    ...key,
    ...(key.refused !== undefined && { refused: change(key.refused) }),
    ...(here !== undefined && { forbidden: { ...key.forbidden, [endpoint]: change(here) } }),
  }
}

function withoutTrial(refusal: KeyRefusal, token: string): KeyRefusal {
  if (refusal.trial !== token) return refusal
  const { atMs, untilMs, httpStatus } = refusal
  return { atMs, untilMs, httpStatus }
}
