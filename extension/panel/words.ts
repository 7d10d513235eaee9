/** The words for every closed set of values that the panel shows. */
import type { FailureKind } from '../../shared/domain/failure.ts'
import type { ProfileSource } from '../../shared/domain/profile.ts'
import type { PromptName } from '../../shared/domain/prompt.ts'
import type { PlanOrder, RejectionReason } from '../../shared/domain/routePlan.ts'
import type { StatsDimension } from '../../shared/domain/stats.ts'
import type { NextStepKind } from '../../shared/domain/streamPart.ts'

export const failureWords: Readonly<Record<FailureKind, string>> = {
  'rate-limited': 'Rate limited',
  overloaded: 'Overloaded',
  'provider-error': 'Provider error',
  timeout: 'Timed out',
  unreachable: 'Unreachable',
  'bad-credentials': 'Key refused',
  'payment-required': 'Payment required',
  'invalid-request': 'Invalid request',
  'context-too-long': 'Too long',
  'content-filtered': 'Filtered',
  refused: 'Refused',
  'protocol-violation': 'Garbled answer',
  truncated: 'Broke off',
  'too-large': 'Too large',
  'not-found': 'Not found',
  'budget-exhausted': 'Budget used up',
  'ledger-unavailable': 'Journal closed',
  'no-endpoint': 'No endpoint',
  cooling: 'All cooling',
  draining: 'Daemon ending',
  cancelled: 'Cancelled',
}

export const rejectionWords: Readonly<Record<RejectionReason, string>> = {
  'not-in-only': 'its provider is not among those that the profile allows (only)',
  ignored: 'the profile leaves its provider out (ignore)',
  'not-in-order': 'its provider is not in the profile’s order, and fallbacks are off',
  'fallbacks-off': 'fallbacks are off: only the first candidate may answer',
  'context-too-small': 'the prompt does not fit its context',
  'output-limit-too-small': 'it cannot write as many tokens as asked for',
  'modality-unsupported': 'it does not read all that the prompt holds',
  'parameter-unsupported': 'it does not support all that the request asks for',
  'data-collection': 'it may collect what it is sent, and the policy forbids that',
  'no-zdr': 'it is not known to keep nothing',
  quantization: 'its quantization is not among those allowed',
  'price-too-high': 'it costs more than max_price',
  'price-unknown': 'its price is unknown, and max_price is set',
  'no-key': 'no key for its provider',
  'keys-refused': 'its provider refused the key',
  'keys-cooling': 'its provider asked to be left alone for a while',
  'breaker-open': 'it failed again and again just before',
  'probe-under-way': 'another request was trying whether it is back',
}

export const planOrderWords: Readonly<Record<PlanOrder, string>> = {
  declared: 'as declared',
  order: 'the order named in the profile or request',
  price: 'price',
  throughput: 'tokens a second',
  latency: 'time to the first token',
  'price-weighted': 'a draw by price',
  adaptive: 'price, waiting and failures',
}

export const nextStepWords: Readonly<Record<NextStepKind, string>> = {
  retry: 'Tried again at the same endpoint.',
  fallback: 'Went on to the next candidate.',
  stop: 'Stopped here.',
}

export const profileSourceWords: Readonly<Record<ProfileSource, string>> = {
  request: 'named by the request',
  'workspace-choice': 'chosen for this workspace',
  'workspace-file': 'named in .waybill.json',
  default: 'the default',
}

export const promptWords: Readonly<Record<PromptName, string>> = {
  explain: 'Explain',
  fix: 'Fix',
  refactor: 'Refactor',
  document: 'Document',
  'write-tests': 'Write tests',
  ask: 'Ask',
}

/** For the group of requests that have no value of the dimension. */
export const noGroupWords: Readonly<Record<StatsDimension, string>> = {
  model: 'reached no model',
  provider: 'reached no provider',
  endpoint: 'reached no endpoint',
  profile: 'no profile',
  workspace: 'no workspace',
  prompt: 'no prompt of the library',
  user: 'no user',
  client: 'no client',
}
