import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compactEntry, type ExpandedLine, expandedLine } from '../../../../daemon/core/journal/compactEntry.ts'
import {
  completingBackwards,
  completingForwards,
  createReserves,
} from '../../../../daemon/core/journal/completeEntries.ts'
import type { JournalEntry } from '../../../../daemon/core/journal/entry.ts'
import { applyEntry, checkpointOf, createJournalState } from '../../../../daemon/core/journal/journalState.ts'
import { journalledEntries } from '../../../support/journalledEntries.ts'

test('entries come out forwards as they went in, backwards in reverse, however requests interleave and days change', async () => {
  const perRequest = byRequest(await journalledEntries())
  const orders = fc.array(fc.nat(perRequest.length - 1), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(orders, fc.nat(20), (order, dayChange) => {
      const entries = interleaved(perRequest, order)
      // The file begins after some of them: its checkpoint says what is open.
      const before = createJournalState()
      for (const entry of entries.slice(0, dayChange)) applyEntry(before, entry)
      const file = [checkpointOf(before, '2026-11-23', 0), ...entries.slice(dayChange)]
      const lines = linesOf(file)
      const forwards = completingForwards<number>(() => assert.fail('lost'))
      assert.deepEqual(
        lines.map((line, index) => forwards.take(line, index)),
        file,
      )
      const backwards = completingBackwards<number>(() => assert.fail('lost'))
      const newestFirst = lines.toReversed().flatMap((line, index) => backwards.take(line, index))
      assert.deepEqual([...newestFirst, ...backwards.end()], file.toReversed())
    }),
  )
})

test('a line whose reserve is damaged is lost and told, and holds nothing else up', async () => {
  const entries = (await journalledEntries()).slice(1)
  const lines = linesOf(entries)
  const damaged = lines.slice(1)
  const orphans = entries
    .slice(1)
    .filter((entry) => entry.type === 'end' && entry.record.attempt === 1)
    .slice(0, 1)
  const kept = entries.slice(1).filter((entry) => !orphans.includes(entry))
  const lost: number[] = []
  const forwards = completingForwards<number>((place) => lost.push(place))
  assert.deepEqual(
    damaged.flatMap((line, index) => forwards.take(line, index) ?? []),
    kept,
  )
  assert.deepEqual(lost, [0])
  const backwards = completingBackwards<number>((place) => lost.push(place))
  const newestFirst = damaged
    .map((line, index) => [line, index] as const)
    .toReversed()
    .flatMap(([line, index]) => backwards.take(line, index))
  assert.deepEqual([...newestFirst, ...backwards.end()], kept.toReversed())
  assert.deepEqual(lost, [0, 0])
})

function linesOf(entries: readonly JournalEntry[]): readonly ExpandedLine[] {
  const reserves = createReserves()
  return entries.map((entry) => {
    const reserve =
      entry.type === 'end'
        ? reserves.find(entry.requestId, entry.record.attempt)
        : entry.type === 'request'
          ? reserves.find(entry.waybill.requestId)
          : undefined
    reserves.note(entry)
    const line = expandedLine(JSON.parse(compactEntry(entry, reserve)))
    assert.ok(line !== undefined)
    return line
  })
}

function byRequest(entries: readonly JournalEntry[]): readonly (readonly JournalEntry[])[] {
  return ['request-1', 'request-2', 'request-3'].map((id) =>
    entries.filter((entry) => entry.type !== 'checkpoint' && JSON.stringify(entry).includes(`"${id}"`)),
  )
}

/** Takes the next entry of the request that the order names, then all that is left. */
function interleaved(
  perRequest: readonly (readonly JournalEntry[])[],
  order: readonly number[],
): readonly JournalEntry[] {
  const queues = perRequest.map((entries) => [...entries])
  const merged = order.flatMap((index) => queues[index]?.shift() ?? [])
  return [...merged, ...queues.flat()]
}
