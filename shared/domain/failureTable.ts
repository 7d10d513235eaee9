/**
 * One row for each kind of failure: what to try next, and what each kind of client is told.
 *
 * `advice` is the default of the next step (`retry` the same endpoint, `fallback` to the next candidate, or `stop`);
 * `rpcCode` is the JSON-RPC error code; `httpStatus` and `errorType` are what the HTTP door answers (OpenRouter's
 * documented error types, 2026-08).
 */
import type { FailureKind } from './failure.ts'

export type Advice = 'retry' | 'fallback' | 'stop'

export type FailureRow = {
  readonly advice: Advice
  readonly rpcCode: number
  readonly httpStatus: number
  readonly errorType: string
}

export const failureTable: Readonly<Record<FailureKind, FailureRow>> = {
  'rate-limited': row('fallback', 1000, 429, 'rate_limit_exceeded'),
  overloaded: row('retry', 1001, 503, 'provider_overloaded'),
  'provider-error': row('retry', 1002, 502, 'provider_unavailable'),
  timeout: row('fallback', 1003, 408, 'timeout'),
  unreachable: row('retry', 1004, 502, 'provider_unavailable'),
  'bad-credentials': row('fallback', 1005, 401, 'authentication'),
  'payment-required': row('fallback', 1006, 402, 'payment_required'),
  'invalid-request': row('stop', 1007, 400, 'invalid_request'),
  'context-too-long': row('fallback', 1008, 400, 'context_length_exceeded'),
  'content-filtered': row('fallback', 1009, 403, 'content_policy_violation'),
  refused: row('stop', 1010, 403, 'refusal'),
  'protocol-violation': row('fallback', 1011, 502, 'provider_unavailable'),
  truncated: row('fallback', 1012, 502, 'provider_unavailable'),
  'too-large': row('stop', 1013, 413, 'payload_too_large'),
  'not-found': row('fallback', 1014, 404, 'not_found'),
  'budget-exhausted': row('stop', 1015, 402, 'payment_required'),
  'ledger-unavailable': row('stop', 1016, 503, 'server'),
  'no-endpoint': row('stop', 1017, 404, 'not_found'),
  // Every endpoint that may take the request has to be left alone for a while.
  cooling: row('stop', 1019, 503, 'provider_unavailable'),
  draining: row('stop', 1018, 503, 'server'),
  // The code that the Language Server Protocol (3.17, RequestCancelled) gives to a cancelled request.
  cancelled: row('stop', -32800, 499, 'unmapped'),
}

function row(advice: Advice, rpcCode: number, httpStatus: number, errorType: string): FailureRow {
  return { advice, rpcCode, httpStatus, errorType }
}
