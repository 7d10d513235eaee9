/** Journal entries for tests of the journal's files: small, and told apart by their number. */
import type { CheckpointEntry, EndEntry, JournalEntry } from '../../daemon/core/journal/entry.ts'
import type { RequestId } from '../../shared/domain/ids.ts'
import { endpoint } from './endpoints.ts'

/** `padding` makes the line longer. */
export function endEntry(number: number, padding = ''): EndEntry {
  const { id, provider, model } = endpoint('test/model@one')
  return {
    type: 'end',
    atMs: number,
    requestId: `request-${number}` as RequestId,
    record: {
      attempt: 1,
      endpoint: id,
      provider,
      model,
      isPractice: false,
      startedAtMs: number,
      totalMs: 1,
      outcome: 'failed',
      failure: { kind: 'overloaded', message: `é€${padding}` },
      isRewound: false,
      cost: { kind: 'unknown' },
      bound: { kind: 'unknown' },
    },
  }
}

export function checkpointFor(day: string): CheckpointEntry {
  return { type: 'checkpoint', schema: 2, atMs: 0, day, openReservations: [], requestsUnderWay: [] }
}

/** The numbers of the `end` lines, the other lines by their type; nothing of a day that has no file. */
export function outlineOf(entries: readonly JournalEntry[] = []): readonly (number | string)[] {
  return entries.map((entry) => (entry.type === 'end' ? entry.atMs : entry.type))
}
