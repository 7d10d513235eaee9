/**
 * Says once for each incident that a provider refused a key: in the log and to whoever listens. An incident lasts until
 * a call with the key succeeds or its value changes; the tries in between say nothing.
 */
import type { AttemptRecord } from '../../shared/domain/waybill.ts'
import type { Notice } from '../../shared/protocol/notice.ts'
import type { JournalState } from '../core/journal/journalState.ts'
import { keyIdOf } from '../core/resilience/resilienceState.ts'
import type { Log } from './ports.ts'

export type KeyNotices = {
  /** Before the attempt's end is applied to the state. */
  readonly onAttempt: (record: AttemptRecord, before: Readonly<JournalState>) => void
}

export type KeyNoticePorts = {
  readonly log: Log
  readonly tell: (notice: Notice) => void
}

export function createKeyNotices({ log, tell }: KeyNoticePorts): KeyNotices {
  return {
    onAttempt: (record, before) => {
      const { failure, provider, key, endpoint } = record
      if (failure?.kind !== 'bad-credentials' && failure?.kind !== 'payment-required') return
      const { refused, forbidden } = before.resilience.keys.get(keyIdOf(provider, key)) ?? {}
      const known = failure.httpStatus === 403 ? forbidden?.[endpoint] : refused
      if (known !== undefined) return
      const { httpStatus } = failure
      const notice: Notice = {
        kind: 'key-refused',
        provider,
        ...(key !== undefined && { key }),
        ...(httpStatus !== undefined && { httpStatus }),
        message: messageOf(record),
      }
      log.warn('a provider refused a key', { provider, key, httpStatus, endpoint })
      tell(notice)
    },
  }
}

function messageOf({ provider, key, failure, endpoint }: AttemptRecord): string {
  const which = key === undefined ? 'a call without a key' : `the key ${key}`
  if (failure?.kind === 'payment-required')
    return `${provider} wants payment for ${which}. Add credit there, or set another key.`
  if (failure?.httpStatus === 403)
    return `${provider} does not let ${which} use ${endpoint}. Allow it there, or set another key.`
  const cure =
    key === undefined
      ? 'Set one with `waybill keys set`'
      : 'Set a valid one, where it lies or with `waybill keys rotate`'
  return `${provider} refused ${which}. ${cure}.`
}
