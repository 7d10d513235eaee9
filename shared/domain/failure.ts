/**
 * Everything that is expected to go wrong, as values. A bug is not a Failure: it throws.
 *
 * `message` says what was expected, what came and what to do. It never holds a key, a prompt or a provider's body.
 */
import * as z from 'zod'

export const failureKinds = [
  'rate-limited',
  'overloaded',
  'provider-error',
  'timeout',
  'unreachable',
  'bad-credentials',
  'payment-required',
  'invalid-request',
  'context-too-long',
  'content-filtered',
  'refused',
  'protocol-violation',
  'truncated',
  'too-large',
  'not-found',
  'budget-exhausted',
  'ledger-unavailable',
  'no-endpoint',
  'cooling',
  'draining',
  'cancelled',
] as const
export type FailureKind = (typeof failureKinds)[number]

export const timeoutPhases = ['connect', 'first-token', 'idle', 'total'] as const
export type TimeoutPhase = (typeof timeoutPhases)[number]

export const failureSchema = z
  .object({
    kind: z.enum(failureKinds),
    message: z.string(),
    /** Only with kind `timeout`: what took too long. */
    phase: z.enum(timeoutPhases).exactOptional(),
    /** Only with `unreachable` and `timeout`: no answer came, but the request may have arrived and be billed. */
    mayHaveArrived: z.literal(true).exactOptional(),
    /** Only with `rate-limited`, `overloaded` and `cooling`: not before this long from now. */
    retryAfterMs: z.number().nonnegative().exactOptional(),
    /** The provider's HTTP status, if one came. */
    httpStatus: z.number().int().exactOptional(),
    /** The provider's own error code, such as `insufficient_quota`. */
    providerCode: z.string().exactOptional(),
  })
  .readonly()
export type Failure = z.infer<typeof failureSchema>
